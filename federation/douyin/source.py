"""Douyin.

https://open.douyin.com/platform/resource/docs/openapi/account-permission/get-access-token and
.../account-management/get-account-open-info (stored copies, read 2026-11-29): ``client_key``, the
envelope, errors with status 200, ``union_id``; 10002, 10003 and 10013 from its list of errors, the
other numbers as public clients have them.
https://developer.open-douyin.com/docs/resource/zh-CN/dop/develop/openapi/account-permission/refresh-access-token
(read 2026-11-29): another address for refresh tokens, which end 30 days after the sign-in (10010).
"""

from federation.douyin.upstream import DouyinUpstream
from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

DOUYIN = declared(
    Declaration(
        id="douyin",
        name=N_("Douyin"),
        look=Look(
            '<path d="M12.5 2.5h3.2c.3 2.5 1.8 4.2 4.3 4.5v3.2c-1.6 0-3-.4-4.2-1.2v6.5a6 6 0 '
            '1 1-6-6l1 .1v3.3a2.7 2.7 0 1 0 1.7 2.6Z"/>',
            light="#161823",
            dark="#e6e8f0",
        ),
        preset=Preset(
            authorization_endpoint="https://open.douyin.com/platform/oauth/connect/",
            token_endpoint="https://open.douyin.com/oauth/access_token/",
            userinfo_endpoint="https://open.douyin.com/oauth/userinfo/",
            scope="user_info",
            pkce=False,
            envelope="/data",
            errors=("/error_code", "/err_no"),
            named={
                **dict.fromkeys(("10003", "10013", "10014", "29002002"), "invalid_client"),
                **dict.fromkeys(("10007", "10010", "28001007"), "invalid_grant"),
                **dict.fromkeys(("10002", "2100005"), "invalid_request"),
                **dict.fromkeys(("10008", "28001003", "2190002", "2190008"), "userinfo_refused"),
                **dict.fromkeys(("10020", "2100001", "2100004"), "temporarily_unavailable"),
                "10004": "invalid_scope",
            },
            claims=ClaimMap(
                id="/open_id",
                shared="/union_id",
                name="/nickname",
                picture="/avatar_larger /avatar",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Accounts of Douyin, in China."),
        scope_sentence=N_("see the identifier that Douyin has for you"),
        upstream=DouyinUpstream,
        fields=(form.CLIENT_SECRET, form.DEVELOPER),
        shared="douyin:unionid:{developer}",
        console=Console(
            credentials=N_("developer.open-douyin.com, Website application: Client Key and Secret"),
            redirect=N_("Development settings, authorization callback domain: this address's host"),
            first=(
                (
                    N_("Ability"),
                    N_("Ability management: apply for the user's public information (user_info)."),
                ),
            ),
        ),
        word="openid",
        refusals={
            "2190001": N_("The application's quota with Douyin is used up."),
            "2190003": N_("The person has not granted user_info to the application."),
            "2190004": N_("The application lacks user_info; apply for it in Douyin's console."),
        },
    )
)
