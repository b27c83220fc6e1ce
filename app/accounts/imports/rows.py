"""Reading people from CSV or JSON lines, one at a time, with a reason for each refused line."""

import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.accounts.phone_numbers import phone_number
from federation.translation import N_
from federation.wechat.people import OPENID, UNIONID

COLUMNS = ("phone", "unionid", "openid@appid", "name")

REASONS = {
    "nothing_known": N_("The row has no phone number, UnionID or OpenID to know the person by."),
    "bad_phone": N_("The phone number is not one that can be called."),
    "bad_openid": N_("An OpenID is written openid@appid, with an AppID of wx and 16 hex digits."),
    "bad_unionid": N_("The UnionID has characters that WeChat does not use, or is too long."),
    "no_open_platform": N_("A UnionID needs the name of the Open Platform account it belongs to."),
    "bad_name": N_("The name is longer than 200 characters."),
    "not_json": N_("The line is not a JSON object with the known members."),
    "too_many_columns": N_("The row has more columns than the header."),
    "several_accounts": N_("The identities of this row belong to more than one account."),
    "phone_shared": N_("Several accounts have this phone number."),
    "phone_of_other": N_("The account with this phone number is known by another WeChat identity."),
    "raced": N_("Somebody signed in as this person at the same moment; import the row again."),
}
"""Why a row was refused, in sentences (message ids) for the report."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_APPID = re.compile(r"wx[0-9a-f]{16}")


class UnreadableFile(ValueError):
    """The file as a whole cannot be imported: the header names a column that is not known."""


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


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not imported; ``reason`` is a code of `REASONS`."""

    line: int
    reason: str

    @property
    def sentence(self) -> str:
        return REASONS[self.reason]


def read_rows(
    lines: Iterable[str], *, open_platform: str | None = None, region: str = "CN"
) -> Iterator[Row | Refusal]:
    """The people of a file, as they are read; JSON lines are told from CSV by the first ``{``.

    :param open_platform: the Open Platform account that the UnionIDs belong to.
    :param region: the country of phone numbers without a country code (ISO 3166-1).
    :raises UnreadableFile: at the first row, for a header with an unknown column.
    """
    lines = iter(lines)
    first = next((line for line in lines if line.strip()), "")
    first = first.removeprefix("\ufeff")
    again = itertools.chain([first], lines)
    records = _json_lines(again) if first.lstrip().startswith("{") else _csv(again)
    for line, record in records:
        yield (
            Refusal(line, record)
            if isinstance(record, str)
            else _row(line, record, open_platform, region)
        )


Record = tuple[int, Mapping[str, Any] | str]
"""A line's number, with its members or the reason why it has none."""


def _csv(lines: Iterator[str]) -> Iterator[Record]:
    reader = csv.DictReader(lines)
    header = [name.strip().lower() for name in reader.fieldnames or ()]
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or not header:
        raise UnreadableFile(", ".join(unknown))
    reader.fieldnames = header
    try:
        for record in reader:
            yield reader.line_num, "too_many_columns" if None in record else record
    except csv.Error as error:
        raise UnreadableFile(f"line {reader.line_num}: {error}") from error


def _json_lines(lines: Iterator[str]) -> Iterator[Record]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        known = isinstance(record, dict) and record.keys() <= set(COLUMNS)
        yield number, record if known else "not_json"


def _row(
    line: int, record: Mapping[str, Any], open_platform: str | None, region: str
) -> Row | Refusal:
    unionid, phone, name = (_text(record.get(column)) for column in ("unionid", "phone", "name"))
    keys = [_openid(part) for part in _parts(record.get("openid@appid"))]
    if None in keys:
        return Refusal(line, "bad_openid")
    if unionid and not _ID.fullmatch(unionid):
        return Refusal(line, "bad_unionid")
    if unionid and not open_platform:
        return Refusal(line, "no_open_platform")
    number = phone_number(phone, region) if phone else None
    if phone and number is None:
        return Refusal(line, "bad_phone")
    if len(name) > 200:
        return Refusal(line, "bad_name")
    shared = [Key(f"{UNIONID}{open_platform}", unionid)] if unionid else []
    every = (*shared, *(key for key in keys if key is not None))
    if not every and number is None:
        return Refusal(line, "nothing_known")
    return Row(line, every, number, name or None)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _parts(value: Any) -> list[str]:
    """Several OpenIDs: a JSON list, or separated by ``;`` or spaces."""
    if isinstance(value, list):
        return [str(part) for part in value]
    return _text(value).replace(";", " ").split()


def _openid(text: str) -> Key | None:
    openid, _, appid = text.rpartition("@")
    if not _ID.fullmatch(openid) or not _APPID.fullmatch(appid):
        return None
    return Key(OPENID + appid, openid)
