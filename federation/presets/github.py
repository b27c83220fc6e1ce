"""GitHub.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps: addresses,
PKCE with S256, errors with status 200. https://docs.github.com/en/rest/users/users: ``id`` is a
number and stays; the login can be given to somebody else; the address that ``/user`` tells is not
said to be verified.
"""

from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

GITHUB = declared(
    Declaration(
        id="github",
        name=N_("GitHub"),
        look=Look(
            '<path d="M12 2a10 10 0 0 0-3.2 19.5v-3.3c-2.8.6-3.4-1.2-3.4-1.2l-1-1.4c1.5-.3 '
            "2.2 1.5 2.2 1.5 1 1 2.3.8 2.3.8.2-.8.6-1.2 1-1.4C7 16 5.5 14.5 5.5 "
            "11.5c0-1.2.4-2.2 1.1-3l.2-3 2.7 1.2a9 9 0 0 1 5 0l2.7-1.2.2 3c.7.8 1.1 1.8 1.1 "
            '3 0 3-1.5 4.5-4.4 5 .6.5 1 1.3 1 2.6v2.4A10 10 0 0 0 12 2Z"/>',
            light="#24292f",
            dark="#d0d7de",
        ),
        preset=Preset(
            authorization_endpoint="https://github.com/login/oauth/authorize",
            token_endpoint="https://github.com/login/oauth/access_token",
            userinfo_endpoint="https://api.github.com/user",
            scope="read:user",
            authentication="client_secret_post",
            claims=ClaimMap(
                id="/id",
                name="/name /login",
                picture="/avatar_url",
                email="",
                email_verified="",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Accounts of github.com."),
        scope_sentence=N_("see the identifier that GitHub has for you"),
        upstream=OAuth2Upstream,
        console=Console(
            credentials=N_(
                "github.com, Settings, Developer settings, OAuth Apps: client ID and secret"
            ),
            redirect=N_("The OAuth App's Authorization callback URL"),
        ),
        word="id",
        refusals={
            "incorrect_client_credentials": N_(
                "GitHub does not know the client, or its secret is wrong. Copy both again."
            ),
        },
    )
)
