"""Local passwords, as the application that handles this request checks them."""

from urllib.parse import urlsplit

from flask import current_app

from app.accounts.passwords import Passwords


def passwords() -> Passwords:
    """The application's one verifier, at first use: building it costs a hash."""
    known: Passwords | None = current_app.extensions.get("passwords")
    if known is None:
        host = urlsplit(current_app.extensions["settings"].issuer).hostname or ""
        known = Passwords.with_costs(words=(host, *host.split(".")))
        current_app.extensions["passwords"] = known
    return known
