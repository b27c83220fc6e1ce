"""Who is signed in in this browser, as the pages show them, and for how long."""

from dataclasses import dataclass

from flask import current_app

from app.database import db
from app.pages.connections import name_or
from app.sessions import browser, cookie
from app.sessions.lifetimes import SessionLifetimes
from app.sign_in.client_display import colour, initial
from oidc.provider import current_provider


@dataclass(frozen=True, slots=True)
class Person:
    """:param sid: the session that this is read from; forms carry it, so that an answer given
    as one person never counts for another who signed in meanwhile."""

    subject: str
    sid: str
    name: str

    @property
    def initial(self) -> str:
        return initial(self.name)

    @property
    def colour(self) -> int:
        return colour(self.subject)


def signed_in(client_id: str | None) -> Person | None:
    """The person whose sign-in this application may rely on; None when there is nobody.

    :param client_id: None for our own pages, which rely on every sign-in.
    """
    provider = current_provider()
    token = cookie.token(secure=provider.settings.secure)
    found = browser.get(db.session(), provider.clock, token, client_id=client_id)
    if found is None or not found.enabled:
        return None
    return Person(found.subject, found.sid, name_or(found.name, found.connection_id))


def lifetimes() -> SessionLifetimes:
    """How long sessions live in this deployment."""
    settings = current_app.extensions["settings"]
    return SessionLifetimes(settings.session_idle_lifetime, settings.session_lifetime)
