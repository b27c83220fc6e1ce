"""Discord.

https://discord.com/developers/docs/topics/oauth2 and .../resources/user: addresses, scopes, a user
with ``id``, ``global_name``, ``email`` and ``verified``. The picture is a number, not an address.
"""

from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.oauth2 import OAuth2Upstream
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

DISCORD = declared(
    Declaration(
        id="discord",
        name=N_("Discord"),
        look=Look(
            '<path fill-rule="evenodd" d="M8 5c1-.4 2-.6 2.5-.7l.4.8h2.2l.4-.8C14 4.4 15 4.6 '
            "16 5c2.5 1 5 5.5 5 11.5-1.5 1.6-3.5 2.5-5 3l-1-1.7 1.2-.6a12 12 0 0 1-8.4 "
            "0l1.2.6-1 1.7c-1.5-.5-3.5-1.4-5-3C3 10.5 5.5 6 8 5Zm1 6a1.7 1.8 0 1 0 0 3.6A1.7 "
            '1.8 0 0 0 9 11Zm6 0a1.7 1.8 0 1 0 0 3.6A1.7 1.8 0 0 0 15 11Z"/>',
            light="#4752c4",
            dark="#a5adff",
        ),
        preset=Preset(
            authorization_endpoint="https://discord.com/oauth2/authorize",
            token_endpoint="https://discord.com/api/oauth2/token",
            userinfo_endpoint="https://discord.com/api/users/@me",
            scope="identify email",
            authentication="client_secret_post",
            pkce=False,
            claims=ClaimMap(
                id="/id",
                name="/global_name /username",
                picture="",
                email_verified="/verified",
                phone="",
                phone_verified="",
            ),
        ),
        about=N_("Discord accounts."),
        scope_sentence=N_("see the identifier that Discord has for you"),
        upstream=OAuth2Upstream,
        console=Console(
            credentials=N_(
                "discord.com/developers, the application's OAuth2: client ID and secret"
            ),
            redirect=N_("OAuth2: Redirects"),
        ),
        word="id",
    )
)
