"""Kakao.

https://developers.kakao.com/docs/latest/en/kakaologin/prerequisite (read 2026-11-29): OpenID
Connect has to be switched on, and a client secret issued. https://kauth.kakao.com is the issuer.
``sub`` is of one application; ID tokens tell nickname and picture.
"""

from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

KAKAO = declared(
    Declaration(
        id="kakao",
        name=N_("Kakao"),
        look=Look(
            '<path d="M12 3.5C6.5 3.5 2 7 2 11.3c0 2.8 1.9 5.2 4.7 6.6l-1 '
            '3.6c-.1.4.3.6.6.4l4.3-2.8 1.4.1c5.5 0 10-3.5 10-7.9s-4.5-7.8-10-7.8Z"/>',
            light="#5c4a00",
            dark="#fee500",
        ),
        preset=Preset(
            issuer="https://kauth.kakao.com",
            scope="openid profile_nickname profile_image",
            authentication="client_secret_post",
            pkce=False,
        ),
        about=N_("Kakao accounts, in Korea."),
        scope_sentence=N_("see the identifier that Kakao has for you"),
        console=Console(
            credentials=N_("developers.kakao.com, App keys: REST API key; Client secret, enabled"),
            redirect=N_("Kakao Login: Redirect URI"),
            first=(
                (N_("OpenID Connect at Kakao"), N_("Kakao Login, OpenID Connect: switch it on.")),
            ),
        ),
    )
)
