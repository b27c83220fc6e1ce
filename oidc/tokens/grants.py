"""Grants: one row for each authorization, and every single use decided by one statement.

The values here are what the rest reads; rows never leave this module.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    Table,
    Update,
    and_,
    bindparam,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from oidc.beside import Beside, Row
from oidc.database.driver_statement import (
    AnySession,
    DriverStatement,
    Lateness,
    asked_at,
    can_read_what_it_writes,
)
from oidc.database.models import GrantRow
from oidc.database.statements import rowcount, try_insert

_GRANT: Table = GrantRow.__table__  # type: ignore[assignment]
_C = _GRANT.c
_LATEST = 1  # second, as `Lateness` counts: by then whoever redeems a code still waits
_REDEMPTION = (
    update(_GRANT)
    .where(_C.id == bindparam("grant_id"), _C.code_used_at.is_(None), _C.revoked_at.is_(None))
    .values(code_used_at=bindparam("now"), dpop_jkt=bindparam("jkt"), pending=null())
)
_IN_TIME = _REDEMPTION.where(Lateness() <= _LATEST)
_REDEEM = DriverStatement(_REDEMPTION)
_REDEEM_IN_TIME = DriverStatement(_IN_TIME)
_ROTATION = (
    update(_GRANT)
    .where(
        _C.id == bindparam("grant_id"),
        _C.refresh_generation == bindparam("generation"),
        _C.revoked_at.is_(None),
    )
    .values(
        refresh_generation=bindparam("generation") + 1,
        # The client has until some seconds after the answer could leave, which a database that had
        # stopped lets go long after the time that we wrote down when we asked.
        refreshed_at=bindparam("now") + Lateness(),
        expires_at=bindparam("ends"),
    )
)
_ROTATE = DriverStatement(_ROTATION)
# What a token request cannot be refused for, and what leaves nothing to be looked up besides.
# An expression, as no index has it: in a young table, which has not been counted, PostgreSQL would
# rather look through all grants of the client than for the one of the id.
_SAME_CLIENT = _C.client_id.concat("") == bindparam("client")
_SAME_KEY = or_(_C.dpop_jkt.is_(None), _C.dpop_jkt == bindparam("jkt"))
_PLAIN = and_(_C.resources.is_(None), _C.scope != "")


class Grant(NamedTuple):
    """One authorization. Times in seconds since the epoch; ``scope`` in the order granted.

    A tuple, since each request of the protocol makes one of a row: a frozen class of so many fields
    takes six times as long.
    """

    id: str
    kind: str
    client_id: str
    subject: str | None
    scope: str
    created_at: int
    expires_at: int
    redirect_uri: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    auth_time: int | None = None
    acr: str | None = None
    amr: str = ""
    sid: str | None = None
    connection: str | None = None
    identity: str | None = None
    pending: str | None = None
    claims: str | None = None
    resources: str | None = None
    dpop_jkt: str | None = None
    code_used_at: int | None = None
    refresh_generation: int = 0
    refreshed_at: int | None = None
    revoked_at: int | None = None
    person: Sequence[Row] | None = None
    """What the host read of its person in the same statement; none where it did not."""

    def __repr__(self) -> str:
        """Without what is known of a person."""
        return f"Grant(id={self.id!r}, kind={self.kind!r}, client_id={self.client_id!r})"

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.split())

    @property
    def requested_claims(self) -> Mapping[str, Mapping[str, Any]]:
        return json.loads(self.claims) if self.claims else {}

    @property
    def visit(self) -> str:
        """What ephemeral subjects last for: the browser session, else the grant itself."""
        return self.sid or self.id

    @property
    def audience(self) -> tuple[str, ...]:
        return tuple(json.loads(self.resources)) if self.resources else ()


def new_id() -> str:
    """128 random bits as 22 base64url characters."""
    return secrets.token_urlsafe(16)


_FIELDS = tuple(name for name in Grant._fields if name in _C)
_values_of = attrgetter(*_FIELDS)
_INSERT = DriverStatement(insert(_GRANT).values({name: bindparam(name) for name in _FIELDS}))
_ROW = select(*(_C[name] for name in _FIELDS)).where(_C.id == bindparam("grant_id"))
_BY_ID = DriverStatement(_ROW)


def save(session: AnySession, grant: Grant) -> None:
    _INSERT.changed(session, dict(zip(_FIELDS, _values_of(grant), strict=True)))


def refuse(session: AnySession, grant_id: str, client_id: str, now: int) -> bool:
    """Whether this call answers the request with no: it takes the id that its grant would have.

    What stands there is dead from the first moment, and is pruned with the next dead grants.
    """
    no = Grant(
        grant_id,
        "refused",
        client_id,
        subject=None,
        scope="",
        created_at=now,
        expires_at=now,
        code_used_at=now,
        revoked_at=now,
    )
    values = dict(zip(_FIELDS, _values_of(no), strict=True))
    return try_insert(session, insert(_GRANT), values)


def get(session: AnySession, grant_id: str) -> Grant | None:
    row = _BY_ID.row(session, {"grant_id": grant_id})
    return Grant(*row) if row is not None else None


class PeoplesGrants:
    """Reads a grant together with what the host will be asked about its person.

    Where the database can, `redeem` and `rotate` also move it on in that one statement, if the
    request is what the grant waits for in every way and nothing else has to be asked to answer it.
    Else they do nothing and give None: the grant is read then, and the request judged by it. So
    nothing is used up by a request that is refused.
    """

    def __init__(self, beside: Beside) -> None:
        def moving(change: Update) -> DriverStatement:
            whole = change.where(_SAME_CLIENT, _SAME_KEY, _PLAIN, beside.is_all(_C.client_id))
            moved = whole.returning(*(_C[name] for name in _FIELDS)).cte("moved")
            return DriverStatement(with_person(select(*(moved.c[name] for name in _FIELDS)), moved))

        def with_person(rows: Select[Any], of: Any) -> Select[Any]:
            ours = rows.add_columns(*beside.columns)
            return beside.join(ours, of.c.subject, of.c.client_id, of.c.connection)

        self._read = DriverStatement(with_person(_ROW, _GRANT))
        self._redeem = moving(
            _IN_TIME.where(
                or_(_C.redirect_uri.is_(None), _C.redirect_uri == bindparam("sent_to")),
                _C.code_challenge.is_not_distinct_from(bindparam("challenge")),
                _C.pending.is_(None),
            )
        )
        self._rotate = moving(
            _ROTATION.where(_C.created_at > bindparam("born_after")).values(
                expires_at=func.greatest(_C.expires_at, bindparam("ends"))
            )
        )

    def get(self, session: AnySession, grant_id: str) -> Grant | None:
        return _grant_of(self._read.rows(session, {"grant_id": grant_id}))

    def redeem(self, session: AnySession, **asked: Any) -> Grant | None:
        """The grant of a code that is redeemed by this call.

        :param asked: ``grant_id``, ``client``, ``sent_to`` (the redirect URI), ``challenge`` (of
            the verifier), ``jkt`` (of the key) and ``now``; None for what did not come.
        """
        if not can_read_what_it_writes(session):
            return None
        return _grant_of(self._redeem.rows(session, {**asked, **asked_at()}))

    def rotate(self, session: AnySession, **asked: Any) -> Grant | None:
        """The grant that this call has moved to its next refresh generation.

        :param asked: ``grant_id``, ``generation``, ``client``, ``jkt`` (of the key), ``now``,
            ``born_after`` (of an older grant no token lives any more) and ``ends``.
        """
        if not can_read_what_it_writes(session):
            return None
        return _grant_of(self._rotate.rows(session, {**asked, **asked_at()}))


def _grant_of(rows: Sequence[Row]) -> Grant | None:
    """:param rows: one for each that was read of the person."""
    ours = len(_FIELDS)
    return Grant(*(*rows[0][:ours], [row[ours:] for row in rows])) if rows else None


def redeem_code(session: AnySession, grant_id: str, now: int, jkt: str | None = None) -> bool:
    """Whether this call is the one that may redeem the code (RFC 6749 4.1.2).

    A database that had stopped runs what it was asked long after we gave up and said 503. It then
    does nothing, so that the code is not used up by an answer that nobody got. Whoever is here to
    hear of that is not late, whatever the clocks say, and asks once more.

    :param jkt: the key that came with it: what a public client must refresh with (RFC 9449 5).
    """
    values = {"grant_id": grant_id, "now": now, "jkt": jkt}
    if _REDEEM_IN_TIME.changed(session, {**values, **asked_at()}) == 1:
        return True
    return _REDEEM.changed(session, values) == 1


def leave_unredeemed(session: AnySession, grant_id: str) -> None:
    """Says of a dead grant that its code was not redeemed after all: who sends it again has been
    refused before, and replays nothing."""
    dead = update(_GRANT).where(_C.id == grant_id, _C.revoked_at.is_not(None))
    rowcount(session, dead.values(code_used_at=null()))


def rotate_refresh(session: AnySession, grant: Grant, expires_at: int, now: int) -> bool:
    """Whether this call is the one that moves the grant to its next refresh generation."""
    values = {
        "grant_id": grant.id,
        "generation": grant.refresh_generation,
        "now": now,
        **asked_at(),
        "ends": expires_at,
    }
    return _ROTATE.changed(session, values) == 1


def revoke(session: AnySession, grant_id: str, now: int) -> bool:
    """Kills the grant and with it every token; False when it was dead already."""
    statement = (
        update(_GRANT).where(_C.id == grant_id, _C.revoked_at.is_(None)).values(revoked_at=now)
    )
    return rowcount(session, statement) == 1
