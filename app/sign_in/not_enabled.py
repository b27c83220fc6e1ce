"""A connection that may not be used for what is asked: it is off, or not this application's."""

from app.audit.trail import Event, record
from app.database import db
from app.elements import current_federation
from app.web.client_address import address_counted
from app.web.rate_limits import allows
from oidc.provider import current_provider

NOTED = "30/minute"
"""Lines in the log that one address can cause by asking for what it may not have."""


class NotEnabled(Exception):
    """:param connection_id: as the request names it: it may be anything.

    :param client_id: the application; None for our own pages, or where it is not known.
    """

    def __init__(self, connection_id: str, client_id: str | None = None) -> None:
        super().__init__("the connection is not enabled for what is asked")
        self.connection_id = connection_id
        self.client_id = client_id


def note(refusal: NotEnabled) -> None:
    """Writes the refusal into the log, as for a sign-in that gets further. Commits.

    What the request had begun is taken back first. Nothing is written of a connection that does
    not exist.
    """
    session = db.session()
    session.rollback()
    known = current_federation().connections.get(session, refusal.connection_id)
    if known is None or not allows(NOTED, "not enabled", address_counted()):
        return
    event = Event(
        "sign_in.refused",
        client_id=refusal.client_id,
        connection_id=known.id,
        rule="not_enabled",
        outcome="refused",
    )
    record(session, current_provider().clock, event)
    session.commit()
