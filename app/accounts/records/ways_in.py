"""What a merge does with the ways into an account, its keys and passkeys; and its undoing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.tables.passkeys import PERSON_PASSKEY
from app.tables.people import EXTERNAL_KEY


def take_over(session: Session, dropped_id: str, kept_id: str) -> dict[str, Any]:
    """Makes the keys and passkeys of one account the other's; which ones, for `give_back`."""
    key, passkey = EXTERNAL_KEY.c, PERSON_PASSKEY.c
    keys = select(key.namespace, key.value).where(key.account_id == dropped_id)
    passkeys = select(passkey.id_hash).where(passkey.account_id == dropped_id)
    moved = {
        "keys": [[row.namespace, row.value] for row in session.execute(keys)],
        "passkeys": list(session.scalars(passkeys)),
    }
    for table in (EXTERNAL_KEY, PERSON_PASSKEY):
        theirs = update(table).where(table.c.account_id == dropped_id)
        session.execute(theirs.values(account_id=kept_id))
    return moved


def give_back(session: Session, kept_id: str, dropped_id: str, moved: Mapping[str, Any]) -> None:
    """Undoes that, of those that are still there."""
    key, passkey = EXTERNAL_KEY.c, PERSON_PASSKEY.c
    for namespace, value in moved["keys"]:
        still = (key.namespace == namespace, key.value == value, key.account_id == kept_id)
        session.execute(update(EXTERNAL_KEY).where(*still).values(account_id=dropped_id))
    ids = moved.get("passkeys", [])
    mine = update(PERSON_PASSKEY).where(passkey.id_hash.in_(ids), passkey.account_id == kept_id)
    session.execute(mine.values(account_id=dropped_id))
