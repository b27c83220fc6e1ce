"""Forgetting: an account that its person deletes, and what a source tells us to erase."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Delete, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.changed import tell_changed
from app.accounts.identification.attachment import change_account
from app.accounts.identification.keys import lock
from app.accounts.identification.source_tokens import forget_identities
from app.accounts.records.linking import LinkedSource, has_way_of_ours, remove_source, sources_of
from app.audit.trail import Clock, Event, forget_details_of, forget_origins_of, record
from app.groups.people import forget_people
from app.sessions.browser import Ended, end_all
from app.tables.passkeys import PERSON_PASSKEY
from app.tables.people import ACCOUNT, ACCOUNT_CONFLICT, ACCOUNT_MERGE, EXTERNAL_KEY
from federation.identity import ExternalKey
from federation.pushes import Withdrawal
from federation.source import Source


@dataclass(frozen=True, slots=True)
class Erased:
    """What was forgotten.

    :param what: of ``profile``, ``phone``, ``identity``, ``account``.
    :param revoke: the subject whose grants rest on what was erased, and must be revoked in the
        same transaction; None when none do.
    :param ended: sessions that are over; their applications must be told.
    :param counts: how many of what, by the codes of `app.accounts.records.receipts.REMOVED`.
    """

    account_id: str | None = None
    what: tuple[str, ...] = ()
    revoke: str | None = None
    ended: tuple[Ended, ...] = field(default=())
    counts: Mapping[str, int] = field(default_factory=dict)


def delete_account(session: Session, clock: Clock, account_id: str, *, actor: str) -> Erased:
    """Removes the person: account, keys, passkeys, sessions, conflicts, shells of merges. Audit
    lines stay, with the random subject and nothing else of them: no address and no device, either.
    """
    if not lock(session, account_id):
        return Erased()
    ended = tuple(end_all(session, account_id))
    shells = select(ACCOUNT_MERGE.c.dropped_id).where(ACCOUNT_MERGE.c.kept_id == account_id)
    gone = [account_id, *session.scalars(shells)]
    key, conflict = EXTERNAL_KEY.c, ACCOUNT_CONFLICT.c
    theirs = or_(conflict.account_id == account_id, conflict.other_account_id == account_id)
    forget_people(session, gone)
    own = sources_of(session, account_id)
    forget_identities(session, [(one.namespace, one.value) for one in own])
    passkey = PERSON_PASSKEY.c.account_id.in_(gone)
    shell = and_(ACCOUNT.c.id.in_(gone), ACCOUNT.c.merged_into == account_id)
    counts = {
        "identities": _removed(session, delete(EXTERNAL_KEY).where(key.account_id == account_id)),
        "conflicts": _removed(session, delete(ACCOUNT_CONFLICT).where(theirs)),
        "merged": _removed(session, delete(ACCOUNT).where(shell)),
        "account": _removed(session, delete(ACCOUNT).where(ACCOUNT.c.id == account_id)),
        "passkeys": _removed(session, delete(PERSON_PASSKEY).where(passkey)),
        "sessions": len(ended),
    }
    session.execute(delete(ACCOUNT_MERGE).where(ACCOUNT_MERGE.c.kept_id == account_id))
    record(session, clock, Event("account.deleted", actor, account_id))
    counts["origins"] = forget_origins_of(session, gone)
    forget_details_of(session, gone)
    return Erased(account_id, ("account",), account_id, ended, counts)


def _removed(session: Session, statement: Delete) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def obey_push(session: Session, clock: Clock, source: Source, withdrawal: Withdrawal) -> Erased:
    """Does what a person, or the source in their stead, asks for; unknown people are no error.

    Name and picture, or the phone number, go where they came from the source. An identity goes
    with what rests on it, and with the last one the account's personal data.
    """
    key = withdrawal.key
    account_id = key and _owner(session, key)
    if key is None or not account_id or not lock(session, account_id):
        return Erased()
    erased = _obey(session, account_id, source, withdrawal, key, clock())
    outcome = "erased" if erased.what else "ok"
    detail = {**withdrawal.told, "what": erased.what}
    event = Event("account.erased", source.id, account_id, outcome=outcome, detail=detail)
    record(session, clock, event)
    return erased


def _obey(
    session: Session,
    account_id: str,
    source: Source,
    withdrawal: Withdrawal,
    key: ExternalKey,
    now: int,
) -> Erased:
    if withdrawal.identity:
        _erase_identity(session, account_id, key, whole_person=withdrawal.person)
        ended = tuple(end_all(session, account_id))
        return Erased(account_id, ("identity",), account_id, ended)
    what = []
    if withdrawal.profile:
        _erase_profile(session, account_id, source, now)
        what.append("profile")
    if withdrawal.phone:
        _erase_phone(session, account_id, source, now)
        what.append("phone")
    return Erased(account_id, tuple(what))


def _owner(session: Session, key: ExternalKey) -> str | None:
    query = select(EXTERNAL_KEY.c.account_id).where(
        EXTERNAL_KEY.c.namespace == key.namespace, EXTERNAL_KEY.c.value == key.value
    )
    return session.scalar(query)


def _erase_profile(session: Session, account_id: str, source: Source, now: int) -> None:
    session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account_id, ACCOUNT.c.profile_provenance == source.id)
        .values(name=None, picture=None, profile_provenance=None, updated_at=now)
    )
    tell_changed(session, account_id, ("name", "picture"))


def _erase_phone(session: Session, account_id: str, source: Source, now: int) -> None:
    session.execute(
        update(ACCOUNT)
        .where(ACCOUNT.c.id == account_id, ACCOUNT.c.phone_provenance.in_(source.phones))
        .values(phone=None, phone_provenance=None, phone_verified_at=None, updated_at=now)
    )
    tell_changed(session, account_id, ("phone",))


def _erase_identity(
    session: Session, account_id: str, key: ExternalKey, *, whole_person: bool
) -> None:
    """Removes one identity; of a person who has left the source, every one with its shared name.

    An account left without any way in keeps no personal data.
    """
    sources = sources_of(session, account_id)
    [struck] = [one for one in sources if (one.namespace, one.value) == key]
    for source in sources:
        if source is struck or (whole_person and _same_person(source, struck)):
            remove_source(session, account_id, source)
    ours = _has_username(session, account_id) or has_way_of_ours(session, account_id)
    if not ours and not sources_of(session, account_id):
        blank = ("name", "picture", "profile_provenance", "phone", "phone_provenance")
        mail = ("email", "email_provenance")
        values = dict.fromkeys((*blank, "phone_verified_at", *mail, "profile"))
        change_account(session, account_id, values | {"email_verified": False})
        forget_origins_of(session, [account_id])


def _same_person(one: LinkedSource, other: LinkedSource) -> bool:
    same_source = one.source_id == other.source_id
    return same_source and one.shared_value is not None and one.shared_value == other.shared_value


def _has_username(session: Session, account_id: str) -> bool:
    query = select(ACCOUNT.c.id).where(ACCOUNT.c.id == account_id, ACCOUNT.c.username.is_not(None))
    return session.scalar(query) is not None
