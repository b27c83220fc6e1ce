"""Browser sessions: begin, load and end them. A cookie's token is stored only as a digest."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.audit.trail import Clock
from app.sessions.lifetimes import SessionLifetimes
from app.tables.groups import APPLICATION_ACCESS as ACCESS
from app.tables.people import ACCOUNT, BROWSER_SESSION, SOURCE_ENABLEMENT
from oidc.beside import Row
from oidc.database.driver_statement import DriverStatement
from oidc.interactions import consents

SEEN_EVERY = 3600
"""Seconds between two notes that a session is in use."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """:param token: for the cookie; it cannot be had again.

    :param ended: the ``sid`` of the session that this one replaced, when it was somebody else's;
        its applications must be told.
    """

    token: str
    sid: str
    auth_time: int
    expires_at: int
    ended: "Ended | None" = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that is over, for ``oidc.logout.session_end.end_sessions``.

    :param hint: of the session at its source.
    """

    sid: str
    account_id: str
    connection_id: str | None = None
    hint: str | None = field(default=None, compare=False, repr=False)

    @property
    def subject(self) -> str:
        return self.account_id


class BrowserSession(NamedTuple):
    """Somebody is signed in in a browser.

    :param sid: names the session towards applications (OpenID Connect Front-Channel Logout 3);
        it stays the same when the same person signs in again.
    :param enabled: the application that was asked about may use the connection of this sign-in.
    :param consent: what is remembered for that application (`consents.BESIDE`).
    :param limited: it does not let everybody in.
    """

    account_id: str
    sid: str
    auth_time: int
    amr: tuple[str, ...]
    acr: str | None
    connection_id: str | None
    identity: str | None
    created_at: int
    last_seen: int
    expires_at: int
    user_agent: str | None
    ip: str | None
    name: str | None = None
    picture: str | None = None
    enabled: bool = True
    consent: Row | None = None
    limited: bool = False

    @property
    def subject(self) -> str:
        return self.account_id


def begin(
    session: Session,
    clock: Clock,
    account_id: str,
    *,
    amr: tuple[str, ...],
    acr: str | None = None,
    connection_id: str | None = None,
    identity: str | None = None,
    user_agent: str | None = None,
    ip: str | None = None,
    replacing: str | None = None,
    lifetimes: SessionLifetimes | None = None,
) -> NewSession:
    """Signs the account in in this browser, under a fresh token (no session can be planted).

    :param replacing: the token of the browser's cookie, if it has one; it is worthless afterwards.
    """
    now = clock()
    lifetimes = lifetimes or SessionLifetimes()
    before = end(session, replacing) if replacing else None
    same_person = before is not None and before.account_id == account_id
    token = secrets.token_urlsafe(32)
    row = {
        "id_hash": _digest(token),
        "account_id": account_id,
        "sid": before.sid if before and same_person else secrets.token_urlsafe(16),
        "auth_time": now,
        "amr": " ".join(amr),
        "acr": acr,
        "connection_id": connection_id,
        "identity": identity,
        "created_at": now,
        "last_seen": now,
        "expires_at": now + lifetimes.absolute,
        "user_agent": user_agent and user_agent[:255],
        "ip": ip and ip[:45],
    }
    session.execute(insert(BROWSER_SESSION), row)
    return NewSession(
        token, str(row["sid"]), now, now + lifetimes.absolute, None if same_person else before
    )


_COLUMNS = tuple(column for column in BROWSER_SESSION.c if column.name != "id_hash")
_JOINED = (
    ACCOUNT.c.name,
    ACCOUNT.c.picture,
    SOURCE_ENABLEMENT.c.enabled,
    ACCESS.c.mode,
)
_NAMES = tuple(column.name for column in (*_COLUMNS, *_JOINED))
_LOAD = DriverStatement(
    consents.BESIDE.join(
        select(*_COLUMNS, *_JOINED, *consents.BESIDE.columns),
        BROWSER_SESSION.c.account_id,
        bindparam("client_id"),
    )
    .join(ACCOUNT, ACCOUNT.c.id == BROWSER_SESSION.c.account_id)
    .outerjoin(
        SOURCE_ENABLEMENT,
        and_(
            SOURCE_ENABLEMENT.c.client_id == bindparam("client_id"),
            SOURCE_ENABLEMENT.c.connection_id == BROWSER_SESSION.c.connection_id,
        ),
    )
    .outerjoin(ACCESS, ACCESS.c.client_id == bindparam("client_id"))
    .where(
        BROWSER_SESSION.c.id_hash == bindparam("id_hash"),
        BROWSER_SESSION.c.expires_at > bindparam("now"),
        BROWSER_SESSION.c.last_seen > bindparam("idle_since"),
        ACCOUNT.c.disabled_at.is_(None),
        ACCOUNT.c.merged_into.is_(None),
    )
)


def get(
    session: Session,
    clock: Clock,
    token: str | None,
    *,
    client_id: str | None = None,
    lifetimes: SessionLifetimes | None = None,
) -> BrowserSession | None:
    """The session of a cookie's token, in one statement; None when it is over or was never.

    Notes once an hour that it is in use (one more statement; lost without harm if the request
    does not commit).

    :param client_id: fills ``enabled``: may this application rely on this sign-in?
    """
    if not token or len(token) > 64:
        return None
    now, id_hash = clock(), _digest(token)
    parameters = {
        "id_hash": id_hash,
        "now": now,
        "idle_since": now - (lifetimes or SessionLifetimes()).idle,
        "client_id": client_id or "",
    }
    row = _LOAD.row(session, parameters)
    if row is None:
        return None
    asked = client_id is not None
    known = dict(zip(_NAMES, row, strict=False))
    found = _browser_session(known, asked=asked, consent=row[len(_NAMES) :] if asked else None)
    if found.last_seen <= now - SEEN_EVERY:
        this = update(BROWSER_SESSION).where(BROWSER_SESSION.c.id_hash == id_hash)
        session.execute(this.values(last_seen=now))
    return found


def end(session: Session, token: str | None) -> Ended | None:
    """Signs this browser out; None when it was not signed in."""
    if not token:
        return None
    mine = BROWSER_SESSION.c.id_hash == _digest(token)
    return next(iter(end_where(session, mine, limit=1)), None)


def end_by_sid(session: Session, account_id: str, sid: str) -> Ended | None:
    """Signs another browser of the same person out; None when it is not theirs or is over."""
    theirs = and_(BROWSER_SESSION.c.sid == sid, BROWSER_SESSION.c.account_id == account_id)
    return next(iter(end_where(session, theirs, limit=1)), None)


def end_all(session: Session, account_id: str, *, but: str | None = None) -> list[Ended]:
    """Signs the person out everywhere.

    :param but: the ``sid`` of the session to keep: "all other browsers".
    """
    wanted = BROWSER_SESSION.c.account_id == account_id
    if but is not None:
        wanted = and_(wanted, BROWSER_SESSION.c.sid != but)
    return end_where(session, wanted)


def end_all_of_connection(
    session: Session, connection_id: str, *, account_id: str | None = None, limit: int = 1000
) -> list[Ended]:
    """Ends sessions that began through the connection; call until it gives none.

    :param account_id: only this person's.
    """
    wanted = BROWSER_SESSION.c.connection_id == connection_id
    if account_id is not None:
        wanted = and_(wanted, BROWSER_SESSION.c.account_id == account_id)
    return end_where(session, wanted, limit=limit)


def count_of_connection(session: Session, connection_id: str, most: int) -> int:
    """How many sessions began through the connection; counts no further than ``most``."""
    theirs = select(BROWSER_SESSION.c.id_hash).filter_by(connection_id=connection_id)
    some = theirs.limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def of_account(
    session: Session, clock: Clock, account_id: str, *, lifetimes: SessionLifetimes | None = None
) -> list[BrowserSession]:
    """The browsers in which the person is signed in, the one used last first."""
    now = clock()
    query = (
        select(*_COLUMNS)
        .where(
            BROWSER_SESSION.c.account_id == account_id,
            BROWSER_SESSION.c.expires_at > now,
            BROWSER_SESSION.c.last_seen > now - (lifetimes or SessionLifetimes()).idle,
        )
        .order_by(BROWSER_SESSION.c.last_seen.desc(), BROWSER_SESSION.c.sid)
    )
    return [_browser_session(row) for row in session.execute(query).mappings()]


def prune(
    session: Session, clock: Clock, limit: int = 1000, *, lifetimes: SessionLifetimes | None = None
) -> list[Ended]:
    """Removes sessions that are over by time; call until it gives none."""
    now, idle = clock(), (lifetimes or SessionLifetimes()).idle
    over = or_(BROWSER_SESSION.c.expires_at <= now, BROWSER_SESSION.c.last_seen <= now - idle)
    return end_where(session, over, limit=limit)


def end_where(session: Session, which: Any, limit: int | None = None) -> list[Ended]:
    """Ends the sessions of ``BROWSER_SESSION`` that a condition is true of: reads, then removes by
    key, so that rows that others add meanwhile are not lost unseen."""
    query = select(BROWSER_SESSION).where(which)
    rows = session.execute(query.limit(limit) if limit else query).all()
    if rows:
        hashes = [row.id_hash for row in rows]
        session.execute(delete(BROWSER_SESSION).where(BROWSER_SESSION.c.id_hash.in_(hashes)))
    return [Ended(row.sid, row.account_id, row.connection_id) for row in rows]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _browser_session(
    row: Mapping[Any, Any], *, asked: bool = False, consent: Row | None = None
) -> BrowserSession:
    values = dict(row)
    values["amr"] = tuple(values["amr"].split())
    enabled = values.pop("enabled", None)
    values["limited"] = values.pop("mode", None) not in (None, "open")
    values["enabled"] = not asked or values["connection_id"] is None or bool(enabled)
    return BrowserSession(**values, consent=consent)
