"""What does not fit together when somebody signs in or links: noted once, for somebody to decide.

The queue itself is `app.accounts.records.conflicts`.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.identification.keys import Key
from app.audit.trail import Clock, Event, record
from app.tables.people import ACCOUNT_CONFLICT as CONFLICT
from federation.translation import N_
from oidc.database.statements import rowcount

KINDS = ("unionid_conflict", "unionid_changed", "phone_shared", "email_shared", "key_of_other")
"""Sentences for the first three are in `app.accounts.identification.rules.FLAGS`."""

KEY_OF_OTHER = N_("Somebody tried to link an identity that belongs to another account.")


class Pair(NamedTuple):
    """A namespace and a value; the namespace is empty for a shared name of which
    nobody said whose it is."""

    namespace: str
    value: str


def note(
    session: Session,
    clock: Clock,
    kind: str,
    account_id: str,
    *,
    other: str | None = None,
    key: Key | None = None,
    own: Key | None = None,
    connection_id: str | None = None,
) -> str:
    """Puts a conflict into the queue, once: seen again it is the same row; its id.

    A dismissed one stays dismissed; a resolved one that comes back is opened again.
    """
    now = clock()
    row = {
        "id": _fingerprint(kind, account_id, other, key, own),
        "kind": kind,
        "account_id": account_id,
        "other_account_id": other,
        "key_namespace": key and key.namespace,
        "key_value": key and key.value,
        "openid_namespace": own and own.namespace,
        "openid_value": own and own.value,
        "connection_id": connection_id,
        "state": "open",
        "opened_at": now,
        "last_seen": now,
    }
    if _put(session, row, now):
        detail = {"conflict": row["id"], "kind": kind, "other_account": other}
        told = {name: value for name, value in detail.items() if value is not None}
        event = Event(
            "conflict.opened", subject=account_id, connection_id=connection_id, detail=told
        )
        record(session, clock, event)
    return str(row["id"])


def _put(session: Session, row: Mapping[str, Any], now: int) -> bool:
    """Whether it is open now and was not before."""
    seen = _see_again(session, str(row["id"]), now)
    if seen is None:
        try:
            with session.begin_nested():
                session.execute(insert(CONFLICT), row)
        except IntegrityError:
            seen = _see_again(session, str(row["id"]), now)
        else:
            return True
    return bool(seen)


def _see_again(session: Session, conflict_id: str, now: int) -> bool | None:
    """Whether it was opened again; None where there is none yet."""
    seen = update(CONFLICT).where(CONFLICT.c.id == conflict_id).values(last_seen=now)
    if not rowcount(session, seen):
        return None
    again = (
        update(CONFLICT)
        .where(CONFLICT.c.id == conflict_id, CONFLICT.c.state == "resolved")
        .values(state="open", opened_at=now, closed_at=None, closed_by=None, resolution=None)
    )
    return bool(rowcount(session, again))


def _fingerprint(
    kind: str, account_id: str, other: str | None, key: Key | None, own: Key | None
) -> str:
    parts = (kind, account_id, other, key and key.namespace, key and key.value)
    own_parts = (own and own.namespace, own and own.value)
    text = "\n".join(part or "" for part in parts + own_parts)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())[:22].decode()
