"""People's tokens at sources: kept sealed for applications that an administrator lets have them.

A row belongs to an identity, not to an account: it moves with it, and goes with it. One that is
refreshed is claimed first, by one statement, so that a refresh token is sent to the source once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from app.accounts.claims import identity_digest
from app.accounts.identification.keys import keys_of
from app.database import insert_or_touch
from app.tables.source_tokens import SOURCE_TOKEN
from federation.identity import Identity, SourceTokens
from federation.ports import Cipher

PURPOSE = "accounts.source_tokens"
REFRESH_TAKES = 30
"""Seconds after which a refresh that nobody has finished may be tried by another request."""
_C = SOURCE_TOKEN.c


@dataclass(frozen=True, slots=True)
class Kept:
    """The tokens of one identity by one connection.

    :param claim: until when a refresh is under way; with ``version``, names the row as it was read.
    """

    connection_id: str
    identity: str
    tokens: SourceTokens = field(repr=False)
    claim: int = 0
    version: int = 0


def keep(
    session: Session, cipher: Cipher, now: int, connection_id: str, identity: Identity
) -> None:
    """Notes the tokens that came with an identity, in the place of older ones; none is no change.

    A source that gives its refresh token the first time alone does not take it back by silence.
    """
    tokens = identity.tokens
    if tokens is None:
        return
    own = keys_of(identity.keys).own
    name = identity_digest(own.namespace, own.value)
    before = _read(session, cipher, connection_id, [name])
    if before is not None and tokens.refresh_token is None and _covers(tokens, before.tokens):
        tokens = replace(tokens, refresh_token=before.tokens.refresh_token)
    values = _values(cipher, tokens, now)
    row = {"connection_id": connection_id, "identity": name, "created_at": now, "version": 0}
    insert_or_touch(session, SOURCE_TOKEN, values | row, "updated_at")
    mine = (_C.connection_id == connection_id, _C.identity == name)
    session.execute(update(SOURCE_TOKEN).where(*mine).values(values))


def find(
    session: Session,
    cipher: Cipher,
    connection_id: str,
    identities: Iterable[tuple[str, str]],
    first: str | None = None,
) -> Kept | None:
    """The tokens of a person by a connection.

    :param identities: theirs, by their namespaces and values.
    :param first: the digest of the one to look at before the others, where it is among them.
    """
    own = [identity_digest(*name) for name in identities]
    found = _read(session, cipher, connection_id, [first]) if first in own else None
    return found or _read(session, cipher, connection_id, own)


def claim_refresh(session: Session, kept: Kept, now: int) -> Kept | None:
    """The row, if this request is the one to refresh it; one SQL statement decides."""
    if kept.claim > now:
        return None
    until = now + REFRESH_TAKES
    claimed = update(SOURCE_TOKEN).where(*_is(kept)).values(refreshing_until=until)
    if not session.execute(claimed).rowcount:  # type: ignore[attr-defined]
        return None
    return replace(kept, claim=until)


def refreshed(
    session: Session, cipher: Cipher, now: int, claimed: Kept, tokens: SourceTokens
) -> None:
    """Notes what the refresh gave, unless somebody has signed in meanwhile."""
    session.execute(update(SOURCE_TOKEN).where(*_is(claimed)).values(_values(cipher, tokens, now)))


def give_up(session: Session, claimed: Kept, *, forget: bool) -> None:
    """A refresh that came to nothing; ``forget`` where the source will never take the token."""
    if forget:
        session.execute(delete(SOURCE_TOKEN).where(*_is(claimed)))
    else:
        session.execute(update(SOURCE_TOKEN).where(*_is(claimed)).values(refreshing_until=0))


def forget_identities(session: Session, names: Iterable[tuple[str, str]]) -> int:
    """Erases what is kept of identities, by their namespaces and values; how many."""
    digests = [identity_digest(*name) for name in names]
    if not digests:
        return 0
    return int(session.execute(delete(SOURCE_TOKEN).where(_C.identity.in_(digests))).rowcount)  # type: ignore[attr-defined]


def forget_connection(session: Session, connection_id: str) -> int:
    """Erases what came by a connection; how many."""
    gone = session.execute(delete(SOURCE_TOKEN).where(_C.connection_id == connection_id))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def prune(session: Session, now: int, limit: int) -> int:
    """Erases those that have ended and that nothing can refresh; call until it removes fewer."""
    over = select(_C.connection_id, _C.identity).where(_C.ends_at <= now).limit(limit)
    rows = session.execute(over).all()
    for row in rows:
        mine = (_C.connection_id == row.connection_id, _C.identity == row.identity)
        session.execute(delete(SOURCE_TOKEN).where(*mine, _C.ends_at <= now))
    return len(rows)


def _read(
    session: Session, cipher: Cipher, connection_id: str, identities: list[str]
) -> Kept | None:
    """The newest of them; None for none, or one that is sealed by a secret that is gone."""
    query = (
        select(SOURCE_TOKEN)
        .where(_C.connection_id == connection_id, _C.identity.in_(identities))
        .order_by(_C.updated_at.desc(), _C.identity)
        .limit(1)
    )
    row = session.execute(query).first() if identities else None
    if row is None:
        return None
    try:
        text = cipher.unseal(row.tokens_sealed, PURPOSE).decode()
    except ValueError:
        return None
    tokens = SourceTokens.from_json(text)
    return Kept(connection_id, row.identity, tokens, row.refreshing_until, row.version)


def _values(cipher: Cipher, tokens: SourceTokens, now: int) -> dict[str, object]:
    return {
        "tokens_sealed": cipher.seal(tokens.to_json().encode(), PURPOSE),
        "ends_at": None if tokens.refresh_token else tokens.expires_at,
        "refreshing_until": 0,
        "version": _C.version + 1,
        "updated_at": now,
    }


def _covers(one: SourceTokens, other: SourceTokens) -> bool:
    return set(other.scope.split()) <= set(one.scope.split())


def _is(kept: Kept) -> tuple[ColumnElement[bool], ...]:
    return (
        _C.connection_id == kept.connection_id,
        _C.identity == kept.identity,
        _C.refreshing_until == kept.claim,
        _C.version == kept.version,
    )
