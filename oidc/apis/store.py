"""Registered APIs: kept in the database, read again by a process only where one has changed.

A node looks at the versions again every few seconds, and only when a request names an API.
"""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from oidc.apis.api import Api, ApiFields
from oidc.apis.registry import Apis
from oidc.clock import Clock
from oidc.database.driver_statement import AnySession
from oidc.database.models import ApiRow
from oidc.database.statements import rowcount, try_insert

RECHECK_SECONDS = 5
"""How long another node may act on what it knew before an API was changed."""
_API: Table = ApiRow.__table__  # type: ignore[assignment]
_C = _API.c
_Versions = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class _Known:
    """What one process knows, and when it looked."""

    checked_at: int
    versions: _Versions
    apis: Apis


class ApiStore:
    """Gives the APIs that there are; administration writes them.

    :param known: resources that the deployment knows by its settings.
    """

    def __init__(self, clock: Clock, known: Collection[str]) -> None:
        self._clock = clock
        self._resources = known
        self._known = _Known(-1, frozenset(), Apis((), known))

    def current(self, session: AnySession) -> Apis:
        """What is registered now; one statement every few seconds."""
        known = self._known
        if known.checked_at >= 0 and self._clock() - known.checked_at < RECHECK_SECONDS:
            return known.apis
        rows = session.execute(select(_C.id, _C.version)).all()
        versions = frozenset((row.id, row.version) for row in rows)
        apis = known.apis
        if versions != known.versions:
            apis = Apis(tuple(self.all(session)), self._resources)
        self._known = _Known(self._clock(), versions, apis)
        return apis

    def open_scopes(self, session: AnySession) -> frozenset[str]:
        """The scopes of APIs that applications may register for by themselves."""
        return self.current(session).open_to_self_registered()

    def all(self, session: AnySession) -> list[Api]:
        """As stored now, in the order of their ids."""
        return [_parse(row) for row in session.execute(select(_API).order_by(_C.id))]

    def find(self, session: AnySession, name: str) -> Api | None:
        """By id or resource, as stored now."""
        statement = select(_API).where((_C.id == name) | (_C.resource == name)).order_by(_C.id)
        row = session.execute(statement).first()
        return _parse(row) if row is not None else None

    def add(self, session: AnySession, api_id: str, fields: ApiFields) -> Api | None:
        """A new API; None where its id or its resource is taken."""
        now = self._clock()
        # Not 1: others may remember one of the same id that was deleted.
        api = Api(api_id, fields, secrets.randbelow(2**30), now, now)
        row = {
            "id": api.id,
            "resource": fields.resource,
            "document": _dump(fields),
            "version": api.version,
            "created_at": now,
            "updated_at": now,
        }
        self.forget()
        return api if try_insert(session, insert(_API), row) else None

    def change(self, session: AnySession, api: Api, fields: ApiFields) -> Api | None:
        """The API with other fields; None when somebody else has changed it meanwhile.

        Its resource is what tokens and consents name, and stays.
        """
        now = self._clock()
        values: dict[str, Any] = {"document": _dump(fields), "updated_at": now}
        statement = (
            update(_API)
            .where(_C.id == api.id, _C.version == api.version)
            .values(**values, version=api.version + 1)
        )
        self.forget()
        if rowcount(session, statement) != 1:
            return None
        return Api(api.id, fields, api.version + 1, api.created_at, now)

    def delete(self, session: AnySession, api_id: str) -> None:
        self.forget()
        session.execute(delete(_API).where(_C.id == api_id))

    def forget(self) -> None:
        """Looks at the database again at the next use."""
        self._known = _Known(-1, self._known.versions, self._known.apis)


def _dump(fields: ApiFields) -> str:
    return json.dumps(fields.to_document(), ensure_ascii=False, separators=(",", ":"))


def _parse(row: Any) -> Api:
    fields = ApiFields.from_document(row.resource, json.loads(row.document))
    return Api(row.id, fields, row.version, row.created_at, row.updated_at)
