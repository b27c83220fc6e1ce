"""Reading people from CSV or JSON, one at a time, with a reason for each refused row."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, NamedTuple

from app.accounts.imports.columns import FIELDS, Mapped, guess, strangers
from app.accounts.imports.csv_records import CsvRows
from app.accounts.imports.decoding import UNREADABLE
from app.accounts.imports.json_records import json_array, json_lines
from app.accounts.phone_numbers import phone_number
from federation.translation import N_
from federation.wechat.people import OPENID, UNIONID

COLUMNS = FIELDS

REASONS = {
    "nothing_known": N_("The row has no phone number, UnionID or OpenID to know the person by."),
    "bad_phone": N_("The phone number is not one that can be called."),
    "bad_openid": N_("An OpenID is written openid@appid, with an AppID of wx and 16 hex digits."),
    "bad_unionid": N_("The UnionID has characters that WeChat does not use, or is too long."),
    "no_open_platform": N_("A UnionID needs the name of the Open Platform account it belongs to."),
    "bad_name": N_("The name is longer than 200 characters, or has characters that do not show."),
    "bad_email": N_("This is no e-mail address."),
    "bad_encoding": N_("The row has characters that cannot be read in the file's encoding."),
    "not_json": N_("The line is not a JSON object with the known members."),
    "too_many_columns": N_("The row has more columns than the header."),
    "too_long": N_("The row is longer than 64 KiB."),
    "open_quote": N_("A quote in this row is never closed."),
    "bad_quote": N_("The quotes in this row do not fit."),
    "cut_short": N_("The file ends in the middle of this row."),
    "several_accounts": N_("The identities of this row belong to more than one account."),
    "phone_shared": N_("Several accounts have this phone number."),
    "phone_of_other": N_("The account with this phone number is known by another WeChat identity."),
    "twice": N_(
        "An earlier row of this file has the same phone number or identity with another name."
    ),
    "raced": N_("Somebody signed in as this person at the same moment; import the row again."),
    "kept": N_(
        "The account has another name, phone number or e-mail address already, and kept it."
    ),
}
"""Why a row was refused, or what of it was not taken, in sentences (message ids)."""
CONFLICTS = frozenset({"several_accounts", "phone_shared", "phone_of_other", "twice", "raced"})
"""Reasons that are about what is there, and not about the row."""

LONGEST_NAME = 200
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_APPID = re.compile(r"wx[0-9a-f]{16}")
_MAIL = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,187}[A-Za-z0-9])?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_FORMULA = re.compile(r"'[=+\-@\t\r]")
"""How an export of ours makes a cell harmless; it is taken back."""


class UnreadableFile(ValueError):
    """The file as a whole cannot be imported: it names a column that is not known."""


class Key(NamedTuple):
    """What somebody is known by."""

    namespace: str
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """One person. Of the keys a UnionID comes first."""

    line: int
    keys: tuple[Key, ...]
    phone: str | None
    name: str | None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not imported; ``reason`` is a code of `REASONS`, or several with a space
    between: whoever mends a row learns at once of all that is wrong with it."""

    line: int
    reason: str

    @property
    def sentence(self) -> str:
        return " ".join(sentences(self.reason))


def sentences(reason: str) -> list[str]:
    """What the codes of a `Refusal` or an outcome say (message ids), in their order."""
    return [REASONS[code] for code in reason.split() if code in REASONS]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the cells of a file mean.

    :param open_platform: the Open Platform account that the UnionIDs belong to.
    :param appid: of OpenIDs that do not name theirs.
    :param region: the country of phone numbers without a country code (ISO 3166-1).
    """

    open_platform: str | None = None
    appid: str | None = None
    region: str = "CN"


class Record(NamedTuple):
    """A row of a file as it was read: its members, or the reason why it has none."""

    line: int
    members: Mapping[str, Any]
    reason: str = ""


def read_records(text: IO[str]) -> tuple[list[str], Iterator[Record]]:
    """The columns of a file, none for JSON, and its rows as they are read.

    JSON is told from CSV by its first character.
    """
    text = _after_blanks(text)
    first = text.read(1)
    rest = _Chained(first, text)
    if first in ("{", "["):
        objects = json_lines(rest) if first == "{" else json_array(rest)  # type: ignore[arg-type]
        return [], (Record(*one) for one in objects)
    rows = iter(CsvRows(rest))  # type: ignore[arg-type]
    header = next(rows, None)
    if header is None or header.reason:
        return [], iter(())
    columns = [name.strip() for name in header.cells]
    return columns, _of_cells(columns, rows)


def read_rows(
    lines: Iterable[str] | IO[str],
    *,
    open_platform: str | None = None,
    region: str = "CN",
    appid: str | None = None,
    mapped: Mapped | None = None,
) -> Iterator[Row | Refusal]:
    """The people of a file, as they are read.

    :param mapped: the column of each field; by their names when left out, and then every column
        must be known.
    :raises UnreadableFile: at the first row, for a header with an unknown column.
    """
    text = lines if hasattr(lines, "readline") else io.StringIO("".join(lines))
    columns, records = read_records(text)  # type: ignore[arg-type]
    meaning = Meaning(open_platform, appid, region)
    is_json = not columns
    if mapped is None and not is_json:
        mapped = guess(columns)
        unknown = strangers(columns, mapped)
        if unknown or not mapped:
            raise UnreadableFile(", ".join(unknown))
    started = False
    for record in records:
        started = True
        yield row_of(record, mapped, meaning)
    if is_json and not started:
        raise UnreadableFile("")


def row_of(record: Record, mapped: Mapped | None, meaning: Meaning) -> Row | Refusal:
    """The person that a row speaks of.

    :param mapped: the column of each field; without it the members are the fields.
    """
    if record.reason:
        return Refusal(record.line, record.reason)
    if mapped is None:
        mapped = guess(record.members)
        if strangers(record.members, mapped):
            return Refusal(record.line, "not_json")
    cells = {field: record.members.get(column) for field, column in mapped.items()}
    return _row(record.line, cells, meaning)


def _of_cells(columns: list[str], rows: Iterator[Any]) -> Iterator[Record]:
    width = len(columns)
    for line, cells, reason, is_whole in rows:
        extra = [cell for cell in cells[width:] if cell.strip()]
        if not reason and extra:
            reason = "too_many_columns"
        elif not reason and not is_whole and len(cells) < width:
            reason = "cut_short"
        yield Record(line, dict(zip(columns, cells, strict=False)), reason)


def _row(line: int, record: Mapping[str, Any], meaning: Meaning) -> Row | Refusal:
    texts = {field: _text(record.get(field)) for field in ("unionid", "phone", "name", "email")}
    parts = _parts(record.get("openid@appid"))
    if any(UNREADABLE in text for text in (*texts.values(), *parts)):
        return Refusal(line, "bad_encoding")
    unionid, phone, name, email = texts.values()
    keys = [_openid(part, meaning.appid) for part in parts]
    number = phone_number(phone, meaning.region) if phone else None
    problems = (
        (None in keys, "bad_openid"),
        (unionid and not _ID.fullmatch(unionid), "bad_unionid"),
        (unionid and not meaning.open_platform, "no_open_platform"),
        (phone and number is None, "bad_phone"),
        (len(name) > LONGEST_NAME or _CONTROLS.search(name), "bad_name"),
        (email and not _MAIL.fullmatch(email), "bad_email"),
        (not (keys or unionid or phone), "nothing_known"),
    )
    if found := [reason for is_wrong, reason in problems if is_wrong]:
        return Refusal(line, " ".join(found))
    shared = [Key(f"{UNIONID}{meaning.open_platform}", unionid)] if unionid else []
    every = (*shared, *(key for key in keys if key is not None))
    return Row(line, every, number, name or None, email or None)


def _text(value: Any) -> str:
    if value is None or isinstance(value, (dict, list)):
        return "" if value is None else UNREADABLE
    text = str(value).strip()
    return text[1:] if _FORMULA.match(text) else text


def _parts(value: Any) -> list[str]:
    """Several OpenIDs: a JSON list, or separated by ``;`` or spaces."""
    if isinstance(value, list):
        return [str(part) for part in value]
    return _text(value).replace(";", " ").split()


def _openid(text: str, appid: str | None) -> Key | None:
    openid, _, named = text.rpartition("@") if "@" in text else (text, "", appid or "")
    if not _ID.fullmatch(openid) or not _APPID.fullmatch(named):
        return None
    return Key(OPENID + named, openid)


class _Chained:
    """A text whose first character was read already."""

    def __init__(self, first: str, rest: IO[str]) -> None:
        self._first = first
        self._rest = rest

    def read(self, size: int) -> str:
        first, self._first = self._first, ""
        return first + self._rest.read(size - len(first)) if size > len(first) else first

    def readline(self, size: int) -> str:
        first, self._first = self._first, ""
        if first in ("\n", "\r"):
            return first
        return first + self._rest.readline(size - len(first))


def _after_blanks(text: IO[str]) -> IO[str]:
    """The text from its first character that is no blank and no mark of an encoding."""
    while True:
        first = text.read(1)
        if not first or not (first.isspace() or first == "\ufeff"):
            return _Chained(first, text)  # type: ignore[return-value]
