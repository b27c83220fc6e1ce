"""One sign-in under way: what it rests on, what is known about it, and how it is written down.

With what its identity may change about the account: name, picture and verified phone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from app.accounts.identification.keys import Keys, KnownKey, find
from app.accounts.identification.rules import Association, Decision, Facts
from app.accounts.identification.rules import decide as apply_rules
from app.audit.trail import Clock, Event, masked, record
from app.tables.people import ACCOUNT
from federation.identity import Identity
from federation.source import Source

UNPROVEN_PHONES = ("operator",)
"""Numbers that somebody wrote down and that may be another's. A source has proved any other, or
the operator has imported it and vouches for it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """All that one sign-in rests on, handed from step to step."""

    session: Session
    clock: Clock
    identity: Identity
    keys: Keys
    source: Source
    connection_id: str
    client_id: str | None
    association: Association
    login_only: bool
    may_sign_up: bool
    answered: bool
    new_account_id: str | None
    seconds: int | None = None
    way: str | None = None

    @property
    def shared_value(self) -> str | None:
        """The shared name that came along, also where nobody said whose it is."""
        return self.source.shared_value(self.identity)


@dataclass(frozen=True, slots=True)
class Sharing:
    """Accounts that share a number or an address; two of a sort are as good as many.

    :param off: those of them that are disabled.
    """

    proven: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()


def decide(attempt: Attempt) -> tuple[Decision, dict[str, KnownKey]]:
    """Gathers the facts (one statement, two under the phone rule) and applies the rules to them."""
    rows = find(attempt.session, attempt.keys)
    phone, email = (Sharing(),) * 2 if rows else (_by_phone(attempt), _by_email(attempt))
    own = rows.get(attempt.keys.own.namespace)
    shared = rows.get(attempt.keys.shared.namespace) if attempt.keys.shared else None
    disabled = {row.account_id for row in rows.values() if row.account["disabled_at"] is not None}
    facts = Facts(
        by_own=own.account_id if own else None,
        by_shared=shared.account_id if shared else None,
        shared=attempt.keys.shared is not None,
        shared_differs=own is not None and _differs(own, attempt),
        by_phone=phone.proven,
        by_email=email.proven,
        noted=phone.noted or email.noted,
        association=attempt.association,
        login_only=attempt.login_only,
        may_sign_up=attempt.may_sign_up,
        disabled=frozenset(disabled) | phone.off | email.off,
    )
    return apply_rules(facts), rows


def _differs(own: KnownKey, attempt: Attempt) -> bool:
    """Whether this key came with another shared name of the same namespace before."""
    shared_value = attempt.shared_value
    if None in (own.shared_value, shared_value) or own.shared_value == shared_value:
        return False
    namespace = attempt.keys.shared.namespace if attempt.keys.shared else None
    return own.shared_namespace in (None, namespace)


def _by_phone(attempt: Attempt) -> Sharing:
    """Accounts with the verified number: those whose person proved it, or a mere note of it."""
    if attempt.association != "phone" or attempt.identity.phone is None:
        return Sharing()
    has_number = ACCOUNT.c.phone == attempt.identity.phone.number
    proven = func.coalesce(ACCOUNT.c.phone_provenance, UNPROVEN_PHONES[0]).not_in(UNPROVEN_PHONES)
    return _sharing(attempt, has_number, proven)


def _by_email(attempt: Attempt) -> Sharing:
    """Accounts with the address that the source vouches for.

    Proven are not those whose address another source has said that nobody trusts to link by it:
    somebody may have waited there for the owner of the address.
    """
    email = attempt.identity.email
    if attempt.association != "email" or email is None or not email.is_verified:
        return Sharing()
    has_address = ACCOUNT.c.email.in_({email.address, email.address.lower()})
    proven = and_(ACCOUNT.c.email_verified.is_(True), ACCOUNT.c.email_provenance.is_(None))
    return _sharing(attempt, has_address, proven)


def _sharing(attempt: Attempt, has_it: ColumnElement[bool], proven: ColumnElement[bool]) -> Sharing:
    """The first of them, those with a proof before the others."""
    is_proven = case((proven, 1), else_=0).label("is_proven")
    query = (
        select(ACCOUNT.c.id, ACCOUNT.c.disabled_at, is_proven)
        .where(has_it, ACCOUNT.c.merged_into.is_(None))
        .order_by(is_proven.desc(), ACCOUNT.c.created_at, ACCOUNT.c.id)
        .limit(2)
    )
    rows = attempt.session.execute(query).all()
    return Sharing(
        tuple(row.id for row in rows if row.is_proven),
        tuple(row.id for row in rows if not row.is_proven),
        frozenset(row.id for row in rows if row.disabled_at is not None),
    )


def audit(
    attempt: Attempt,
    kind: str,
    rule: str,
    outcome: str,
    *,
    subject: str | None = None,
    flag: str | None = None,
) -> None:
    """Writes the decision down: rule, flag and what the source gave, but no number and no key."""
    phone = attempt.identity.phone
    detail = {
        "flag": flag,
        "namespace": attempt.keys.own.namespace,
        "shared_name": attempt.shared_value is not None,
        "phone": masked(phone.number) if phone else None,
        "way": attempt.way,
    }
    event = Event(
        kind=kind,
        actor=f"person:{subject}" if subject else "system",
        subject=subject,
        client_id=attempt.client_id,
        connection_id=attempt.connection_id,
        rule=rule,
        outcome=outcome,
        detail={name: value for name, value in detail.items() if value is not None},
        seconds=attempt.seconds,
    )
    record(attempt.session, attempt.clock, event)


def nickname(identity: Identity) -> str | None:
    """The name that the person chose, or None for none."""
    name = (identity.name or "").replace("\0", "").strip()
    return name[:200] or None


def avatar(identity: Identity) -> str | None:
    """The picture that the person chose, or None for none, or one too long."""
    picture = identity.picture or ""
    if not picture.startswith(("https://", "http://")) or len(picture) > 1024:
        return None
    return picture


def initial(identity: Identity, provenance: str, association: Association) -> dict[str, Any]:
    """Columns of a new account that come from the identity.

    :param provenance: the id of its source.
    :param association: the rule of the connection: one that links by e-mail vouches for it.
    """
    name, picture = nickname(identity), avatar(identity)
    values: dict[str, Any] = {"name": name, "picture": picture}
    if name or picture:
        values["profile_provenance"] = provenance
    return values | _phone(identity) | _email(identity, provenance, association)


def changes(
    account: Mapping[str, Any],
    identity: Identity,
    provenance: str,
    now: int,
    association: Association = "none",
) -> dict[str, Any]:
    """Columns of a known account that the identity changes; empty for nothing.

    An empty name or picture is filled; one that came from the same source is refreshed; one that
    another source gave, or an operator or the person wrote, stays. The number that was verified
    last is the phone. An e-mail address is taken where there was none.

    :param provenance: the id of the identity's source.
    """
    found = {"name": nickname(identity), "picture": avatar(identity)}
    refresh = account["profile_provenance"] in (None, provenance)
    changed: dict[str, Any] = {
        column: value
        for column, value in found.items()
        if value and value != account[column] and (refresh or not account[column])
    }
    if changed and account["profile_provenance"] is None:
        changed["profile_provenance"] = provenance
    if identity.phone is not None and (
        identity.phone.number != account["phone"]
        or identity.phone.verified_at > (account["phone_verified_at"] or 0)
    ):
        changed |= _phone(identity)
    if not account["email"]:
        changed |= _email(identity, provenance, association)
    if {"name", "picture", "email"} & changed.keys() or changed.get("phone") not in (
        None,
        account["phone"],
    ):
        changed["updated_at"] = now
    return changed


def _phone(identity: Identity) -> dict[str, Any]:
    phone = identity.phone
    if phone is None:
        return {}
    return {
        "phone": phone.number,
        "phone_provenance": phone.provenance,
        "phone_verified_at": phone.verified_at,
    }


def _email(identity: Identity, provenance: str, association: Association) -> dict[str, Any]:
    email = identity.email
    if email is None or len(email.address) > 254:
        return {}
    return {
        "email": email.address,
        "email_verified": email.is_verified,
        "email_provenance": None if association == "email" else provenance,
    }
