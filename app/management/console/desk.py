"""What the config pages reach in the application that they run in."""

from app.administrators.passkeys import Passkeys
from app.management.services.deployment import (
    acting_as,
    clock,
    elements,
    provider,
    session,
    settings,
)

__all__ = [
    "acting_as",
    "clock",
    "elements",
    "passkeys",
    "provider",
    "session",
    "settings",
]


def passkeys() -> Passkeys:
    return Passkeys(settings().issuer)
