"""DingTalk.

https://open.dingtalk.com/document/orgapp/tutorial-obtaining-user-personal-information: the page,
``authCode``, ``userAccessToken``, ``contact/users/me``, as public clients quote it (2026-11-29),
and the names of errors that they met: ``invalidParameter.authCode.notFound``,
``invalidClientIdOrSecret``.
"""

from federation.dingtalk.upstream import DingTalkUpstream
from federation.fields import Field, matches
from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

DINGTALK = declared(
    Declaration(
        id="dingtalk",
        name=N_("DingTalk"),
        look=Look(
            '<path d="M3.5 3c4.8 2.2 10 3.9 16 5.1.8.2 1.2.8.9 1.6-.5 1.4-1.4 3-2.5 '
            "4.8h2.4L12.5 22l1.7-5.2h-2.1l1-2.4c-2.6.7-4.7.3-6.2-1.8l3.6-.4C7.5 11.5 "
            '5.3 10 4.6 7.3l5 1.2C6.5 7.2 4.4 5.5 3.5 3Z"/>',
            light="#1560bd",
            dark="#6fb1ff",
        ),
        preset=Preset(
            authorization_endpoint="https://login.dingtalk.com/oauth2/auth",
            token_endpoint="https://api.dingtalk.com/v1.0/oauth2/userAccessToken",
            userinfo_endpoint="https://api.dingtalk.com/v1.0/contact/users/me",
            scope="openid",
            parameters={"prompt": "consent"},
            pkce=False,
            errors=("/code",),
            claims=ClaimMap(
                id="/openId",
                shared="/unionId",
                name="/nick",
                picture="/avatarUrl",
                email="/email",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("DingTalk accounts: of anybody, or of one organization."),
        scope_sentence=N_("see the identifier that DingTalk has for you"),
        upstream=DingTalkUpstream,
        fields=(form.CLIENT_SECRET, form.DEVELOPER),
        shared="dingtalk:unionid:{developer}",
        options=(
            Field(
                "corp_id",
                N_("Organization (CorpId)"),
                N_("Only its members sign in. Empty: everybody with a DingTalk account."),
                checks=(
                    matches(r"ding[0-9a-z]{4,60}", N_("A CorpId is ding and letters and digits.")),
                ),
            ),
        ),
        code_parameter="authCode",
        console=Console(
            credentials=N_(
                "open-dev.dingtalk.com, the application's Credentials: Client ID, secret"
            ),
            redirect=N_("Development configuration, Security settings: redirect URL"),
            first=(
                (
                    N_("Permission"),
                    N_("Permission management: grant Contact.User.Read (personal information)."),
                ),
            ),
        ),
        word="openid",
        refusals={
            "userinfo_refused": N_(
                "Grant the application Contact.User.Read in DingTalk's console."
            ),
        },
    )
)
