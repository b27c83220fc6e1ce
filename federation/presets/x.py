"""X.

https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token (read 2026-11-29):
addresses, PKCE, Basic for confidential clients. The user is within ``data`` of ``/2/users/me``
(https://docs.x.com/x-api/users/get-my-user), which wants ``users.read`` and ``tweet.read``.
"""

from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

X = declared(
    Declaration(
        id="x",
        name=N_("X"),
        look=Look(
            '<path d="M3 3h5.2l4.3 6L17.6 3H20l-6.4 7.6L21 21h-5.2l-4.8-6.6L5.4 '
            '21H3l6.9-8.2L3 3Zm3 1.8 10.6 14.4h1.5L7.5 4.8H6Z"/>',
            light="#0f1419",
            dark="#d7dbdc",
        ),
        preset=Preset(
            authorization_endpoint="https://x.com/i/oauth2/authorize",
            token_endpoint="https://api.x.com/2/oauth2/token",
            userinfo_endpoint="https://api.x.com/2/users/me?user.fields=profile_image_url",
            scope="users.read tweet.read",
            authentication="client_secret_basic",
            envelope="/data",
            claims=ClaimMap(
                id="/id",
                name="/name /username",
                picture="/profile_image_url",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Accounts of X."),
        scope_sentence=N_("see the identifier that X has for you"),
        upstream=OAuth2Upstream,
        console=Console(
            credentials=N_(
                "developer.x.com, the app's Keys and tokens: OAuth 2.0 client ID and secret"
            ),
            redirect=N_("User authentication settings: Callback URI; type of app Web App"),
        ),
        word="id",
    )
)
