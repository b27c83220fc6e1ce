"""GitLab, gitlab.com or a server of one's own.

https://docs.gitlab.com/integration/openid_connect_provider (read 2026-11-29): metadata at the
instance's address, ``sub`` is the user's ID, name and e-mail address with ``email_verified`` in
both tokens and user-info.
"""

from dataclasses import replace

from federation.oauth import form
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

GITLAB = declared(
    Declaration(
        id="gitlab",
        name=N_("GitLab"),
        look=Look(
            '<path d="m12 22 4-11H8l4 11Z"/><path d="M2.5 12.5 12 22 7 11H3.2l-.7 1.5Zm19 '
            '0L12 22l5-11h3.8l.7 1.5ZM5 3.5 3.2 10H7L5 3.5Zm14 0L17 10h3.8L19 3.5Z"/>',
            light="#b5390c",
            dark="#fc9a6b",
        ),
        preset=Preset(scope="openid profile email"),
        about=N_("Accounts of gitlab.com, or of a GitLab of your own."),
        scope_sentence=N_("see the identifier that GitLab has for you"),
        console=Console(
            credentials=N_("GitLab, Applications: application ID and secret, confidential"),
            redirect=N_("The application's Redirect URI"),
            first=((N_("Scopes"), N_("Check openid, profile and email at the application.")),),
        ),
        fields=(
            replace(
                form.ISSUER,
                label=N_("Address of GitLab"),
                hint=N_("https://gitlab.com, or your own, without a slash at the end. It stays."),
            ),
            form.CLIENT_SECRET,
        ),
    )
)
