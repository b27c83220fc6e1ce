"""What people have allowed which application, remembered until they withdraw it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from oidc.beside import Beside, Row
from oidc.database.driver_statement import AnySession, DriverStatement
from oidc.database.models import ConsentRow
from oidc.database.statements import rowcount
from oidc.host import Login
from oidc.protocol.authorization_request import AuthorizationRequest

_CONSENT: Table = ConsentRow.__table__  # type: ignore[assignment]
_C = _CONSENT.c
_COLUMNS = (_C.client_id, _C.scope, _C.claims, _C.resources, _C.given_at)
_FIND = DriverStatement(
    select(*_COLUMNS).where(
        _C.subject == bindparam("subject"), _C.client_id == bindparam("client_id")
    )
)


def _join(statement: Select[Any], subject: Any, client_id: Any) -> Select[Any]:
    return statement.outerjoin(_CONSENT, and_(_C.subject == subject, _C.client_id == client_id))


BESIDE = Beside(_COLUMNS, _join)
"""For a host that looks for who is here; hangs on a subject and a client."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person has allowed one application."""

    client_id: str
    scopes: frozenset[str]
    claims: frozenset[str]
    resources: frozenset[str]
    """APIs, and entries of an API and one of its scopes with a space between: neither has one."""
    given_at: int

    def covers(self, request: AuthorizationRequest, at_apis: frozenset[str] = frozenset()) -> bool:
        """:param at_apis: what the request asks for at each API (`Apis.consent_entries`)."""
        return (
            request.scopes <= self.scopes
            and claim_names(request.claims) <= self.claims
            and self.resources.issuperset((*request.resources, *at_apis))
        )


def claim_names(claims: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """The names in a claims parameter, wherever they are to appear."""
    return frozenset(name for wanted in claims.values() for name in wanted)


def get(session: AnySession, subject: str, client_id: str) -> Consent | None:
    row = _FIND.row(session, {"subject": subject, "client_id": client_id})
    return _consent(row) if row is not None else None


def of_login(session: AnySession, login: Login, client_id: str) -> Consent | None:
    """What is remembered of who is here; as it was read with the rest of them, where it was."""
    if login.consent is None:
        return get(session, login.subject, client_id)
    return _consent(login.consent) if login.consent[0] == client_id else None


def of_person(session: AnySession, subject: str) -> list[Consent]:
    """Every application that this person has allowed something, newest first."""
    rows = session.execute(
        select(*_COLUMNS).where(_C.subject == subject).order_by(_C.given_at.desc())
    )
    return [_consent(row) for row in rows]


def remember(
    session: AnySession,
    subject: str,
    request: AuthorizationRequest,
    now: int,
    at_apis: frozenset[str] = frozenset(),
) -> None:
    """Adds what was just allowed to what was allowed before.

    :param at_apis: as for `Consent.covers`.
    """
    before = get(session, subject, request.client_id)
    scopes = request.scopes | (before.scopes if before else frozenset())
    claims = claim_names(request.claims) | (before.claims if before else frozenset())
    earlier = before.resources if before else frozenset()
    resources = earlier.union(request.resources, at_apis)
    values = {
        "resources": json.dumps(sorted(resources)) if resources else None,
        "scope": " ".join(sorted(scopes)),
        "claims": json.dumps(sorted(claims)),
        "given_at": now,
    }
    key = {"subject": subject, "client_id": request.client_id}
    if before is None:
        try:
            with session.begin_nested():
                session.execute(insert(_CONSENT), {**key, **values})
            return
        except IntegrityError:
            pass  # the same person consented in another tab; what follows overwrites it
    rowcount(
        session,
        update(_CONSENT)
        .where(_C.subject == subject, _C.client_id == request.client_id)
        .values(**values),
    )


def withdraw(session: AnySession, subject: str, client_id: str | None = None) -> int:
    """Forgets the consent for one application, or for all; how many there were."""
    statement = delete(_CONSENT).where(_C.subject == subject)
    if client_id is not None:
        statement = statement.where(_C.client_id == client_id)
    return rowcount(session, statement)


def forget_client(session: AnySession, client_id: str) -> None:
    """Forgets every person's consent for an application that is deleted."""
    session.execute(delete(_CONSENT).where(_C.client_id == client_id))


def _consent(row: Row) -> Consent:
    client_id, scope, claims, resources, given_at = row
    return Consent(
        client_id,
        frozenset(scope.split()),
        frozenset(json.loads(claims) if claims else ()),
        frozenset(json.loads(resources) if resources else ()),
        given_at,
    )
