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

    :param text: what a name has in it, or an e-mail address begins with.
    :param whole: it is all of a sub, a user name, a number or a name at a source, or the end of a
        number; none where it cannot be any of them.
    :param begins_mail: it can be how an e-mail address begins.
    :param on_server: PostgreSQL is asked, with its indexes of parts.
    """

    text: str
    whole: ColumnElement[bool] | None
    begins_mail: bool
    on_server: bool

    def in_part(self, columns: Any = ACCOUNT.c) -> ColumnElement[bool]:
        """That a name has it in it, or an address begins with it; without an index.

        :param columns: those of accounts, or of what was selected of them.
        """
        in_name = _contains(self.text, columns)
        if not self.begins_mail:
            return in_name
        return or_(in_name, _begins(func.lower(columns.email), self.text))

    @property
    def anything(self) -> ColumnElement[bool]:
        """Any of it, in one condition."""
        return self.in_part() if self.whole is None else or_(self.whole, self.in_part())

    @property
    def in_name_by_index(self) -> ColumnElement[bool]:
        """That a name has it in it, as PostgreSQL's index of names has it."""
        return _by_index(self.text)

    @property
    def in_mail_by_index(self) -> ColumnElement[bool] | None:
        """That an e-mail address begins with it, by PostgreSQL's index; none where none can."""
        return _begins(literal_column(EMAIL, Text), self.text) if self.begins_mail else None


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
    number = phone_number(text) or (text if text.startswith("+") else None)
    if number:
        found.append(ACCOUNT.c.phone == number)
    if _DIGITS.fullmatch(text):
        found.append(_phone_ends(session, text))
    known = _known_as(session, text) if _KEY.fullmatch(text) else []
    if known:
        found.append(ACCOUNT.c.id.in_(known))
    whole = or_(*found) if found else None
    return Meaning(text, whole, _MAIL.fullmatch(text) is not None, on_server)


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


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    return column.like(_escaped(text.lower()) + "%", escape="/")


def _phone_ends(session: Session, digits: str) -> ColumnElement[bool]:
    dialect = session.get_bind().dialect.name
    if dialect == "postgresql":
        return literal_column(PHONE_END, Text) == digits
    if dialect == "sqlite":
        return func.substr(ACCOUNT.c.phone, -4) == digits
    return func.right(ACCOUNT.c.phone, 4) == digits


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
