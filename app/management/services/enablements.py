"""Which application may use which connection, and what it may learn through it."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from app.elements import current_elements
from app.enablement import sources
from app.enablement.sources import Enablement
from app.management.services.actor import Actor
from federation import Connection, Federation


def save(actor: Actor, wanted: Enablement, version: int) -> Enablement:
    """Saves what was read at ``version``.

    :raises app.enablement.sources.InvalidPolicy: with every problem at once.
    :raises federation.errors.VersionConflict: somebody else saved first.
    """
    return sources.save(
        actor.session,
        actor.clock,
        wanted,
        actor=actor.name,
        expected_version=version,
        releasable=current_elements().releasable,
    )


def switch(actor: Actor, client_id: str, connection_id: str, *, enabled: bool) -> Enablement:
    """Turns the connection on or off for the application, and leaves the rest as it was.

    :raises federation.errors.VersionConflict: somebody else did so at the same moment.
    """
    return sources.switch(
        actor.session, actor.clock, client_id, connection_id, enabled, actor=actor.name
    )


def hand_tokens(actor: Actor, client_id: str, connection_id: str, *, allowed: bool) -> bool:
    """Lets the application have people's tokens at the source, or not; whether that is a change.

    :raises federation.errors.VersionConflict: somebody else saved at the same moment.
    """
    before = sources.get(actor.session, client_id, connection_id)
    if before.source_tokens == allowed:
        return False
    save(actor, replace(before, source_tokens=allowed), before.version)
    return True


def switch_all(
    actor: Actor, client_ids: Iterable[str], connection_ids: Iterable[str], *, enabled: bool
) -> None:
    """As `switch`, for each of these applications and each of these connections."""
    names = list(connection_ids)
    for client_id in client_ids:
        for connection_id in names:
            switch(actor, client_id, connection_id, enabled=enabled)


def every_connection(
    session: Session, federation: Federation, client_id: str
) -> list[tuple[Connection, Enablement]]:
    """All connections and what the application may do with each: those in use first, in the order
    of its buttons."""
    have = {one.connection_id: one for one in sources.of_client(session, client_id)}
    pairs = [
        (one, have.get(one.id, Enablement(client_id, one.id)))
        for one in federation.connections.all(session)
    ]
    return sorted(pairs, key=lambda pair: (not pair[1].enabled, pair[1].position, pair[0].id))
