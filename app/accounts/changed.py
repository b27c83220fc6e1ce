"""Tells who listens which columns of an account were written, in the transaction under way."""

from collections.abc import Iterable

from blinker import Signal
from sqlalchemy.orm import Session

account_changed = Signal()
"""Sent with the id of the account, ``session``, ``columns`` and ``initiator``, after the write."""


def tell_changed(
    session: Session, account_id: str, columns: Iterable[str], initiator: str = "user"
) -> None:
    """:param initiator: ``user``, ``admin``, ``policy`` or ``system`` (CAEP 1.0 2)."""
    written = frozenset(columns)
    if written:
        account_changed.send(account_id, session=session, columns=written, initiator=initiator)
