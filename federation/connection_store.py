"""How connections are kept, and read without troubling the database each time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from sqlalchemy import CompoundSelect, Row, Table, delete, func, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from federation import connection_rows as rows
from federation.connections import Connection, ConnectionFields, Credentials
from federation.credential_store import CredentialStores
from federation.credentials import Credential
from federation.errors import InvalidFields, NotFound, Problem, VersionConflict
from federation.models import ConnectionRow
from federation.ports import Clock
from federation.source import Source
from federation.sources import Sources
from federation.translation import N_

CHECK_AGAIN_AFTER = 1
"""Seconds for which parsed rows are trusted without asking the database for their versions."""

_CONNECTION = cast(Table, ConnectionRow.__table__)


@dataclass(frozen=True)
class _Parsed:
    """All connections as they were at one moment, and what tells that moment from a later one."""

    connections: Mapping[str, Connection]
    stamp: frozenset[tuple[Any, ...]]
    checked_at: int
    generation: int


class ConnectionStore:
    """The ``connection`` table, with its parsed rows kept in process.

    Reading costs no statement for a second after the last check, then one that compares
    versions. Writing through this store or through a store of credentials is seen at once in this
    process, and within a second in the others.
    """

    def __init__(
        self,
        sources: Sources,
        credentials: CredentialStores,
        clock: Clock,
        ages: Clock | None = None,
    ) -> None:
        """:param ages: tells how long ago something was; the clock itself when left out."""
        self._sources = sources
        self._credentials = credentials
        self._clock = clock
        self._ages = ages or clock
        self._generation = 0
        self._parsed: _Parsed | None = None

    def get(self, session: Session, id: str) -> Connection | None:  # noqa: A002 - the column's name
        return self._current(session).get(id)

    def all(self, session: Session) -> list[Connection]:
        """Every connection, in the order of the buttons."""
        return list(self._current(session).values())

    def remembered(self) -> list[Connection]:
        """Every connection as it was when the database was last asked; it is not asked now."""
        return list(self._parsed.connections.values()) if self._parsed else []

    def is_remembered(self, seconds: int) -> bool:
        """Whether the database was asked within so many seconds, and nothing written here since."""
        parsed = self._parsed
        if parsed is None or parsed.generation != self._writes():
            return False
        return abs(self._ages() - parsed.checked_at) < seconds

    def _writes(self) -> int:
        return self._generation + sum([store.generation for store in self._credentials])

    def enabled(self, session: Session) -> list[Connection]:
        """The connections that can sign somebody in, in the order of the buttons."""
        return [one for one in self.all(session) if one.is_usable]

    def create(self, session: Session, fields: ConnectionFields) -> Connection:
        """Stores a new connection. Raises ``InvalidFields`` with every problem at once."""
        self._check(session, fields)
        now = self._clock()
        values = self._values(fields) | {"id": fields.id, "version": 1, "created_at": now}
        try:
            with session.begin_nested():
                session.connection().execute(_CONNECTION.insert().values(**values))
        except IntegrityError:
            taken = Problem("id", N_("This ID is already taken."))
            raise InvalidFields([taken]) from None
        return self._written(session, fields.id)

    def update(
        self,
        session: Session,
        id: str,  # noqa: A002
        fields: ConnectionFields,
        version: int,
    ) -> Connection:
        """Saves a form that was opened at ``version``. The ID and the mode never change.

        Raises ``InvalidFields``, ``NotFound``, or ``VersionConflict`` if somebody saved first.
        """
        query = select(_CONNECTION).where(_CONNECTION.c.id == id)
        row = session.connection().execute(query).first()
        if row is None:
            raise NotFound
        self._check(session, fields, id=id, mode=rows.mode_of(row))
        statement = (
            update(_CONNECTION)
            .where(_CONNECTION.c.id == id, _CONNECTION.c.version == version)
            .values(**self._values(fields), version=version + 1)
        )
        if session.connection().execute(statement).rowcount != 1:
            raise VersionConflict
        return self._written(session, id)

    def note_id_token_alg(self, session: Session, connection: Connection, alg: str) -> None:
        """Notes what its provider signs ID tokens with now, for all nodes. No statement where
        nothing has changed; it is no edit of the connection, whose version stays."""
        if connection.id_token_alg == alg:
            return
        later = func.coalesce(_CONNECTION.c.updated_at, 0) + 1  # the stamp is another in any case
        statement = (
            update(_CONNECTION)
            .where(_CONNECTION.c.id == connection.id)
            .where(func.coalesce(_CONNECTION.c.id_token_alg, "") != alg)
            .values(id_token_alg=alg, updated_at=later)
        )
        session.connection().execute(statement)
        self.invalidate()

    def delete(self, session: Session, id: str) -> None:  # noqa: A002
        """Removes a connection. Raises ``NotFound``."""
        statement = delete(_CONNECTION).where(_CONNECTION.c.id == id)
        if session.connection().execute(statement).rowcount != 1:
            raise NotFound
        self.invalidate()

    def invalidate(self) -> None:
        """Makes the next read ask the database."""
        self._generation += 1

    def _current(self, session: Session) -> Mapping[str, Connection]:
        now, generation = self._ages(), self._writes()
        parsed = self._parsed if self._parsed and self._parsed.generation == generation else None
        if parsed and abs(now - parsed.checked_at) < CHECK_AGAIN_AFTER:
            return parsed.connections
        stamp = self._stamp(session)
        unchanged = parsed is not None and parsed.stamp == stamp
        connections = parsed.connections if parsed and unchanged else self._load(session)
        self._parsed = _Parsed(connections, stamp, now, generation)
        return connections

    def _stamp(self, session: Session) -> frozenset[tuple[Any, ...]]:
        found = session.connection().execute(self._stamps)
        return frozenset(tuple(row) for row in found)

    @cached_property
    def _stamps(self) -> CompoundSelect[Any]:
        of_tables = {store.rows.table: store.rows.stamp for store in self._credentials}
        ours = select(_CONNECTION.c.id, _CONNECTION.c.version, _CONNECTION.c.updated_at)
        return union_all(ours, *of_tables.values())

    def _load(self, session: Session) -> dict[str, Connection]:
        """The connections whose modes are known: another node may know a source that we do not."""
        query = select(_CONNECTION).order_by(_CONNECTION.c.position, _CONNECTION.c.id)
        found = session.connection().execute(query).all()
        of = [(row, self._sources.of_mode(rows.mode_of(row))) for row in found]
        known = [(row, source) for row, source in of if source is not None]
        credentials = {
            source.id: self._of_source(session, source)
            for source in self._sources
            if any(one is source for _, one in known)
        }
        return {row.id: _parse(row, source, credentials[source.id]) for row, source in known}

    def _of_source(self, session: Session, source: Source) -> Credentials:
        return {one.id: one for one in self._credentials.of(source.id).all(session)}

    def _check(
        self,
        session: Session,
        fields: ConnectionFields,
        id: str = "",  # noqa: A002
        mode: str = "",
    ) -> None:
        source = self._sources.of_mode(fields.mode)
        credentials = self._of_source(session, source) if source else {}
        problems = fields.problems(self._sources, credentials)
        if id and fields.id != id:
            problems.append(Problem("id", N_("The ID cannot be changed.")))
        if mode and fields.mode != mode:
            problems.append(Problem("mode", N_("The mode cannot be changed.")))
        if problems:
            raise InvalidFields(problems)

    def _values(self, fields: ConnectionFields) -> dict[str, Any]:
        names = {locale: name.strip() for locale, name in fields.display_name.items()}
        return {
            **rows.columns_of(fields),
            "display_name": json.dumps(names, ensure_ascii=False, separators=(",", ":")),
            "login_only": fields.login_only,
            "phone": fields.phone,
            "association": fields.association,
            "enabled": fields.enabled,
            "position": fields.position,
            "updated_at": self._clock(),
        }

    def _written(self, session: Session, id: str) -> Connection:  # noqa: A002
        self.invalidate()
        written = self.get(session, id)
        assert written is not None
        return written


def _parse(row: Row[Any], source: Source, credentials: Credentials) -> Connection:
    mode = source.mode(rows.mode_of(row))
    named = rows.credential_of(row)
    credential = credentials.get(named) if named else _default(mode.kind, credentials)
    chosen = rows.options_of(row)
    return Connection(
        id=row.id,
        mode=mode.id,
        display_name=json.loads(row.display_name),
        credential=credential or Credential.missing(mode.kind, named),
        source=source,
        login_only=row.login_only,
        phone=row.phone,
        association=row.association,
        options={one.name: chosen.get(one.name, one.default) for one in mode.options},
        enabled=row.enabled,
        position=row.position,
        uses_default=not named,
        version=row.version,
        id_token_alg=row.id_token_alg or "",
    )


def _default(kind: str, credentials: Credentials) -> Credential | None:
    found = credentials.values()
    return next((one for one in found if one.is_default and one.kind == kind), None)
