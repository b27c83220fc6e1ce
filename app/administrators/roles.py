"""What an admin may do: three roles, each with all that the one below it has."""

from typing import Literal, get_args

from federation.translation import N_

Role = Literal["viewer", "editor", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)

NAMES: dict[str, str] = {
    "viewer": N_("Viewer"),
    "editor": N_("Editor"),
    "owner": N_("Owner"),
}
MEANINGS: dict[str, str] = {
    "viewer": N_("Sees everything but secrets, and changes nothing."),
    "editor": N_("Changes credentials, connections, applications and accounts."),
    "owner": N_("Also rotates keys and decides who is an administrator."),
}


def may(role: str, needed: Role) -> bool:
    """Whether somebody with ``role`` may do what needs ``needed``."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)
