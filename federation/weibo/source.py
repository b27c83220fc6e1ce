"""Weibo.

https://open.weibo.com/wiki/Error_code (a stored copy, read 2026-11-29): numbers of errors.
Addresses, ``uid`` beside the token (https://open.weibo.com/wiki/Oauth2/access_token), the members
of ``users/show`` and the numbers of OAuth 2.0 as public clients quote them. A ``uid`` has 64 bits:
more than a JavaScript number holds.
"""

from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_
from federation.weibo.upstream import WeiboUpstream

WEIBO = declared(
    Declaration(
        id="weibo",
        name=N_("Weibo"),
        look=Look(
            '<path fill-rule="evenodd" d="M9.5 7.5C5.5 8.5 2.5 12 2.5 15c0 3 3.3 5 '
            "7.3 5 4.7 0 8.2-2.7 8.2-5.6 0-1.6-1.2-2.6-2.7-3 .9-2.7-1-3.6-3.6-"
            "2.5.4-1.3-.5-1.9-2.2-1.4Zm.4 4.3c3 0 5 1.3 5 3.1s-2.2 3.3-5.1 "
            '3.3-4.7-1.3-4.7-3.1 1.9-3.3 4.8-3.3Z"/><circle cx="9" cy="15.2" '
            'r="1.7"/><path d="M15 3.5A6.5 6.5 0 0 1 21.3 12l-1.7-.5A4.7 4.7 0 0 0 15 '
            '5.3Zm.3 3.3a3.3 3.3 0 0 1 3 4.3l-1.5-.5a1.7 1.7 0 0 0-1.6-2.2Z"/>',
            light="#b8291d",
            dark="#ff8a7a",
        ),
        preset=Preset(
            authorization_endpoint="https://api.weibo.com/oauth2/authorize",
            token_endpoint="https://api.weibo.com/oauth2/access_token",
            userinfo_endpoint="https://api.weibo.com/2/users/show.json",
            authentication="client_secret_post",
            token_parameter="access_token",
            pkce=False,
            errors=("/error_code", "/error"),
            named={
                **dict.fromkeys(("10001", "10002", "10003", "10009", "21331"), "server_error"),
                **dict.fromkeys(("21314", "21315", "21316", "21317", "21332"), "userinfo_refused"),
                **dict.fromkeys(("10006", "21324"), "invalid_client"),
                "21322": "redirect_uri_mismatch",
                "21323": "invalid_request",
                "21325": "invalid_grant",
                "21326": "unauthorized_client",
                "21327": "userinfo_refused",
                "21328": "unsupported_grant_type",
                "21329": "unsupported_response_type",
                "21330": "access_denied",
            },
            claims=ClaimMap(
                id="/idstr /id",
                name="/screen_name /name",
                picture="/avatar_hd /avatar_large /profile_image_url",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Accounts of weibo.com."),
        scope_sentence=N_("see the identifier that Weibo has for you"),
        upstream=WeiboUpstream,
        console=Console(
            credentials=N_("open.weibo.com, My applications: App Key and App Secret"),
            redirect=N_("Application information, Advanced: the OAuth 2.0 authorization callback"),
            first=(
                (
                    N_("Access for a website"),
                    N_("open.weibo.com, Website access: create it; until approved, add testers."),
                ),
            ),
        ),
        word="uid",
        refusals={
            "10014": N_("The application lacks a permission; apply for it in Weibo's console."),
            "21321": N_("The application is not reviewed yet: only its testers can sign in."),
        },
    )
)
