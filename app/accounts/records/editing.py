"""Making and changing accounts by hand: what may stand in them, and whoever saved first.

A change names the version that it was made from; a second administrator who changes the same
account is told, and neither is overwritten.
"""

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.accounts.changed import tell_changed
from app.accounts.claims import PROFILE_CLAIMS
from app.accounts.phone_numbers import phone_number
from app.accounts.records.directory import AccountView, get
from app.accounts.visible_names import shows
from app.audit.trail import Clock, Event, record
from app.tables.people import ACCOUNT
from federation.errors import InvalidFields, NotFound, Problem, VersionConflict
from federation.translation import N_

ADDRESS = ("formatted", "street_address", "locality", "region", "postal_code", "country")
"""Members of the address claim (OpenID Connect Core 5.1.1)."""
LONGEST_NAME = 200
LONGEST_VALUE = 1000
_MAIL = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,187}[A-Za-z0-9])?")
_LINK = re.compile(r"https?://[!-~]{1,1016}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")

FIELDS = ("name", "picture", "email", "email_verified", "phone", "phone_vouched", "profile")
"""What can be changed by hand. ``phone_vouched``: whoever proves this number is this person."""

Values = Mapping[str, Any]


def create(session: Session, clock: Clock, values: Values, *, actor: str) -> str:
    """A new account without any way to sign in yet but a phone number that is vouched for.

    :param values: some of `FIELDS`; a name, a phone number or an e-mail address at least.
    :raises InvalidFields: with every problem.
    """
    columns = _columns(session, values, None)
    if not any(columns.get(name) for name in ("name", "phone", "email")):
        said = N_("Give a name, a phone number or an e-mail address.")
        raise InvalidFields([Problem("name", said)])
    account_id, now = secrets.token_hex(11), clock()
    row = {"id": account_id, "created_at": now, "updated_at": now} | columns
    session.execute(insert(ACCOUNT), row)
    record(session, clock, Event("account.created", actor, account_id, outcome="created"))
    return account_id


def edit(
    session: Session,
    clock: Clock,
    account_id: str,
    values: Values,
    version: int | None,
    *,
    actor: str,
) -> tuple[str, ...]:
    """Changes some of `FIELDS`; which columns became others.

    :param version: of the account that the change was made from; None to overwrite whatever is
        there.
    :raises InvalidFields: with every problem.
    :raises VersionConflict: somebody else saved first.
    :raises NotFound: there is no such account, or it was merged.
    """
    before = get(session, account_id)
    if before is None or before.merged_into is not None:
        raise NotFound
    known = _stored(before)
    columns = _columns(session, values, before)
    changed = {name: value for name, value in columns.items() if value != known[name]}
    ours = [ACCOUNT.c.id == account_id, ACCOUNT.c.merged_into.is_(None)]
    if version is not None:
        ours.append(ACCOUNT.c.version == version)
    if {"name", "picture"} & changed.keys():
        changed["profile_provenance"] = "operator"
    if {"email", "email_verified"} & changed.keys():
        changed["email_provenance"] = None
    stamps = {"version": ACCOUNT.c.version + 1, "updated_at": clock()} if changed else {}
    statement = update(ACCOUNT).where(*ours)
    wanted = changed | stamps or {"version": ACCOUNT.c.version}
    if not session.execute(statement.values(wanted)).rowcount:  # type: ignore[attr-defined]
        raise VersionConflict
    told = tuple(sorted(name for name in columns if name in changed))
    if told:
        detail = {"fields": list(told)}
        record(session, clock, Event("account.changed", actor, account_id, detail=detail))
        tell_changed(session, account_id, changed, "admin")
    return told


def demand_version(session: Session, account_id: str, version: int | None) -> None:
    """Takes the account's turn, if it is still as it was seen.

    :raises VersionConflict: somebody else saved first.
    :raises NotFound: there is no such account, or it was merged.
    """
    ours = [ACCOUNT.c.id == account_id, ACCOUNT.c.merged_into.is_(None)]
    if version is not None:
        ours.append(ACCOUNT.c.version == version)
    taken = update(ACCOUNT).where(*ours).values(version=ACCOUNT.c.version + 1)
    if not session.execute(taken).rowcount:  # type: ignore[attr-defined]
        found = get(session, account_id)
        raise NotFound if found is None or found.merged_into else VersionConflict


def is_vouched(one: AccountView) -> bool:
    """Whether a proof of the account's number leads to the account."""
    return one.phone is not None and one.phone_provenance != "operator"


def _stored(one: AccountView) -> dict[str, Any]:
    names = ("name", "picture", "email", "email_verified", "phone", "phone_provenance")
    stored = {name: getattr(one, name) for name in (*names, "phone_verified_at")}
    return stored | {"profile": _document(one.profile)}


def _columns(session: Session, values: Values, before: AccountView | None) -> dict[str, Any]:
    problems: list[Problem] = []
    columns: dict[str, Any] = {}
    if "name" in values:
        columns["name"] = _line(values["name"], "name", LONGEST_NAME, problems)
    if "picture" in values:
        columns["picture"] = _matching(_LINK, values["picture"], _SENTENCES["picture"], problems)
    if "email" in values:
        columns["email"] = _matching(_MAIL, values["email"], _SENTENCES["email"], problems)
    if "email_verified" in values or "email" in values:
        columns["email_verified"] = _mail_verified(values, columns, before)
    if "phone" in values or "phone_vouched" in values:
        columns |= _phone(session, values, before, problems)
    if "profile" in values:
        columns["profile"] = _document(_profile(values["profile"], problems))
    if before is None and (columns.get("name") or columns.get("picture")):
        columns["profile_provenance"] = "operator"
    if problems:
        raise InvalidFields(problems)
    return columns


_SENTENCES = {
    "picture": ("picture", N_("A picture is an http or https address of up to 1,024 characters.")),
    "email": ("email", N_("This is no e-mail address.")),
}


def _line(value: Any, name: str, longest: int, problems: list[Problem]) -> str | None:
    text = "" if value is None else str(value).strip()
    if len(text) > longest or _CONTROLS.search(text) or (text and not shows(text)):
        said = N_("This is too long, or has characters that do not show.")
        problems.append(Problem(name, said))
    return text or None


def _matching(
    pattern: re.Pattern[str], value: Any, said: tuple[str, str], problems: list[Problem]
) -> str | None:
    text = "" if value is None else str(value).strip()
    if text and not pattern.fullmatch(text):
        problems.append(Problem(*said))
    return text or None


def _mail_verified(values: Values, columns: Values, before: AccountView | None) -> bool:
    """An address that became another one is not verified unless that is said."""
    if "email_verified" in values:
        there = columns.get("email", before.email if before else None)
        return bool(values["email_verified"]) and bool(there)
    same = before is not None and columns["email"] == before.email
    return before is not None and same and before.email_verified


def _phone(
    session: Session, values: Values, before: AccountView | None, problems: list[Problem]
) -> dict[str, Any]:
    sent = str(values.get("phone", before.phone if before else None) or "").strip()
    if not sent:
        return {"phone": None, "phone_provenance": None, "phone_verified_at": None}
    number = phone_number(sent)
    if number is None:
        problems.append(Problem("phone", N_("This is no phone number that can be called.")))
        return {}
    same = before is not None and before.phone == number
    vouched = values.get("phone_vouched", same and before is not None and is_vouched(before))
    if same and before is not None and vouched == is_vouched(before):
        return {}
    if vouched and _is_another_s(session, number, before):
        said = N_("Another account has this number, and can be found by it; merge them instead.")
        problems.append(Problem("phone", said))
    provenance = "import" if vouched else "operator"
    return {"phone": number, "phone_provenance": provenance, "phone_verified_at": None}


def _is_another_s(session: Session, number: str, before: AccountView | None) -> bool:
    others = select(ACCOUNT.c.id).where(
        ACCOUNT.c.phone == number,
        ACCOUNT.c.phone_provenance != "operator",
        ACCOUNT.c.merged_into.is_(None),
        ACCOUNT.c.id != (before.id if before else ""),
    )
    return session.scalar(others.limit(1)) is not None


def _profile(sent: Any, problems: list[Problem]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in dict(sent or {}).items():
        if value is None:
            continue
        if name == "address" and isinstance(value, Mapping) and value.keys() <= set(ADDRESS):
            lines = {each: _text(value[each]) for each in ADDRESS if _text(value.get(each))}
            if any(len(line) > LONGEST_VALUE for line in lines.values()):
                problems.append(Problem("profile", N_("The address is too long.")))
            if lines:
                kept[name] = lines
        elif name in PROFILE_CLAIMS and isinstance(value, str):
            line = _line(value, name, LONGEST_VALUE, problems)
            if line:
                kept[name] = line
        else:
            said = N_("The profile has a member that is not a standard claim.")
            problems.append(Problem("profile", said))
    return kept


def _text(value: Any) -> str:
    return value.replace("\r\n", "\n").replace("\0", "").strip() if isinstance(value, str) else ""


def _document(profile: Mapping[str, Any]) -> str | None:
    if not profile:
        return None
    return json.dumps(dict(profile), ensure_ascii=False, separators=(",", ":"))
