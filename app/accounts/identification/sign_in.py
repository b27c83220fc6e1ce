"""Signing in: from what a source said about a person to one account, whoever else signs in now.

Nothing here commits. The transaction runs at READ COMMITTED or SQLite's equivalent, so that
the loser of a race can see the row it lost to.
"""

import secrets
from dataclasses import replace

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.claims import identity_digest
from app.accounts.identification import contradictions
from app.accounts.identification.attachment import Raced, change_account
from app.accounts.identification.attempt import Attempt, audit, changes, decide, initial
from app.accounts.identification.keys import (
    KnownKey,
    claim,
    keys_of,
    lock,
    note_pair,
    outlast_rivals,
    take_turn,
    touch,
)
from app.accounts.identification.outcomes import Ask, SignedIn, SignInRaced, SignInRefused
from app.accounts.identification.rules import AskPerson, Create, Refuse, SignIn
from app.audit.trail import Clock
from app.enablement.sources import may_use
from app.tables.people import ACCOUNT
from federation.connections import Connection
from federation.identity import Identity
from federation.source import Source

ATTEMPTS = 5
LINKED = ("phone_match", "email_match")
"""The rules that find an account by something else than a name at the source."""
SEEN_EVERY = 3600
"""Seconds between two notes that a key was seen."""
LONGEST_AMR = 64
"""Characters that a session keeps."""


def sign_in(
    session: Session,
    identity: Identity,
    connection: Connection,
    clock: Clock,
    *,
    client_id: str | None = None,
    answered: bool = False,
    new_account_id: str | None = None,
    begun_at: int | None = None,
    way: str | None = None,
) -> SignedIn | Ask | SignInRefused:
    """Signs the person in to their account, creates it, asks, or refuses.

    :param client_id: the application; None for our own pages.
    :param answered: the person was asked by rule ``ask`` and wants a new account.
    :param new_account_id: of the account, should a new one be made; random when left out.
    :param begun_at: when the sign-in was asked for.
    :param way: how they came, for the log: ``scan``, ``link``, ``redirect`` or ``in_app``.
    :raises SignInRaced: after several lost races; nothing was changed.
    """
    use = may_use(session, client_id, connection.id)
    attempt = Attempt(
        session=session,
        clock=clock,
        identity=identity,
        keys=keys_of(identity.keys),
        source=connection.source,
        connection_id=connection.id,
        client_id=client_id,
        association="none" if answered else connection.association,
        login_only=connection.login_only,
        may_sign_up=use.allow_sign_up,
        answered=answered,
        new_account_id=new_account_id,
        seconds=None if begun_at is None else max(0, clock() - begun_at),
        way=way,
    )
    if not use.enabled:
        return _refuse(attempt, Refuse("not_enabled"))
    for _ in range(ATTEMPTS):
        try:
            settled = _settle(attempt)
            if use.limited and isinstance(settled, SignedIn):
                return replace(settled, limited=True)
            return settled
        except Raced:
            continue
    raise SignInRaced


def _settle(attempt: Attempt) -> SignedIn | Ask | SignInRefused:
    decision, rows = decide(attempt)
    if isinstance(decision, Refuse):
        return _refuse(attempt, decision)
    if isinstance(decision, AskPerson):
        return _ask(attempt, decision)
    if isinstance(decision, Create):
        return _create(attempt, decision)
    if decision.learn:
        return _learn(attempt, decision)
    return _enter(attempt, decision, rows)


def _enter(attempt: Attempt, decision: SignIn, rows: dict[str, KnownKey]) -> SignedIn:
    """A known person comes back: what they look like may have changed, their keys have not."""
    now = attempt.clock()
    own = rows[attempt.keys.own.namespace]
    changed = changes(own.account, attempt.identity, attempt.source.id, now, attempt.association)
    outrun = own.rival_seen is not None and own.rival_seen >= own.last_seen
    due = outrun or own.last_seen <= now - SEEN_EVERY
    seen = {"last_sign_in": now} if due else {}
    change_account(attempt.session, decision.account, changed | seen)
    if due:
        touch(attempt.session, attempt.keys.own, now, own.rival_seen, attempt.connection_id)
    if own.shared_value is None or (
        own.shared_namespace is None and attempt.keys.shared and not decision.flag
    ):
        note_pair(attempt.session, attempt.keys, attempt.shared_value)
    return _signed_in(attempt, decision)


def _learn(attempt: Attempt, decision: SignIn) -> SignedIn:
    """A known person by a new way. Decides again once nobody else can change the account."""
    session, now = attempt.session, attempt.clock()
    with session.begin_nested():
        if not lock(session, decision.account) or decide(attempt)[0] != decision:
            raise Raced
        for key in attempt.keys.claim_order:
            if _is_learnt(key is attempt.keys.shared, decision):
                owner = claim(
                    session, key, decision.account, now, connection_id=attempt.connection_id
                )
                if owner != decision.account:
                    raise Raced
        outlast_rivals(session, attempt.keys.own, now)
        note_pair(session, attempt.keys, attempt.shared_value)
        account = session.execute(select(ACCOUNT).where(ACCOUNT.c.id == decision.account))
        known = dict(account.mappings().one())
        changed = changes(known, attempt.identity, attempt.source.id, now, attempt.association)
        change_account(session, decision.account, changed | {"last_sign_in": now})
    return _signed_in(attempt, decision)


def _is_learnt(is_shared: bool, decision: SignIn) -> bool:
    return ("shared" if is_shared else "own") in decision.learn


def _create(attempt: Attempt, decision: Create) -> SignedIn:
    """A new person. The keys come first: who is here at the same time is met there."""
    session, now = attempt.session, attempt.clock()
    account_id = attempt.new_account_id or secrets.token_hex(11)
    meeting = _meeting(attempt)
    with session.begin_nested():
        if meeting is not None:
            take_turn(session, meeting, now)
            if decide(attempt)[0] != decision:
                raise Raced
        for key in attempt.keys.claim_order:
            owner = claim(session, key, account_id, now, connection_id=attempt.connection_id)
            if owner != account_id:
                raise Raced
        note_pair(session, attempt.keys, attempt.shared_value)
        times = {"created_at": now, "updated_at": now, "last_sign_in": now}
        shown = initial(attempt.identity, attempt.source.id, attempt.association)
        session.execute(insert(ACCOUNT), {"id": account_id} | times | shown)
    rule = "answered_new" if attempt.answered else decision.rule
    entered = SignIn(account_id, rule, flag=decision.flag, other=decision.other)
    return _signed_in(attempt, entered, created=True)


def _meeting(attempt: Attempt) -> str | None:
    """Where sign-ins of one number, or one address, take turns under the rule that looks for it."""
    phone, email = attempt.identity.phone, attempt.identity.email
    if attempt.association == "phone" and phone is not None:
        return phone.number
    if attempt.association == "email" and email is not None and email.is_verified:
        return email.address.lower()
    return None


def _signed_in(attempt: Attempt, decision: SignIn, *, created: bool = False) -> SignedIn:
    _note_conflict(attempt, decision)
    outcome = "created" if created else "linked" if decision.rule in LINKED else "ok"
    audit(
        attempt,
        "sign_in.succeeded",
        decision.rule,
        outcome,
        subject=decision.account,
        flag=decision.flag,
    )
    own = attempt.keys.own
    return SignedIn(
        decision.account,
        decision.rule,
        created=created,
        flag=decision.flag,
        identity=identity_digest(own.namespace, own.value),
        amr=methods(attempt.source, attempt.identity),
        at_source=attempt.identity.session,
    )


def methods(source: Source, identity: Identity) -> tuple[str, ...]:
    """How somebody was authenticated (RFC 8176): by the source, and how it says that it did it."""
    known = source.amr
    for method in identity.amr:
        if len(" ".join((*known, method))) <= LONGEST_AMR:
            known = (*known, method)
    return known


def _note_conflict(attempt: Attempt, decision: SignIn) -> None:
    if decision.flag not in contradictions.KINDS:
        return
    contradictions.note(
        attempt.session,
        attempt.clock,
        decision.flag,
        decision.account,
        other=decision.other,
        key=None if decision.flag in ("phone_shared", "email_shared") else _shared_key(attempt),
        own=attempt.keys.own,
        connection_id=attempt.connection_id,
    )


def _shared_key(attempt: Attempt) -> contradictions.Pair | None:
    """The shared name of this time; its namespace is empty where nobody said whose it is."""
    if attempt.keys.shared is not None:
        return contradictions.Pair(attempt.keys.shared.namespace, attempt.keys.shared.value)
    shared = attempt.shared_value
    return None if shared is None else contradictions.Pair("", shared)


def _ask(attempt: Attempt, decision: AskPerson) -> Ask:
    audit(attempt, "sign_in.asked", decision.rule, "asked")
    return Ask(attempt.identity, attempt.connection_id, attempt.client_id, decision.may_create)


def _refuse(attempt: Attempt, decision: Refuse) -> SignInRefused:
    audit(attempt, "sign_in.refused", decision.rule, "refused", subject=decision.account)
    return SignInRefused(decision.rule)
