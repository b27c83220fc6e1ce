"""Amazon.

https://developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html (read 2026-11-29):
addresses and scopes. https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html:
``user_id``, ``name`` and ``email``, which is not said to be verified.
"""

from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

AMAZON = declared(
    Declaration(
        id="amazon",
        name=N_("Amazon"),
        look=Look(
            '<path d="M2.5 16.5c5.5 3.8 13.5 3.8 18.5.5l.8 1c-5.8 4.5-14.3 '
            '4.5-20-.5l.7-1Z"/><path d="m18 15.5 4-.5-1 4-1-1-2-2.5Z"/><path '
            'fill-rule="evenodd" d="M12 3c3.5 0 5 1.7 5 4.7V14h-2.8v-1c-.9 1-2 1.5-3.4 '
            "1.5-2.2 0-3.8-1.3-3.8-3.3 0-2.5 2-3.7 6.8-3.7V7.3c0-1.3-.6-2-2-2-1.2 "
            "0-1.9.5-2.1 1.5H7C7.3 4.5 9 3 12 3Zm1.8 6.5c-2.8 0-3.9.5-3.9 1.7 0 .7.6 1.2 1.5 "
            '1.2 1.4 0 2.4-1 2.4-2.5v-.4Z"/>',
            light="#7a4a00",
            dark="#ff9900",
        ),
        preset=Preset(
            authorization_endpoint="https://www.amazon.com/ap/oa",
            token_endpoint="https://api.amazon.com/auth/o2/token",
            userinfo_endpoint="https://api.amazon.com/user/profile",
            scope="profile",
            authentication="client_secret_post",
            claims=ClaimMap(
                id="/user_id",
                name="/name",
                picture="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Amazon accounts."),
        scope_sentence=N_("see the identifier that Amazon has for you"),
        upstream=OAuth2Upstream,
        console=Console(
            credentials=N_(
                "developer.amazon.com, Login with Amazon, Web settings: client ID and secret"
            ),
            redirect=N_("Web settings: Allowed Return URLs"),
        ),
        word="id",
    )
)
