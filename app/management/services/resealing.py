"""Seals a column anew under the newest secret, batch by batch, beside the traffic.

What the newest secret sealed is left alone, so that a run that was ended is gone on with by another
one. Each row is written only while it holds what was read.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from app.management.services.sealed_columns import SealedColumn
from oidc.crypto.keyring import Keyring

Key = tuple[Any, ...]


@dataclass
class Count:
    """What became of values, or of rows.

    :param anew: values of an older secret: sealed anew, or to be.
    :param lost: values that no secret opens.
    :param raced: rows that somebody else wrote meanwhile.
    """

    rows: int = 0
    anew: int = 0
    lost: int = 0
    raced: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.rows + other.rows,
            self.anew + other.anew,
            self.lost + other.lost,
            self.raced + other.raced,
        )


@dataclass(frozen=True)
class Step:
    """One batch. :param last: the key to go on after; None at the end."""

    count: Count
    last: Key | None


class Resealer:
    """:param secrets: newest first, as in the settings.

    :param writes: whether anything is changed, or only counted.
    """

    def __init__(self, secrets: tuple[str, ...], *, writes: bool) -> None:
        self._all, self._newest = Keyring(secrets), Keyring(secrets[:1])
        self._writes = writes

    def step(self, session: Session, column: SealedColumn, after: Key | None, limit: int) -> Step:
        """Goes over the next rows in the order of their keys. Flushes and never commits."""
        keys = list(column.table.primary_key.columns)
        query = select(*keys, column.column).order_by(*keys).limit(limit)
        if after is not None:
            beyond = tuple_(*keys) > tuple_(*after) if len(keys) > 1 else keys[0] > after[0]
            query = query.where(beyond)
        rows = session.execute(query).all()
        count = Count(rows=len(rows))
        for *key, text in rows:
            count += self._row(session, column, tuple(key), text)
        last = tuple(rows[-1][:-1]) if len(rows) == limit else None
        return Step(count, last)

    def _row(self, session: Session, column: SealedColumn, key: Key, text: str | None) -> Count:
        count = Count()
        if not text:
            return count

        def rewrite(sealed: str, purpose: str) -> str:
            if _opens(self._newest, sealed, purpose):
                return sealed
            try:
                opened = self._all.unseal(sealed, purpose)
            except ValueError:
                count.lost += 1
                return sealed
            count.anew += 1
            return self._newest.seal(opened, purpose)

        anew = column.each(text, rewrite)
        if count.anew and self._writes:
            count.raced = 1 - self._write(session, column, key, text, anew)
        return count

    def _write(
        self, session: Session, column: SealedColumn, key: Key, before: str, after: str
    ) -> int:
        keys = column.table.primary_key.columns
        named = [one == value for one, value in zip(keys, key, strict=True)]
        statement = (
            update(column.table)
            .where(*named, column.column == before)
            .values({column.column.name: after})
        )
        return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def rows_of(session: Session, column: SealedColumn) -> int:
    return session.scalar(select(func.count()).select_from(column.table)) or 0


def _opens(keyring: Keyring, sealed: str, purpose: str) -> bool:
    try:
        keyring.unseal(sealed, purpose)
    except ValueError:
        return False
    return True
