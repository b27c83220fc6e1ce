"""What applications may learn of people: by their scopes, and by what is released to them."""

from collections.abc import Mapping

from app.enablement.sources import Enablement
from federation.translation import N_
from oidc.clients.client import Client

LEARNT: Mapping[str, tuple[str, str]] = {
    "phone": ("phone_number", N_("phone number")),
    "email": ("email", N_("e-mail")),
    "profile": ("name", N_("name and picture")),
    "address": ("address", N_("address")),
}
"""By scope the claim that stands for it, and what it is called."""


def learnt_by(client: Client, enablements: Mapping[tuple[str, str], Enablement]) -> list[str]:
    """The scopes of `LEARNT` by which it is told something, of whoever agrees.

    :param enablements: of this application, and maybe of others.
    """
    own = [one for (client_id, _), one in enablements.items() if client_id == client.client_id]
    used = [one for one in own if one.enabled]
    return [
        scope
        for scope, (claim, _said) in LEARNT.items()
        if client.allows_scope(scope) and any(_releases(one, claim) for one in used)
    ]


def _releases(enablement: Enablement, claim: str) -> bool:
    release = enablement.policy.claims.get(claim)
    return release is None or release.id_token or release.userinfo
