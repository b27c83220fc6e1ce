"""How connections are kept, and read without troubling the database each time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row, Table, delete, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from federation.connections import KIND_OF_MODE, Connection, ConnectionFields
from federation.errors import InvalidFields, NotFound, Problem, VersionConflict
from federation.models import ConnectionRow, WeChatAppRow
from federation.ports import Clock
from federation.translation import N_
from federation.wechat_app_store import WeChatAppStore
from federation.wechat_apps import WeChatApp

CHECK_AGAIN_AFTER = 1
"""Seconds for which parsed rows are trusted without asking the database for their versions."""

_CONNECTION = cast(Table, ConnectionRow.__table__)
_APP = cast(Table, WeChatAppRow.__table__)


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
    versions. Writing through this store or through its app store is seen at once in this
    process, and within a second in the others.
    """

    def __init__(self, apps: WeChatAppStore, clock: Clock) -> None:
        self._apps = apps
        self._clock = clock
        self._generation = 0
        self._parsed: _Parsed | None = None

    def get(self, session: Session, id: str) -> Connection | None:  # noqa: A002 - the column's name
        return self._current(session).get(id)

    def all(self, session: Session) -> list[Connection]:
        """Every connection, in the order of the buttons."""
        return list(self._current(session).values())

    def enabled(self, session: Session) -> list[Connection]:
        """The connections that can sign somebody in, in the order of the buttons."""
        return [one for one in self.all(session) if one.enabled and one.app.is_usable]

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
        query = select(_CONNECTION.c.mode).where(_CONNECTION.c.id == id)
        mode = session.connection().scalar(query)
        if mode is None:
            raise NotFound
        self._check(session, fields, id=id, mode=mode)
        statement = (
            update(_CONNECTION)
            .where(_CONNECTION.c.id == id, _CONNECTION.c.version == version)
            .values(**self._values(fields), version=version + 1)
        )
        if session.connection().execute(statement).rowcount != 1:
            raise VersionConflict
        return self._written(session, id)

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
        now, generation = self._clock(), self._generation + self._apps.generation
        parsed = self._parsed if self._parsed and self._parsed.generation == generation else None
        if parsed and abs(now - parsed.checked_at) < CHECK_AGAIN_AFTER:
            return parsed.connections
        stamp = self._stamp(session)
        unchanged = parsed is not None and parsed.stamp == stamp
        connections = parsed.connections if parsed and unchanged else self._load(session)
        self._parsed = _Parsed(connections, stamp, now, generation)
        return connections

    def _stamp(self, session: Session) -> frozenset[tuple[Any, ...]]:
        query = union_all(
            select(_CONNECTION.c.id, _CONNECTION.c.version, _CONNECTION.c.updated_at),
            select(_APP.c.app_id, _APP.c.version, _APP.c.updated_at),
        )
        return frozenset(tuple(row) for row in session.connection().execute(query))

    def _load(self, session: Session) -> dict[str, Connection]:
        apps = {app.app_id: app for app in self._apps.all(session)}
        query = select(_CONNECTION).order_by(_CONNECTION.c.position, _CONNECTION.c.id)
        return {row.id: _parse(row, apps) for row in session.connection().execute(query)}

    def _check(
        self,
        session: Session,
        fields: ConnectionFields,
        id: str = "",  # noqa: A002
        mode: str = "",
    ) -> None:
        problems = fields.problems({app.app_id: app for app in self._apps.all(session)})
        if id and fields.id != id:
            problems.append(Problem("id", N_("The ID cannot be changed.")))
        if mode and fields.mode != mode:
            problems.append(Problem("mode", N_("The mode cannot be changed.")))
        if problems:
            raise InvalidFields(problems)

    def _values(self, fields: ConnectionFields) -> dict[str, Any]:
        names = {locale: name.strip() for locale, name in fields.display_name.items()}
        return {
            "mode": fields.mode,
            "display_name": json.dumps(names, ensure_ascii=False, separators=(",", ":")),
            "app_id": fields.app_id or None,
            "login_only": fields.login_only,
            "phone": fields.phone,
            "association": fields.association,
            "env_version": fields.env_version,
            "enabled": fields.enabled,
            "position": fields.position,
            "updated_at": self._clock(),
        }

    def _written(self, session: Session, id: str) -> Connection:  # noqa: A002
        self.invalidate()
        written = self.get(session, id)
        assert written is not None
        return written


def _parse(row: Row[Any], apps: Mapping[str, WeChatApp]) -> Connection:
    kind = KIND_OF_MODE[row.mode]
    if row.app_id:
        app = apps.get(row.app_id)
    else:
        app = next((app for app in apps.values() if app.is_default and app.kind == kind), None)
    return Connection(
        id=row.id,
        mode=row.mode,
        display_name=json.loads(row.display_name),
        app=app or WeChatApp.missing(kind, row.app_id or ""),
        login_only=row.login_only,
        phone=row.phone,
        association=row.association,
        env_version=row.env_version,
        enabled=row.enabled,
        position=row.position,
        uses_default_app=not row.app_id,
        version=row.version,
    )
