"""LINE.

https://developers.line.biz/en/docs/line-login/integrate-line-login/ and .../verify-id-token/: the
issuer, PKCE, ``nonce``. ID tokens of web logins are signed HS256 with the channel secret, whatever
the metadata name. The user ID holds for all channels of one provider.
"""

from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

LINE = declared(
    Declaration(
        id="line",
        name=N_("LINE"),
        look=Look(
            '<path d="M12 3C6.5 3 2 6.6 2 11c0 3.9 3.5 7.2 8.3 7.8.5.1.6.4.5.9l-.2 1.6c0 '
            ".5.3.7.8.4 3-1.7 8.3-4.9 9.8-7.8A6.5 6.5 0 0 0 22 11c0-4.4-4.5-8-10-8ZM9.8 "
            '7.5h1.6v5.2h3.2v1.5H9.8V7.5Z"/>',
            light="#05702f",
            dark="#4cd37b",
        ),
        preset=Preset(
            issuer="https://access.line.me",
            scope="openid profile",
            authentication="client_secret_post",
            id_token_alg="HS256",
        ),
        about=N_("LINE accounts, in Japan, Taiwan and Thailand."),
        scope_sentence=N_("see the identifier that LINE has for you"),
        console=Console(
            credentials=N_(
                "developers.line.biz, LINE Login channel, Basic settings: ID and secret"
            ),
            redirect=N_("LINE Login channel, LINE Login: Callback URL"),
        ),
    )
)
