"""What commands reach in the application that they run in, and in whose name they act."""

from app.management.services.actor import Actor
from app.management.services.deployment import (
    acting_as,
    clock,
    provider,
    session,
    settings,
)

__all__ = [
    "ACTOR",
    "clock",
    "operator",
    "provider",
    "session",
    "settings",
]

ACTOR = "system"
"""Who did it, for the audit trail: whoever may run commands on the server."""


def operator() -> Actor:
    """Whoever runs this command."""
    return acting_as(ACTOR)
