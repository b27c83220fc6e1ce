"""Google.

https://developers.google.com/identity/openid-connect/reference (read 2026-11-29): the issuer, its
metadata with PKCE and ``iss`` in answers (RFC 9207), ``sub`` that is never given to somebody else.
"""

from federation.oauth import form
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

GOOGLE = declared(
    Declaration(
        id="google",
        name=N_("Google"),
        look=Look(
            '<path d="M21.5 10.3H12v3.8h5.4a5.7 5.7 0 1 1-1.6-6.3l2.8-2.8a9.7 9.7 0 1 0 3 '
            '8.1c.1-1 .1-1.9-.1-2.8Z"/>',
            light="#1a56c4",
            dark="#8ab4f8",
        ),
        preset=Preset(
            issuer="https://accounts.google.com",
            scope="openid profile email",
            offline={"access_type": "offline"},
        ),
        about=N_("Google accounts, of persons and of organizations."),
        scope_sentence=N_("see the identifier that Google has for you"),
        console=Console(
            credentials=N_(
                "console.cloud.google.com, Google Auth Platform, Clients: Web application"
            ),
            redirect=N_("The client's Authorized redirect URIs"),
            first=(
                (
                    N_("Consent screen"),
                    N_("Google Auth Platform, Branding and Audience: publish it, or add testers."),
                ),
            ),
        ),
        options=(form.PROMPT,),
    )
)
