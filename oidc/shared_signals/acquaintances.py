"""Which receivers of events know a person: those that the person has signed in to.

A receiver must not hear of people who never came to it. A grant tells that they did, but is gone
when its last token is dead; what is kept here outlives it, until the person takes their consent
back or is forgotten. Only sign-ins to applications that receive events are written down.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select, union, update

from oidc.clients.client import Client
from oidc.database.driver_statement import AnySession
from oidc.database.models import AcquaintanceRow, ConsentRow, GrantRow
from oidc.database.statements import try_insert
from oidc.host import ClaimsQuestion
from oidc.tokens.grants import Grant

_KNOWN: Table = AcquaintanceRow.__table__  # type: ignore[assignment]
_CONSENT: Table = ConsentRow.__table__  # type: ignore[assignment]
_GRANT: Table = GrantRow.__table__  # type: ignore[assignment]
_TOLD = (_KNOWN.c.scope, _KNOWN.c.connection, _KNOWN.c.identity)


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """By which sign-in an application knows the person: what it may be told rests on that."""

    scope: str
    connection: str | None
    identity: str | None

    @classmethod
    def of(cls, grant: Grant) -> "Acquaintance":
        return cls(grant.scope, grant.connection, grant.identity)

    def question(self, subject: str, client_id: str) -> ClaimsQuestion:
        scopes = frozenset(self.scope.split())
        return ClaimsQuestion(subject, client_id, self.connection, scopes, identity=self.identity)


def note(session: AnySession, client: Client, grant: Grant, now: int) -> None:
    """The person has signed in to the application; nothing where it receives no events."""
    if grant.subject is None or not client.metadata.receives_events:
        return
    key, told = (grant.subject, client.client_id), asdict(Acquaintance.of(grant))
    before = session.execute(select(*_TOLD).where(*_is(*key))).first()
    if before is None:
        row = {"subject": key[0], "client_id": key[1], **told, "since": now}
        try_insert(session, insert(_KNOWN), row)
    elif before._asdict() != told:
        session.execute(update(_KNOWN).where(*_is(*key)).values(**told))


def get(session: AnySession, subject: str, client_id: str) -> Acquaintance | None:
    """By the last sign-in; None where nothing is known of one."""
    row = session.execute(select(*_TOLD).where(*_is(subject, client_id))).first()
    if row is None:
        live = (_GRANT.c.subject == subject, _GRANT.c.client_id == client_id)
        query = select(_GRANT.c.scope, _GRANT.c.connection, _GRANT.c.identity)
        query = query.where(*live, _GRANT.c.revoked_at.is_(None))
        row = session.execute(query.order_by(_GRANT.c.created_at.desc())).first()
    return Acquaintance(*row) if row is not None else None


def known_to(session: AnySession, subject: str, client_ids: Collection[str]) -> set[str]:
    """Those of the clients that know the person; one statement."""
    if not client_ids:
        return set()
    ids = list(client_ids)
    theirs = [
        select(table.c.client_id).where(table.c.subject == subject, table.c.client_id.in_(ids))
        for table in (_KNOWN, _CONSENT, _GRANT)
    ]
    theirs[-1] = theirs[-1].where(_GRANT.c.revoked_at.is_(None))
    return set(session.execute(union(*theirs)).scalars())


def forget(session: AnySession, subject: str, client_id: str | None = None) -> None:
    """For one application, or for all."""
    statement = delete(_KNOWN).where(_KNOWN.c.subject == subject)
    if client_id is not None:
        statement = statement.where(_KNOWN.c.client_id == client_id)
    session.execute(statement)


def forget_client(session: AnySession, client_id: str) -> None:
    session.execute(delete(_KNOWN).where(_KNOWN.c.client_id == client_id))


def _is(subject: str, client_id: str) -> tuple[Any, Any]:
    return _KNOWN.c.subject == subject, _KNOWN.c.client_id == client_id
