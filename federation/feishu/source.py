"""Feishu and Lark: data alone.

https://open.feishu.cn/document/authentication-management/access-token/get-user-access-token (a copy
stored 2025-06, read 2026-11-29): parameters, PKCE, numbers of errors; its ``v2/oauth/token`` is
history since. ``/oauth/v3/token`` of both regions as public clients have it, and the members of
``user_info``. Neither e-mail address nor phone number is verified there.
"""

from federation.fields import Choice, Field
from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

FEISHU = declared(
    Declaration(
        id="feishu",
        name=N_("Feishu"),
        look=Look(
            '<path d="M6 3h7.5c1.8 1.5 3 3.5 3.7 5.8-1.6.5-3 1.4-4.4 2.7C11 8 8.8 5.3 6 3Zm-'
            "4 5c5.2 5.5 10.3 8 15 7.2-2.3 3.5-5.3 5.3-9 5.3-2.5 0-4.5-.6-6-1.7Zm20 1.2"
            '-3.5 6.2c-1.5.8-3.3.9-5.3.3C15.5 11.5 18 9 22 9.2Z"/>',
            light="#2a57c9",
            dark="#7ba7ff",
        ),
        preset=Preset(
            authorization_endpoint="https://accounts.{region}/open-apis/authen/v1/authorize",
            token_endpoint="https://accounts.{region}/oauth/v3/token",
            userinfo_endpoint="https://open.{region}/open-apis/authen/v1/user_info",
            authentication="client_secret_post",
            envelope="/data",
            errors=("/code", "/error"),
            named={
                **dict.fromkeys(("20002", "20048", "20069"), "invalid_client"),
                **dict.fromkeys(("20003", "20004", "20024", "20049", "20065"), "invalid_grant"),
                **dict.fromkeys(("20008", "20010", "20066"), "access_denied"),
                **dict.fromkeys(("20050", "20072"), "server_error"),
                **dict.fromkeys(("20001", "20063", "20070"), "invalid_request"),
                **dict.fromkeys(("20067", "20068"), "invalid_scope"),
                **dict.fromkeys(("20005", "99991663", "99991668"), "userinfo_refused"),
                "20036": "unsupported_grant_type",
                "20071": "redirect_uri_mismatch",
            },
            claims=ClaimMap(
                id="/open_id",
                shared="/union_id",
                name="/name /en_name",
                picture="/avatar_url",
                email="/enterprise_email /email",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Members of an organization that uses Feishu or Lark."),
        scope_sentence=N_("see the identifier that Feishu has for you"),
        upstream=OAuth2Upstream,
        fields=(
            Field(
                "region",
                N_("Region"),
                N_("Where the organization is. It stays."),
                input="choice",
                required=True,
                lasting=True,
                choices=(
                    Choice("feishu.cn", N_("Feishu (feishu.cn)")),
                    Choice("larksuite.com", N_("Lark (larksuite.com)")),
                ),
                default="feishu.cn",
            ),
            form.CLIENT_SECRET,
            form.DEVELOPER,
        ),
        shared="feishu:unionid:{developer}",
        console=Console(
            credentials=N_("open.feishu.cn or open.larksuite.com, Credentials: App ID and secret"),
            redirect=N_("Development configuration, Security settings: redirect URLs"),
            first=(
                (
                    N_("Availability"),
                    N_("Version management: publish the app to those who may sign in."),
                ),
            ),
        ),
        word="openid",
        refusals={
            "20009": N_("The organization has not installed the app; its administrator must."),
            "99991672": N_("The app lacks a permission; grant it, and publish a new version."),
            "99991679": N_(
                "The person has not granted what is asked for; correct the app's scope."
            ),
        },
    )
)
