"""Slack.

https://api.slack.com/authentication/sign-in-with-slack and
https://docs.slack.dev/reference/methods/openid.connect.token (read 2026-11-29): the issuer, the
``nonce``, errors with status 200. A user's ID is one of a kind within its workspace.
"""

from federation.oauth.claim_map import ClaimMap
from federation.oauth.declared import Console, Declaration, declared
from federation.oauth.preset import Preset
from federation.source import Look
from federation.translation import N_

SLACK = declared(
    Declaration(
        id="slack",
        name=N_("Slack"),
        look=Look(
            '<rect x="9" y="2" width="3" height="10" rx="1.5"/><rect x="2" y="9" width="7" '
            'height="3" rx="1.5"/><rect x="12" y="12" width="3" height="10" rx="1.5"/><rect '
            'x="15" y="12" width="7" height="3" rx="1.5"/><rect x="15" y="4" width="3" '
            'height="7" rx="1.5"/><rect x="6" y="13" width="3" height="7" rx="1.5"/>',
            light="#4a154b",
            dark="#d9a6db",
        ),
        preset=Preset(
            issuer="https://slack.com",
            scope="openid profile email",
            authentication="client_secret_post",
            pkce=False,
            want_new_code=("invalid_code", "code_already_used", "code_expired"),
            claims=ClaimMap(within="/https:~1~1slack.com~1team_id"),
        ),
        about=N_("Members of Slack workspaces."),
        scope_sentence=N_("see the identifier that Slack has for you"),
        console=Console(
            credentials=N_("api.slack.com/apps, Basic Information: client ID and secret"),
            redirect=N_("OAuth & Permissions: Redirect URLs"),
        ),
        refusals={
            "invalid_client_id": N_("Slack does not know this client ID. Copy it again."),
            "bad_client_secret": N_("Slack says that the client secret is wrong. Copy it again."),
            "bad_redirect_uri": N_("The redirect address is not among those of the Slack app."),
        },
    )
)
