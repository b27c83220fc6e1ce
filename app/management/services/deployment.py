"""What pages and commands reach in the application that they run in."""

from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from app.database import db
from app.elements import Elements, current_elements, current_federation
from app.management.services.actor import Actor
from app.settings import Settings
from oidc.clock import Clock
from oidc.provider import Provider, current_provider


def settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def elements() -> Elements:
    return current_elements()


def provider() -> Provider:
    return current_provider()


def clock() -> Clock:
    return provider().clock


def session() -> Session:
    """The one session; every view and every command commits it once."""
    return db.session()


def acting_as(name: str) -> Actor:
    """Somebody who changes this deployment.

    :param name: as the audit trail is to have it.
    """
    return Actor(provider(), current_federation(), session(), name)
