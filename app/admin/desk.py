"""What the config pages reach in the application that they run in."""

from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from app.accounts.passwords import Passwords
from app.admin.passkeys import Passkeys
from app.database import db
from app.settings import Settings
from federation import Federation
from oidc.client_metadata import RegistrationPolicy
from oidc.clock import Clock
from oidc.provider import Provider, current_provider


def settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def federation() -> Federation:
    return cast(Federation, current_app.extensions["federation"])


def provider() -> Provider:
    return current_provider()


def clock() -> Clock:
    return provider().clock


def session() -> Session:
    """The one session; every view commits it once."""
    return db.session()


def passwords() -> Passwords:
    """The application's one verifier; building it costs a hash."""
    known: Passwords | None = current_app.extensions.get("admin_passwords")
    if known is None:
        known = current_app.extensions["admin_passwords"] = Passwords.with_costs()
    return known


def passkeys() -> Passkeys:
    return Passkeys(settings().issuer)


def registration_policy() -> RegistrationPolicy:
    """An admin is trusted: our own switches may be set."""
    return RegistrationPolicy(
        trusted=True, http_on_loopback=provider().settings.allow_http_loopback
    )
