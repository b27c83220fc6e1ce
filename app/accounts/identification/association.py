"""Rule ``ask``: the person's question, parked until they answer, and its two answers.

The token survives a reload of the page; the answer is taken once, by whoever was asked.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.claims import identity_digest
from app.accounts.identification.attachment import Raced, attach, change_account
from app.accounts.identification.keys import find, keys_of, lock
from app.accounts.identification.outcomes import Ask, SignedIn, SignInRefused
from app.accounts.identification.sign_in import sign_in
from app.accounts.identification.source_tokens import keep
from app.audit.trail import Clock, Event, record
from app.tables.people import ACCOUNT
from app.tables.people import PARKED_ASSOCIATION as PARKED
from federation.connections import Connection
from federation.identity import Identity
from federation.tickets import ConfirmedFrom

LIFETIME = 900
"""Seconds in which the person must answer."""
PURPOSE = "parked-association"


class Cipher(Protocol):
    """Keeps the identity secret at rest: see `oidc.crypto.keyring.Keyring`."""

    def seal(self, plaintext: bytes, purpose: str) -> str: ...

    def unseal(self, sealed: str, purpose: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What the page shows: whose identity it is, and whether a new account is on offer.

    :param confirmed_from: where the source confirmed it; None where that was not noted.
    """

    identity: Identity
    connection_id: str
    client_id: str | None
    may_create: bool
    expires_in: int
    confirmed_from: ConfirmedFrom | None = None


def park(
    session: Session,
    cipher: Cipher,
    clock: Clock,
    ask: Ask,
    binding: str,
    confirmed_from: ConfirmedFrom | None = None,
) -> str:
    """Keeps the question; the token that the page carries.

    :param binding: who was asked (at most 128 characters); every answer must give the same.
    :param confirmed_from: when, on which device and from where the identity was confirmed.
    """
    token = secrets.token_urlsafe(16)
    now = clock()
    row = {
        "id_hash": _digest(token),
        "binding": binding,
        "connection_id": ask.connection_id,
        "client_id": ask.client_id,
        "may_create": ask.may_create,
        "identity_sealed": cipher.seal(ask.identity.to_json().encode(), PURPOSE),
        "confirmed_from": confirmed_from.to_json() if confirmed_from else None,
        "created_at": now,
        "expires_at": now + LIFETIME,
    }
    session.execute(insert(PARKED), row)
    return token


def read(
    session: Session, cipher: Cipher, clock: Clock, token: str, binding: str
) -> Question | None:
    """The question, as often as the page is shown; None when unknown, over, answered, another's."""
    now = clock()
    query = select(PARKED).where(PARKED.c.id_hash == _digest(token), PARKED.c.used_at.is_(None))
    row = session.execute(query.where(PARKED.c.expires_at > now)).mappings().first()
    if row is None or not hmac.compare_digest(row["binding"].encode(), binding.encode()):
        return None
    try:
        identity = Identity.from_json(cipher.unseal(row["identity_sealed"], PURPOSE).decode())
    except ValueError:
        return None
    return Question(
        identity,
        row["connection_id"],
        row["client_id"],
        row["may_create"],
        row["expires_at"] - now,
        ConfirmedFrom.from_json(row["confirmed_from"]),
    )


def answer_new(
    session: Session,
    cipher: Cipher,
    clock: Clock,
    token: str,
    binding: str,
    connection: Connection,
    *,
    account_id: str | None = None,
) -> SignedIn | SignInRefused:
    """ "Create a new account." The rules run once more, so nobody gets a second account.

    Refused with ``expired``, or with what `sign_in` refuses with.

    :param account_id: the id that the new account must have; refused with ``key_of_other`` where
        the person has become known meanwhile.
    """
    question = _take(session, cipher, clock, token, binding, connection)
    if question is None:
        return SignInRefused("expired")
    if account_id is not None and account_known_by(session, question.identity):
        return SignInRefused("key_of_other")
    outcome = sign_in(
        session,
        question.identity,
        connection,
        clock,
        client_id=question.client_id,
        answered=True,
        new_account_id=account_id,
    )
    if isinstance(outcome, SignedIn):
        keep(session, cipher, clock(), connection.id, question.identity)
    # An answered question is never asked again.
    return outcome if isinstance(outcome, SignedIn | SignInRefused) else SignInRefused("expired")


def answer_link(
    session: Session,
    cipher: Cipher,
    clock: Clock,
    token: str,
    binding: str,
    connection: Connection,
    account_id: str,
    *,
    proof: str,
) -> SignedIn | SignInRefused:
    """ "I already have one", for an account that the person has just proven to be theirs.

    :param proof: how: ``local_password``, or the id of the connection they signed in through.

    Refused with ``expired``, ``account_disabled``, or ``key_of_other`` when the identity has
    become another account's meanwhile.
    """
    question = _take(session, cipher, clock, token, binding, connection)
    if question is None:
        return SignInRefused("expired")
    alive = select(ACCOUNT.c.id).where(ACCOUNT.c.id == account_id, ACCOUNT.c.disabled_at.is_(None))
    if session.scalar(alive) is None or not lock(session, account_id):
        return SignInRefused("account_disabled")
    try:
        owner = attach(session, question.identity, account_id, clock, connection=connection)
    except Raced:
        return SignInRefused("account_disabled")
    if owner is not None:
        return SignInRefused("key_of_other")
    change_account(session, account_id, {"last_sign_in": clock()})
    keep(session, cipher, clock(), connection.id, question.identity)
    record(
        session,
        clock,
        Event(
            kind="sign_in.succeeded",
            actor=f"person:{account_id}",
            subject=account_id,
            client_id=question.client_id,
            connection_id=connection.id,
            rule="answered_link",
            outcome="linked",
            detail={"proof": proof},
        ),
    )
    own = keys_of(question.identity.keys).own
    identity = identity_digest(own.namespace, own.value)
    return SignedIn(account_id, "answered_link", identity=identity)


def account_known_by(session: Session, identity: Identity) -> str | None:
    """The account of an identity that was known before; its own key decides before the shared."""
    keys = keys_of(identity.keys)
    rows = find(session, keys)
    for key in (keys.own, keys.shared):
        row = rows.get(key.namespace) if key else None
        if row is not None:
            return row.account_id
    return None


def prune(session: Session, clock: Clock, limit: int = 1000) -> int:
    """Removes questions that are over; how many. Call until it gives fewer than ``limit``."""
    over = select(PARKED.c.id_hash).where(PARKED.c.expires_at <= clock()).limit(limit)
    hashes = list(session.scalars(over))
    if hashes:
        session.execute(delete(PARKED).where(PARKED.c.id_hash.in_(hashes)))
    return len(hashes)


def _take(
    session: Session,
    cipher: Cipher,
    clock: Clock,
    token: str,
    binding: str,
    connection: Connection,
) -> Question | None:
    """Reads the question and marks it answered; the UPDATE decides between two answers."""
    question = read(session, cipher, clock, token, binding)
    if question is None or question.connection_id != connection.id:
        return None
    taken = session.execute(
        update(PARKED)
        .where(PARKED.c.id_hash == _digest(token), PARKED.c.used_at.is_(None))
        .values(used_at=clock())
    )
    return question if taken.rowcount else None  # type: ignore[attr-defined]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
