"""WeChat apps as 0.1.0 keeps them: a column for each value, the secrets sealed one by one.

Nodes of 0.1.0 read and write the same rows, so that WeChat's credentials stay here
(docs/adr/0019); those of other sources are documents (`federation.credential_documents`).
"""

import logging
from typing import Any, cast

from sqlalchemy import Row, Select, Table, select, true
from sqlalchemy.sql import ColumnElement

from federation.credentials import (
    Credential,
    CredentialFields,
    CredentialForm,
    ErrorCode,
    Fault,
)
from federation.models import WeChatAppRow
from federation.ports import Cipher

PURPOSES = {
    "secret": "federation.wechat_app.secret",
    "push_key": "federation.wechat_app.push_key",
}
"""What each sealed value is sealed for; its column is named ``…_sealed``."""
PLAIN = ("original_id", "open_platform", "push_token")

_log = logging.getLogger(__name__)


class WeChatAppTable:
    """The rows of ``wechat_app``."""

    table = cast(Table, WeChatAppRow.__table__)

    def __init__(self, source_id: str, form: CredentialForm, cipher: Cipher) -> None:
        del source_id  # the table has WeChat's alone
        self._form = form
        self._cipher = cipher

    @property
    def ours(self) -> ColumnElement[bool]:
        return true()

    @property
    def stamp(self) -> Select[Any]:
        return select(self.table.c.app_id, self.table.c.version, self.table.c.updated_at)

    def default_for(self, kind: str) -> str:
        return kind

    def named(self, id: str) -> ColumnElement[bool]:  # noqa: A002 - what it is called everywhere
        return self.table.c.app_id == id

    def key(self, id: str) -> dict[str, Any]:  # noqa: A002
        return {"app_id": id}

    def columns(self, fields: CredentialFields, before: Credential | None) -> dict[str, Any]:
        """An empty secret is left as it is, even where it cannot be read at the moment."""
        del before
        plain = {name: fields.values.get(name) or None for name in PLAIN}
        sealed = {
            f"{name}_sealed": self._cipher.seal(fields.values[name].encode(), purpose)
            for name, purpose in PURPOSES.items()
            if fields.values.get(name)
        }
        return plain | sealed

    def fault(self, errcode: ErrorCode | None, at: int | None) -> dict[str, Any]:
        return {"fault_errcode": errcode, "fault_at": at}

    def read_fault(self, row: Row[Any]) -> Fault:
        return Fault(row.app_id, row.fault_errcode, row.fault_at)

    def parse(self, row: Row[Any]) -> Credential:
        opened = {name: self._unseal(row, name, purpose) for name, purpose in PURPOSES.items()}
        plain = {name: row._mapping[name] for name in PLAIN}
        values = {name: value for name, value in (opened | plain).items() if value}
        return Credential(
            id=row.app_id,
            kind=row.kind,
            values=values,
            name=row.name,
            is_default=row.default_for is not None,
            is_usable=self._form.is_complete(row.kind, values),
            is_faulty=row.fault_at is not None,
            secret_since=row.secret_since,
            version=row.version,
        )

    def _unseal(self, row: Row[Any], name: str, purpose: str) -> str | None:
        sealed = row._mapping[f"{name}_sealed"]
        if sealed is None:
            return None
        try:
            return self._cipher.unseal(sealed, purpose).decode()
        except ValueError:
            # One lost key must not take the other credentials down with it.
            _log.error("cannot unseal %s of app_id=%s: enter it again", purpose, row.app_id)
            return None
