"""Making an identity an account's: every key of it, or none."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.changed import tell_changed
from app.accounts.identification.attempt import changes
from app.accounts.identification.keys import claim, keys_of, lock, note_pair
from app.audit.trail import Clock
from app.tables.people import ACCOUNT
from federation.connections import Connection
from federation.identity import Identity


class Raced(Exception):
    """A row was not, or no longer, what the decision rested on."""


def attach(
    session: Session,
    identity: Identity,
    account_id: str,
    clock: Clock,
    *,
    connection: Connection,
) -> str | None:
    """Makes every key of the identity the account's, or none of them.

    Gives None when done, else the account that one of the keys belongs to.

    :raises Raced: the account is gone or merged.
    """
    keys = keys_of(identity.keys)
    now = clock()
    savepoint = session.begin_nested()
    if not lock(session, account_id):
        savepoint.rollback()
        raise Raced
    for key in keys.claim_order:
        owner = claim(session, key, account_id, now, connection_id=connection.id)
        if owner != account_id:
            savepoint.rollback()
            return owner
    note_pair(session, keys, connection.source.shared_value(identity))
    row = session.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).mappings().one()
    changed = changes(dict(row), identity, connection.source.id, now, connection.association)
    change_account(session, account_id, changed)
    savepoint.commit()
    return None


def change_account(session: Session, account_id: str, values: dict[str, Any]) -> None:
    """Writes the columns, if there are any."""
    if values:
        session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(values))
        tell_changed(session, account_id, values)
