"""What the config pages reach in the application that they run in."""

from flask import current_app

from app.accounts.passwords import Passwords
from app.admin.passkeys import Passkeys
from app.administration.deployment import (
    acting_as,
    clock,
    federation,
    provider,
    session,
    settings,
)

__all__ = [
    "acting_as",
    "clock",
    "federation",
    "passkeys",
    "passwords",
    "provider",
    "session",
    "settings",
]


def passwords() -> Passwords:
    """The application's one verifier; building it costs a hash."""
    known: Passwords | None = current_app.extensions.get("admin_passwords")
    if known is None:
        known = current_app.extensions["admin_passwords"] = Passwords.with_costs()
    return known


def passkeys() -> Passkeys:
    return Passkeys(settings().issuer)
