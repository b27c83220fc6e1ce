"""What administrators read of groups and of who may come in."""

from flask_babel import gettext as _

from federation.translation import N_

EVENTS = {
    "group.created": N_("Group made"),
    "group.changed": N_("Group changed"),
    "group.deleted": N_("Group deleted"),
    "group.members_added": N_("People put into a group"),
    "group.members_removed": N_("People taken out of a group"),
    "client.access_changed": N_("Who may use an application changed"),
    "access.refused": N_("Kept out of an application"),
    "access.ended": N_("An application's tokens ended: the person or the way in is shut there"),
    "access.asked": N_("Asked for access to an application"),
    "access.allowed": N_("Let in to an application"),
    "access.declined": N_("Request for access declined"),
    "access.withdrawn": N_("Decision about access taken back"),
}
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
    return str(_(ACCESS_STATES.get(code, code)))


def origin(code: str) -> str:
    """How somebody came into a group."""
    return str(_(ORIGINS.get(code, code)))
