"""Xiaomi, for people with a Xiaomi account.

https://dev.mi.com/xiaomihyperos/documentation/detail?pId=1708 (of 2024-09-26): the addresses, a
secret in the form, no challenge, ``openId`` with the token, which is a person's name in one
application. https://xiaomi-passport.github.io/open-api.html: ``unionId`` in the profile is the one
in all applications of a developer, user-info wants ``clientId`` and ``token``.
https://xiaomi-passport.github.io/error-code.html: the numbers; scope-list.html: 1 is the profile, 3
the openId. Neither e-mail nor phone is said to be verified. (All read 2026-11-29.)
"""

from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_
from federation.xiaomi.upstream import XiaomiUpstream

XIAOMI = declared(
    Declaration(
        id="xiaomi",
        name=N_("Xiaomi"),
        look=Look(
            '<path d="M4 19V5h10a6 6 0 0 1 6 6v8h-3v-8a3 3 0 0 0-3-3H7v11Z"/>'
            '<path d="M10.500 11h3v8h-3Z"/>',
            light="#b34700",
            dark="#ff9a52",
        ),
        preset=Preset(
            authorization_endpoint="https://account.xiaomi.com/oauth2/authorize",
            token_endpoint="https://account.xiaomi.com/oauth2/token",
            userinfo_endpoint="https://open.account.xiaomi.com/user/profile",
            scope="1 3",
            authentication="client_secret_post",
            pkce=False,
            token_parameter="token",
            envelope="/data",
            errors=("/error", "/code"),
            named={
                "96001": "invalid_client",
                "96002": "invalid_request",
                "96003": "invalid_client",
                "96004": "unsupported_grant_type",
                "96005": "unauthorized_client",
                "96006": "unsupported_grant_type",
                "96007": "invalid_scope",
                "96008": "userinfo_refused",
                "96009": "invalid_grant",
                "96010": "redirect_uri_mismatch",
                "96011": "unsupported_response_type",
                "96012": "access_denied",
                "96013": "invalid_grant",
            },
            claims=ClaimMap(
                id="/openId",
                shared="/unionId",
                name="/miliaoNick",
                picture="/miliaoIcon",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Xiaomi accounts."),
        scope_sentence=N_("see the identifier that Xiaomi has for you"),
        upstream=XiaomiUpstream,
        console=Console(
            credentials=N_("dev.mi.com, the application's details: AppID and AppSecret"),
            redirect=N_("dev.mi.com, the application's Xiaomi account service: redirect address"),
            first=(
                (
                    N_("Account service"),
                    N_("Switch the Xiaomi account service on for the application."),
                ),
            ),
        ),
        fields=(form.CLIENT_SECRET, form.DEVELOPER),
        word="openid",
        shared="xiaomi:unionid:{developer}",
    )
)
