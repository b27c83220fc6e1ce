"""What commands reach in the application that they run in."""

from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from app.database import db
from app.settings import Settings
from federation import Federation
from oidc.client_metadata import RegistrationPolicy
from oidc.clock import Clock
from oidc.provider import Provider, current_provider

ACTOR = "system"
"""Who did it, for the audit trail: whoever may run commands on the server."""


def settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def federation() -> Federation:
    return cast(Federation, current_app.extensions["federation"])


def provider() -> Provider:
    return current_provider()


def clock() -> Clock:
    return provider().clock


def session() -> Session:
    """The one session; every command commits it once."""
    return db.session()


def registration_policy() -> RegistrationPolicy:
    """An operator is trusted: our own switches may be set."""
    return RegistrationPolicy(
        trusted=True, http_on_loopback=provider().settings.allow_http_loopback
    )
