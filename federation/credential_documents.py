"""Credentials as rows with one sealed JSON document each: whatever a source asks for fits in."""

import json
import logging
from typing import Any, cast

from sqlalchemy import Row, Select, Table, and_, select
from sqlalchemy.sql import ColumnElement

from federation.credentials import (
    Credential,
    CredentialFields,
    CredentialForm,
    ErrorCode,
    Fault,
)
from federation.errors import InvalidFields, Problem
from federation.models import CredentialRow
from federation.ports import Cipher
from federation.translation import N_

PURPOSE = "federation.source_credential"

_log = logging.getLogger(__name__)


class CredentialDocuments:
    """The rows of ``source_credential`` that belong to one source."""

    table = cast(Table, CredentialRow.__table__)

    def __init__(self, source_id: str, form: CredentialForm, cipher: Cipher) -> None:
        self._source = source_id
        self._form = form
        self._cipher = cipher

    @property
    def ours(self) -> ColumnElement[bool]:
        return self.table.c.source == self._source

    @property
    def stamp(self) -> Select[Any]:
        column = self.table.c
        named = (column.source + "/" + column.id).label("id")
        return select(named, column.version, column.updated_at)

    def default_for(self, kind: str) -> str:
        return f"{self._source}/{kind}"

    def named(self, id: str) -> ColumnElement[bool]:  # noqa: A002 - the column's name
        return and_(self.ours, self.table.c.id == id)

    def key(self, id: str) -> dict[str, Any]:  # noqa: A002
        return {"source": self._source, "id": id}

    def columns(self, fields: CredentialFields, before: Credential | None) -> dict[str, Any]:
        """One document of everything; a secret that was left empty is taken from ``before``."""
        values = {name: value for name, value in fields.values.items() if value}
        for one in self._form.fields_of(fields.kind):
            if one.secret and not values.get(one.name) and before is not None:
                values |= {one.name: before[one.name]} if before[one.name] else {}
        if not self._form.is_complete(fields.kind, values):
            # The document cannot be opened, so that nothing of it can be kept.
            lost = N_("It cannot be read any more. Enter it again.")
            needed = self._form.secrets_of(fields.kind)
            raise InvalidFields([Problem(one.name, lost) for one in needed])
        document = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return {"document_sealed": self._cipher.seal(document.encode(), PURPOSE)}

    def fault(self, errcode: ErrorCode | None, at: int | None) -> dict[str, Any]:
        return {"fault_code": None if errcode is None else str(errcode)[:64], "fault_at": at}

    def read_fault(self, row: Row[Any]) -> Fault:
        return Fault(row.id, row.fault_code, row.fault_at)

    def parse(self, row: Row[Any]) -> Credential:
        values = self._open(row)
        return Credential(
            id=row.id,
            kind=row.kind,
            values=values,
            name=row.name,
            is_default=row.default_for is not None,
            is_usable=self._form.is_complete(row.kind, values),
            is_faulty=row.fault_at is not None,
            secret_since=row.secret_since,
            version=row.version,
        )

    def _open(self, row: Row[Any]) -> dict[str, str]:
        try:
            opened = self._cipher.unseal(row.document_sealed, PURPOSE)
        except ValueError:
            # One lost key must not take the other credentials down with it.
            _log.error("cannot unseal credential %s of %s: enter it again", row.id, self._source)
            return {}
        return dict(json.loads(opened))
