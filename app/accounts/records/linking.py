"""The ways in that a person has: listing them, linking another, unlinking one."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from app.accounts.identification import contradictions
from app.accounts.identification.attachment import Raced, attach
from app.accounts.identification.keys import OPENID, UNIONID, keys_of, lock
from app.audit.trail import Clock, Event, record
from app.tables.people import ACCOUNT, EXTERNAL_KEY
from federation.connections import Connection
from federation.identity import Identity


@dataclass(frozen=True, slots=True)
class LinkedSource:
    """One WeChat identity of the person: an OpenID, with the UnionID that came with it."""

    namespace: str
    value: str
    unionid: str | None
    connection_id: str | None
    first_seen: int
    last_seen: int

    @property
    def appid(self) -> str:
        return self.namespace.removeprefix(OPENID)


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
    """The person's WeChat identities, the one used last first."""
    query = (
        select(EXTERNAL_KEY)
        .where(EXTERNAL_KEY.c.account_id == account_id)
        .order_by(EXTERNAL_KEY.c.last_seen.desc(), EXTERNAL_KEY.c.namespace)
    )
    return [
        LinkedSource(
            namespace=row.namespace,
            value=row.value,
            unionid=row.shared_value,
            connection_id=row.connection_id,
            first_seen=row.first_seen,
            last_seen=row.last_seen,
        )
        for row in session.execute(query)
        if not row.namespace.startswith(UNIONID)
    ]


def link(
    session: Session,
    account_id: str,
    identity: Identity,
    connection: Connection,
    clock: Clock,
) -> Linked | NotLinked:
    """Adds a WeChat identity, just proven at WeChat, to the account of who is signed in."""
    keys = keys_of(identity.keys)
    mine = {(source.namespace, source.value) for source in sources_of(session, account_id)}
    try:
        owner = attach(session, identity, account_id, clock, connection_id=connection.id)
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
            openid=keys.own,
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
    """Removes one WeChat identity, and its UnionID when no other identity came with it.

    The last way in stays: ``last``. A local password is a way in too.
    """
    if not lock(session, account_id):
        return "unknown"
    sources = sources_of(session, account_id)
    wanted = [
        source for source in sources if (source.namespace, source.value) == (namespace, value)
    ]
    if not wanted:
        return "unknown"
    if len(sources) == 1 and not has_password(session, account_id):
        return "last"
    remove_source(session, account_id, wanted[0])
    _audit(session, clock, "account.unlinked", account_id, None, namespace, actor)
    return "unlinked"


def remove_source(session: Session, account_id: str, source: LinkedSource) -> None:
    """Removes the OpenID, and its UnionID unless another OpenID of the account rests on it.

    A UnionID that stayed would let the very WeChat back in that was just unlinked.
    """
    unionid = source.unionid
    theirs = EXTERNAL_KEY.c.account_id == account_id
    own = and_(EXTERNAL_KEY.c.namespace == source.namespace, EXTERNAL_KEY.c.value == source.value)
    session.execute(delete(EXTERNAL_KEY).where(theirs, own))
    if unionid is None:
        return
    resting = select(func.count()).where(theirs, EXTERNAL_KEY.c.shared_value == unionid)
    if not session.scalar(resting):
        shared = and_(EXTERNAL_KEY.c.namespace.startswith(UNIONID), EXTERNAL_KEY.c.value == unionid)
        session.execute(delete(EXTERNAL_KEY).where(theirs, shared))


def has_password(session: Session, account_id: str) -> bool:
    """Whether the person can sign in without WeChat."""
    query = select(ACCOUNT.c.id).where(
        ACCOUNT.c.id == account_id,
        and_(ACCOUNT.c.username.is_not(None), ACCOUNT.c.password_hash.is_not(None)),
    )
    return session.scalar(query) is not None


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
