"""Source enablement: the switch for each application × connection, and what may be used by it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.trail import Clock, Event, record
from app.enablement.policy import DEFAULT, NOTHING, Policy, Releasable, parse, problems
from app.tables.groups import APPLICATION_ACCESS
from app.tables.people import SOURCE_ENABLEMENT as ENABLEMENT
from federation import Connection, Federation
from federation.errors import VersionConflict


@dataclass(frozen=True, slots=True)
class Enablement:
    """What one application may do with one connection. Without a row: nothing."""

    client_id: str
    connection_id: str
    enabled: bool = False
    position: int = 0
    allow_sign_up: bool = True
    policy: Policy = DEFAULT
    version: int = 0
    source_tokens: bool = False
    """The application may have people's tokens at the source (RFC 8693)."""
    limited: bool = False
    """The application does not let everybody in; told by `get` alone."""


class InvalidPolicy(ValueError):
    """The policy cannot be saved; ``problems`` says why, as message ids."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found))
        self.problems = found


def get(session: Session, client_id: str, connection_id: str) -> Enablement:
    """The enablement, or the one that allows nothing where none was ever saved."""
    query = (
        select(ENABLEMENT, APPLICATION_ACCESS.c.mode)
        .outerjoin(APPLICATION_ACCESS, APPLICATION_ACCESS.c.client_id == ENABLEMENT.c.client_id)
        .where(ENABLEMENT.c.client_id == client_id, ENABLEMENT.c.connection_id == connection_id)
    )
    row = session.execute(query).mappings().first()
    if row is None:
        return Enablement(client_id, connection_id)
    return replace(_enablement(row), limited=row["mode"] not in (None, "open"))


def may_use(session: Session, client_id: str | None, connection_id: str) -> Enablement:
    """The enablement to sign in by; our own pages (no client) may use every connection."""
    if client_id is None:
        return Enablement("", connection_id, enabled=True)
    return get(session, client_id, connection_id)


def of_client(session: Session, client_id: str, *, enabled_only: bool = False) -> list[Enablement]:
    """The application's connections in the order of its buttons."""
    query = select(ENABLEMENT).where(ENABLEMENT.c.client_id == client_id)
    return _ordered(session, query, enabled_only)


def of_connection(
    session: Session, connection_id: str, *, enabled_only: bool = False
) -> list[Enablement]:
    """The applications of a connection, by their ids."""
    query = select(ENABLEMENT).where(ENABLEMENT.c.connection_id == connection_id)
    return _ordered(session, query, enabled_only)


def of_clients(session: Session, client_ids: list[str]) -> dict[tuple[str, str], Enablement]:
    """One page of the matrix applications × connections, by both ids, in one statement."""
    query = select(ENABLEMENT).where(ENABLEMENT.c.client_id.in_(client_ids))
    rows = [_enablement(row) for row in session.execute(query).mappings()]
    return {(row.client_id, row.connection_id): row for row in rows}


def save(
    session: Session,
    clock: Clock,
    wanted: Enablement,
    *,
    actor: str,
    expected_version: int | None = None,
    releasable: Releasable = NOTHING,
) -> Enablement:
    """Stores the enablement, with an audit line of what changed.

    :param releasable: the claims that a changed policy may speak of.
    :param expected_version: the version that the form was made from; None to overwrite.
    :raises InvalidPolicy: the policy cannot be saved.
    :raises VersionConflict: the version is another one now.
    """
    before = get(session, wanted.client_id, wanted.connection_id)
    found = problems(wanted.policy, releasable) if wanted.policy != before.policy else []
    if found:
        raise InvalidPolicy(found)
    if expected_version is not None and before.version != expected_version:
        raise VersionConflict
    _write(session, wanted, before.version, clock())
    _audit(session, clock, actor, before, wanted)
    return get(session, wanted.client_id, wanted.connection_id)


def switch(
    session: Session,
    clock: Clock,
    client_id: str,
    connection_id: str,
    enabled: bool,
    *,
    actor: str,
) -> Enablement:
    """Turns the connection on or off for the application and leaves the rest as it was."""
    before = get(session, client_id, connection_id)
    return save(session, clock, replace(before, enabled=enabled), actor=actor)


def connections_in_use(session: Session) -> set[str]:
    """The connections that some application may use."""
    return set(
        session.scalars(select(ENABLEMENT.c.connection_id).where(ENABLEMENT.c.enabled).distinct())
    )


def forget_client(session: Session, client_id: str) -> int:
    """Removes what a deleted application could use; how many."""
    gone = session.execute(delete(ENABLEMENT).where(ENABLEMENT.c.client_id == client_id))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def forget_connection(session: Session, connection_id: str) -> int:
    """Removes a deleted connection from every application; how many."""
    gone = session.execute(delete(ENABLEMENT).where(ENABLEMENT.c.connection_id == connection_id))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _write(session: Session, wanted: Enablement, version: int, now: int) -> None:
    values = {
        "enabled": wanted.enabled,
        "position": wanted.position,
        "allow_sign_up": wanted.allow_sign_up,
        "policy": wanted.policy.to_json() if wanted.policy.claims else None,
        "source_tokens": wanted.source_tokens,
        "updated_at": now,
        "version": version + 1,
    }
    where = (
        ENABLEMENT.c.client_id == wanted.client_id,
        ENABLEMENT.c.connection_id == wanted.connection_id,
    )
    if version:
        changed = update(ENABLEMENT).where(*where, ENABLEMENT.c.version == version).values(values)
        if not session.execute(changed).rowcount:  # type: ignore[attr-defined]
            raise VersionConflict
        return
    ids = {"client_id": wanted.client_id, "connection_id": wanted.connection_id}
    try:
        with session.begin_nested():
            session.execute(insert(ENABLEMENT), ids | values)
    except IntegrityError as error:
        raise VersionConflict from error


def _audit(
    session: Session, clock: Clock, actor: str, before: Enablement, after: Enablement
) -> None:
    changes = {
        name: [getattr(before, name), getattr(after, name)]
        for name in ("enabled", "position", "allow_sign_up", "source_tokens")
        if getattr(before, name) != getattr(after, name)
    }
    if before.policy != after.policy:
        changes["policy"] = [before.policy.to_json(), after.policy.to_json()]
    record(
        session,
        clock,
        Event(
            kind="enablement.changed",
            actor=actor,
            client_id=after.client_id,
            connection_id=after.connection_id,
            outcome="enabled" if after.enabled else "disabled",
            detail=changes,
        ),
    )


def _ordered(session: Session, query: Any, enabled_only: bool) -> list[Enablement]:
    if enabled_only:
        query = query.where(ENABLEMENT.c.enabled)
    order = (ENABLEMENT.c.position, ENABLEMENT.c.connection_id, ENABLEMENT.c.client_id)
    return [_enablement(row) for row in session.execute(query.order_by(*order)).mappings()]


def _enablement(row: Mapping[Any, Any]) -> Enablement:
    return Enablement(
        client_id=row["client_id"],
        connection_id=row["connection_id"],
        enabled=row["enabled"],
        position=row["position"],
        allow_sign_up=row["allow_sign_up"],
        policy=parse(row["policy"]),
        version=row["version"],
        source_tokens=row["source_tokens"],
    )


def usable_connections(
    session: Session, federation: Federation, client_id: str | None
) -> list[Connection]:
    """The connections that are on and enabled for the application, in the order of its buttons.

    The application's own order comes first; where it says nothing, the connections' positions do.

    :param client_id: None for our own pages, which may use all that are on.
    """
    if client_id is None:
        return federation.connections.enabled(session)
    enabled = of_client(session, client_id, enabled_only=True)
    places = {each.connection_id: each.position for each in enabled}
    usable = [each for each in federation.connections.enabled(session) if each.id in places]
    return sorted(usable, key=lambda each: places[each.id])
