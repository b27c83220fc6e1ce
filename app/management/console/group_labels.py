"""What administrators read of groups and of who may come in."""

from app.management.console.labels import say
from federation.translation import N_

ACCESS_STATES = {
    "asked": N_("asks for access"),
    "allowed": N_("let in"),
    "refused": N_("refused"),
}
ORIGINS = {
    "hand": N_("by hand"),
    "import": N_("by an import"),
    "merge": N_("with a merged account"),
    "rule": N_("by a rule"),
}


def access_state(code: str) -> str:
    """Whether somebody was let in to an application, asks to be, or was refused."""
    return say(ACCESS_STATES, code)


def origin(code: str) -> str:
    """How somebody came into a group."""
    return say(ORIGINS, code)
