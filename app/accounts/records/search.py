"""What the words of a search mean: conditions on accounts, answered by indexes on PostgreSQL.

Part of a name, from one character on; a whole sub, user name, phone number or name at a source;
how an e-mail address begins; the last four digits of a phone number.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from app.accounts.phone_numbers import phone_number
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from app.tables.people_search import EMAIL, NAME_PARTS, PHONE_END

LONGEST = 200
NAMED_SO = 1000
"""Accounts at most that one name at a source leads to; there is one, or a few."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,22}")
_DIGITS = re.compile(r"[0-9]{4}")
_KEY = re.compile(r"[!-~]{1,128}")
_NAMED = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_MAIL = re.compile(r"[!-~]{3,254}")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text can mean, apart: PostgreSQL answers each part from another index.

    :param whole: it is all of a sub, a user name, a number, a name at a source, or how an e-mail
        address begins; none where it cannot be any of them.
    :param text: what a name has in it.
    :param in_name_by_index: that it does, as PostgreSQL's index of names has it; for others none.
    """

    text: str
    whole: ColumnElement[bool] | None
    in_name_by_index: ColumnElement[bool] | None

    def in_name(self, columns: Any = ACCOUNT.c) -> ColumnElement[bool]:
        """That a name has it in it; without an index.

        :param columns: those of accounts, or of what was selected of them.
        """
        return _contains(self.text, columns)

    @property
    def anything(self) -> ColumnElement[bool]:
        """Any of it, in one condition."""
        return self.in_name() if self.whole is None else or_(self.whole, self.in_name())


def meaning(session: Session, text: str) -> Meaning | None:
    """What a search for this text finds; None for no text.

    One statement when the text can be what a source calls somebody.
    """
    text = text.replace("\0", "").strip()[:LONGEST]
    if not text:
        return None
    on_server = session.get_bind().dialect.name == "postgresql"
    found: list[ColumnElement[bool]] = []
    if _ID.fullmatch(text):
        found.append(ACCOUNT.c.id == text)
    if _NAMED.fullmatch(text):
        found.append(ACCOUNT.c.username == text)
    if _MAIL.fullmatch(text):
        found.append(_mail_begins(text, on_server=on_server))
    number = phone_number(text) or (text if text.startswith("+") else None)
    if number:
        found.append(ACCOUNT.c.phone == number)
    if _DIGITS.fullmatch(text):
        found.append(_phone_ends(session, text))
    known = _known_as(session, text) if _KEY.fullmatch(text) else []
    if known:
        found.append(ACCOUNT.c.id.in_(known))
    whole = or_(*found) if found else None
    return Meaning(text, whole, _by_index(text) if on_server else None)


def _known_as(session: Session, text: str) -> list[str]:
    key = EXTERNAL_KEY.c
    return list(session.scalars(select(key.account_id).where(key.value == text).limit(NAMED_SO)))


def _contains(text: str, columns: Any) -> ColumnElement[bool]:
    pattern = func.lower("%" + _escaped(text) + "%")
    contains: ColumnElement[bool] = func.lower(columns.name).like(pattern, escape="/")
    return contains


def _by_index(text: str) -> ColumnElement[bool]:
    parts = [text] if len(text) == 1 else [text[i : i + 2] for i in range(len(text) - 1)]
    wanted = array([func.lower(cast(part, Text)) for part in dict.fromkeys(parts)])
    has_parts: ColumnElement[bool] = literal_column(NAME_PARTS).op("@>")(wanted)
    # Of one or two characters the index says all.
    return (
        has_parts if len(text) < 3 and "\n" not in text else has_parts & _contains(text, ACCOUNT.c)
    )


def _mail_begins(text: str, *, on_server: bool) -> ColumnElement[bool]:
    column: ColumnElement[str] = (
        literal_column(EMAIL, Text) if on_server else func.lower(ACCOUNT.c.email)
    )
    pattern = _escaped(text.lower()) + "%"
    return column.like(pattern, escape="/")


def _phone_ends(session: Session, digits: str) -> ColumnElement[bool]:
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        return literal_column(PHONE_END, Text) == digits
    if dialect == "sqlite":
        return func.substr(ACCOUNT.c.phone, -4) == digits
    return func.right(ACCOUNT.c.phone, 4) == digits


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
