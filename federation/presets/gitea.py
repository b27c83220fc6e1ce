"""Gitea, a server of one's own or gitea.com.

https://docs.gitea.com/development/oauth2-provider and Gitea's ``services/oauth2_provider`` (read
2026-11-29): metadata at the instance's address, ``sub`` is the number of the user, PKCE by S256.
``email_verified`` says that the account is active, which it is without any letter where
registrations are not confirmed by mail: nobody is linked by it.
"""

from dataclasses import replace

from federation.oauth import form
from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

GITEA = declared(
    Declaration(
        id="gitea",
        name=N_("Gitea"),
        look=Look(
            '<path d="M4 8h12v6a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5V8Zm13 1h1a3 3 0 0 1 0 7h-1.6l.6-2h1a'
            '1 1 0 0 0 0-3h-1V9Z"/><rect x="7" y="3" width="2" height="3"/><rect x="11" y="3" '
            'width="2" height="3"/>',
            light="#3f6b14",
            dark="#9ccc65",
        ),
        preset=Preset(scope="openid profile email", claims=ClaimMap(email_verified="")),
        about=N_("Accounts of a Gitea of your own, or of gitea.com."),
        scope_sentence=N_("see the identifier that Gitea has for you"),
        console=Console(
            credentials=N_(
                "Gitea, Settings, Applications, Manage OAuth2 applications: client ID and secret, "
                "confidential"
            ),
            redirect=N_("The application's redirect URIs"),
        ),
        fields=(
            replace(
                form.ISSUER,
                label=N_("Address of Gitea"),
                hint=N_(
                    "As issuer stands at its /.well-known/openid-configuration, as in "
                    "https://gitea.example.com. It stays."
                ),
            ),
            form.CLIENT_SECRET,
        ),
    )
)
