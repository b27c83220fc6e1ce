"""The ways in that a person has: listing them, linking another, unlinking one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.identification import contradictions
from app.accounts.identification.attachment import Raced, attach
from app.accounts.identification.keys import keys_of, lock
from app.accounts.identification.source_tokens import forget_identities
from app.audit.trail import Clock, Event, record
from app.tables.passkeys import PERSON_PASSKEY
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from federation.connections import Connection
from federation.identity import SHARED, Identity, is_shared


@dataclass(frozen=True, slots=True)
class LinkedSource:
    """One identity of the person at a source.

    :param shared_value: the name that came with it and that the source's credentials share.
    """

    namespace: str
    value: str
    shared_value: str | None
    connection_id: str | None
    first_seen: int
    last_seen: int

    @property
    def source_id(self) -> str:
        return self.namespace.partition(":")[0]

    @property
    def credential_id(self) -> str:
        """For what the name holds: an AppID, a client_id."""
        return self.namespace.split(":", 2)[2]


@dataclass(frozen=True, slots=True)
class Linked:
    """:param already: it was linked before; nothing changed."""

    account_id: str
    already: bool = False


@dataclass(frozen=True, slots=True)
class NotLinked:
    """:param reason: ``key_of_other`` (an admin sees it in the conflict queue) or ``gone``."""

    reason: Literal["key_of_other", "gone"]
    conflict_id: str | None = None


def sources_of(session: Session, account_id: str) -> list[LinkedSource]:
    """The person's identities, the one used last first."""
    query = (
        select(EXTERNAL_KEY)
        .where(EXTERNAL_KEY.c.account_id == account_id)
        .order_by(EXTERNAL_KEY.c.last_seen.desc(), EXTERNAL_KEY.c.namespace)
    )
    return [
        LinkedSource(
            namespace=row.namespace,
            value=row.value,
            shared_value=row.shared_value,
            connection_id=row.connection_id,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
        )
        for row in session.execute(query)
        if not is_shared(row.namespace)
    ]


def identities_of(
    session: Session, account_ids: Sequence[str]
) -> dict[str, list[tuple[str, str, str | None]]]:
    """Credential, name there and shared name of each identity of these people."""
    query = select(EXTERNAL_KEY).where(EXTERNAL_KEY.c.account_id.in_(account_ids))
    found: dict[str, list[tuple[str, str, str | None]]] = {}
    for row in session.execute(query.order_by(EXTERNAL_KEY.c.namespace, EXTERNAL_KEY.c.value)):
        if not is_shared(row.namespace):
            credential = row.namespace.split(":", 2)[2]
            known = found.setdefault(row.account_id, [])
            known.append((credential, row.value, row.shared_value))
    return found


def link(
    session: Session,
    account_id: str,
    identity: Identity,
    connection: Connection,
    clock: Clock,
) -> Linked | NotLinked:
    """Adds an identity, just proven at its source, to the account of who is signed in."""
    keys = keys_of(identity.keys)
    mine = {(source.namespace, source.value) for source in sources_of(session, account_id)}
    try:
        owner = attach(session, identity, account_id, clock, connection=connection)
    except Raced:
        return NotLinked("gone")
    if owner is not None:
        conflict = contradictions.note(
            session,
            clock,
            "key_of_other",
            account_id,
            other=owner,
            key=keys.shared or keys.own,
            own=keys.own,
            connection_id=connection.id,
        )
        return NotLinked("key_of_other", conflict)
    already = (keys.own.namespace, keys.own.value) in mine
    if not already:
        _audit(session, clock, "account.linked", account_id, connection.id, keys.own.namespace)
    return Linked(account_id, already)


def unlink(
    session: Session, account_id: str, namespace: str, value: str, clock: Clock, *, actor: str
) -> Literal["unlinked", "last", "unknown"]:
    """Removes one identity, and its shared name when no other identity came with it.

    The last way in stays: ``last``. A local password is a way in too, and so is a passkey.
    """
    if not lock(session, account_id):
        return "unknown"
    sources = sources_of(session, account_id)
    wanted = [
        source for source in sources if (source.namespace, source.value) == (namespace, value)
    ]
    if not wanted:
        return "unknown"
    if len(sources) == 1 and not has_way_of_ours(session, account_id):
        return "last"
    remove_source(session, account_id, wanted[0])
    _audit(session, clock, "account.unlinked", account_id, None, namespace, actor)
    return "unlinked"


def remove_source(session: Session, account_id: str, source: LinkedSource) -> None:
    """Removes the own key, and the shared one unless another identity of the account rests on it.

    What was kept of the identity goes too. A shared key that stayed would let the very identity
    back in that was just unlinked.
    """
    forget_identities(session, [(source.namespace, source.value)])
    shared_value = source.shared_value
    theirs = and_(
        EXTERNAL_KEY.c.account_id == account_id,
        EXTERNAL_KEY.c.namespace.startswith(f"{source.source_id}:"),
    )
    own = and_(EXTERNAL_KEY.c.namespace == source.namespace, EXTERNAL_KEY.c.value == source.value)
    session.execute(delete(EXTERNAL_KEY).where(theirs, own))
    if shared_value is None:
        return
    resting = select(func.count()).where(theirs, EXTERNAL_KEY.c.shared_value == shared_value)
    if not session.scalar(resting):
        shared = or_(*(EXTERNAL_KEY.c.namespace.contains(f":{word}:") for word in SHARED))
        named = EXTERNAL_KEY.c.value == shared_value
        session.execute(delete(EXTERNAL_KEY).where(theirs, shared, named))


def has_password(session: Session, account_id: str) -> bool:
    """Whether the person has a user name and a password here."""
    query = select(ACCOUNT.c.id).where(
        ACCOUNT.c.id == account_id,
        and_(ACCOUNT.c.username.is_not(None), ACCOUNT.c.password_hash.is_not(None)),
    )
    return session.scalar(query) is not None


def has_way_of_ours(session: Session, account_id: str) -> bool:
    """Whether the person gets into the account without any source: by a password or a passkey."""
    passkeys = select(PERSON_PASSKEY.c.id_hash).where(PERSON_PASSKEY.c.account_id == account_id)
    return has_password(session, account_id) or session.scalar(passkeys.limit(1)) is not None


def _audit(
    session: Session,
    clock: Clock,
    kind: str,
    account_id: str,
    connection_id: str | None,
    namespace: str,
    actor: str | None = None,
) -> None:
    event = Event(
        kind=kind,
        actor=actor or f"person:{account_id}",
        subject=account_id,
        connection_id=connection_id,
        detail={"key": namespace},
    )
    record(session, clock, event)
