"""How a connection stands in its row, so that nodes of 0.1.0 can run beside ours.

A node of 0.1.0 reads every row and fails at a mode that it does not know; it knows four. A
connection by any other mode stands there as one of the four that has no credential: 0.1.0 takes
it for one that cannot be used and shows it to nobody. What it is stands in columns that 0.1.0
does not read (docs/adr/0019).
"""

import json
from typing import Any

from sqlalchemy import Row, and_, or_
from sqlalchemy.sql import ColumnElement

from federation.connections import ConnectionFields
from federation.models import ConnectionRow
from federation.source import Source

KNOWN_BEFORE = ("wechat-miniprogram", "wechat-mobile", "wechat-website", "wechat-official")
"""The modes of 0.1.0."""
STAND_IN = "wechat-website"
"""One of them that has no default credential."""
OPTION_BEFORE, OPTION_DEFAULT = "env_version", "release"
"""The one option of 0.1.0, which has a column of its own; those that came later stand in a column
that it does not read."""

_CONNECTION: Any = ConnectionRow.__table__


def mode_of(row: Row[Any]) -> str:
    return str(row.source_mode or row.mode)


def credential_of(row: Row[Any]) -> str:
    """The id of the credential; empty for the default one of the mode's kind."""
    return (row.credential_id if row.source_mode else row.app_id) or ""


def options_of(row: Row[Any]) -> dict[str, str]:
    kept = dict(json.loads(row.options)) if row.options else {}
    return {OPTION_BEFORE: row.env_version, **kept} if row.source_mode is None else kept


def columns_of(fields: ConnectionFields) -> dict[str, Any]:
    """The columns that say by which mode, with which credential and with which options."""
    if fields.mode in KNOWN_BEFORE:
        later = {name: said for name, said in fields.options.items() if name != OPTION_BEFORE}
        return {
            "mode": fields.mode,
            "app_id": fields.app_id or None,
            "env_version": fields.options.get(OPTION_BEFORE, OPTION_DEFAULT),
            "source_mode": None,
            "credential_id": None,
            "options": _dump(later) if later else None,
        }
    return {
        "mode": STAND_IN,
        "app_id": None,
        "env_version": OPTION_DEFAULT,
        "source_mode": fields.mode,
        "credential_id": fields.app_id or None,
        "options": _dump(dict(fields.options)),
    }


def _dump(options: dict[str, str]) -> str:
    return json.dumps(options, ensure_ascii=False, separators=(",", ":"))


def rests_on(source: Source, credential_id: str) -> ColumnElement[bool]:
    """The connections that name this credential of the source."""
    modes = [mode.id for mode in source.modes]
    column = _CONNECTION.c
    before = and_(
        column.source_mode.is_(None), column.mode.in_(modes), column.app_id == credential_id
    )
    now = and_(column.source_mode.in_(modes), column.credential_id == credential_id)
    return or_(before, now)
