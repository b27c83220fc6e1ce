"""Local passwords, as the application that handles this request checks them."""

from flask import current_app

from app.accounts.passwords import Passwords


def passwords() -> Passwords:
    """The application's one verifier, at first use: building it costs a hash."""
    known: Passwords | None = current_app.extensions.get("passwords")
    if known is None:
        known = current_app.extensions["passwords"] = Passwords.with_costs()
    return known
