"""The claims that there are, and the person that they are drawn from.

`get_person` is one statement and runs for every token and userinfo request. A new claim is a line
in `CLAIMS`, or in the declaration of the source that it comes from: scopes, discovery, console and
API follow. `release` decides what an application learns of them, and where.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from app.accounts.made_up_claims import make_up
from app.accounts.person import Person, PersonKey
from app.enablement.policy import EVERYWHERE, USERINFO, Release, parse
from app.tables.groups import APPLICATION_ACCESS
from app.tables.people import ACCOUNT, EXTERNAL_KEY, SOURCE_ENABLEMENT
from federation.connections import Connection
from federation.identity import ExternalKey, Identity
from federation.source import Claim as SourceClaim
from federation.source import Source
from oidc.beside import Beside, Row
from oidc.database.driver_statement import DriverStatement
from oidc.host import ReleasedClaims
from oidc.protocol.claim_wishes import NO_WISHES, ClaimWishes


def identity_digest(namespace: str, value: str) -> str:
    """Names an external key where it is not to be told: what sessions and grants keep of it."""
    return hashlib.sha256(f"{namespace} {value}".encode()).hexdigest()


_COLUMNS: Mapping[str, Any] = {
    **{
        name: ACCOUNT.c[name]
        for name in (
            *("id", "disabled_at", "merged_into", "name", "picture", "phone", "phone_verified_at"),
            *("email", "email_verified", "profile", "username", "updated_at"),
        )
    },
    **{name: SOURCE_ENABLEMENT.c[name] for name in ("enabled", "policy")},
    **{name: APPLICATION_ACCESS.c[name] for name in ("mode", "seen", "has_roles")},
    **{name: EXTERNAL_KEY.c[name] for name in PersonKey._fields},
}
"""Of a row of `_PERSON`: there is one for each key, which comes last, or one without a key."""


def _join(statement: Select[Any], client_id: Any, connection_id: Any) -> Select[Any]:
    used = and_(
        SOURCE_ENABLEMENT.c.client_id == client_id,
        SOURCE_ENABLEMENT.c.connection_id == connection_id,
    )
    return (
        statement.outerjoin(SOURCE_ENABLEMENT, used)
        .outerjoin(APPLICATION_ACCESS, APPLICATION_ACCESS.c.client_id == client_id)
        .outerjoin(EXTERNAL_KEY, EXTERNAL_KEY.c.account_id == ACCOUNT.c.id)
    )


BESIDE = Beside(
    tuple(_COLUMNS.values()),
    lambda ours, subject, client_id, connection_id: _join(
        ours.outerjoin(ACCOUNT, ACCOUNT.c.id == subject), client_id, connection_id
    ),
    lambda client_id: ~exists().where(APPLICATION_ACCESS.c.client_id == client_id),
)
_PERSON = DriverStatement(
    _join(
        select(*BESIDE.columns).select_from(ACCOUNT),
        bindparam("client_id"),
        bindparam("connection_id"),
    ).where(ACCOUNT.c.id == bindparam("subject"))
)


def get_person(
    session: Session, subject: str, client_id: str, connection_id: str | None
) -> Person | None:
    """Everything that `release` needs, in one statement; None for an unknown subject."""
    asked = {"subject": subject, "client_id": client_id, "connection_id": connection_id or ""}
    return person_of(_PERSON.rows(session, asked), connection_id)


def person_of(known: Sequence[Row], connection_id: str | None) -> Person | None:
    """:param known: rows of the columns of `BESIDE`."""
    first: dict[str, Any] = dict(zip(_COLUMNS, known[0], strict=True)) if known else {"id": None}
    if first["id"] is None:
        return None
    keys = [PersonKey(*row[-len(PersonKey._fields) :]) for row in known]
    return Person(
        first["id"],
        connection_id=connection_id,
        may_be_told=(
            (connection_id is None or bool(first["enabled"]))
            and first["disabled_at"] is None
            and first["merged_into"] is None
        ),
        policy=parse(first["policy"]),
        name=first["name"],
        picture=first["picture"],
        phone=first["phone"],
        phone_verified=first["phone_verified_at"] is not None,
        email=first["email"],
        email_verified=bool(first["email_verified"]),
        profile=first["profile"],
        username=first["username"],
        updated_at=first["updated_at"],
        keys=tuple(key for key in keys if key.namespace is not None),
        limited=first["mode"] not in (None, "open"),
        sees_groups=bool(first["has_roles"]) or first["seen"] not in (None, "none"),
    )


@dataclass(frozen=True)
class Told:
    """A person as seen through one connection.

    :param connection: how they signed in; None for a local password, or when it is gone.
    :param digest: of the key that they signed in with; None where it was not noted.
    """

    person: Person
    connection: Connection | None
    digest: str | None

    @property
    def source(self) -> Source | None:
        return self.connection.source if self.connection else None

    @cached_property
    def identity(self) -> Identity | None:
        """What the source calls them, where the account still has it; few claims ask for it."""
        there = self.connection
        return _signed_in(self.person, there, self.digest) if there else None


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that applications can be told.

    :param scope: asks for it (OpenID Connect Core 5.4).
    :param value: where it comes from; None or empty for nothing to tell.
    :param release: where it goes unless an admin says otherwise.
    :param settable: whether an admin can say otherwise.
    :param source: whose people alone have it; None for everybody's.
    :param of_profile: a local account alone has it.
    """

    name: str
    scope: str
    value: Callable[[Told], Any]
    release: Release = USERINFO
    settable: bool = True
    source: Source | None = None
    of_profile: bool = False


def declared(source: Source, claim: SourceClaim) -> Claim:
    """Told in both places: what a source calls people is what applications come here for."""

    def value(told: Told) -> str | None:
        came_by_it = told.source is source and told.identity is not None
        return claim.value(told.identity) if came_by_it and told.identity else None

    return Claim(claim.name, claim.scope, value, EVERYWHERE, source=source)


def _of_profile(name: str, scope: str = "profile") -> Claim:
    return Claim(
        name, scope, lambda told: profile_of(told.person).get(name), settable=False, of_profile=True
    )


def _verified(attribute: str) -> Callable[[Told], bool | None]:
    """Whether it is verified, told only of something that is there."""

    def verified(told: Told) -> bool | None:
        present = getattr(told.person, attribute)
        return bool(getattr(told.person, f"{attribute}_verified")) if present else None

    return verified


GROUPS, ROLES = "groups", "roles"
"""The two claims; the first is the scope of both."""
PROFILE_CLAIMS = (
    *("family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile"),
    *("website", "gender", "birthdate", "zoneinfo", "locale"),
)
"""Standard claims that only a local account has (OpenID Connect Core 5.1)."""

CLAIMS: tuple[Claim, ...] = (
    Claim("name", "profile", lambda told: told.person.name),
    Claim("picture", "profile", lambda told: told.person.picture),
    *map(_of_profile, PROFILE_CLAIMS),
    Claim("updated_at", "profile", lambda told: told.person.updated_at, settable=False),
    Claim("email", "email", lambda told: told.person.email, settable=False),
    Claim("email_verified", "email", _verified("email"), settable=False),
    _of_profile("address", "address"),
    Claim("phone_number", "phone", lambda told: told.person.phone),
    Claim("phone_number_verified", "phone", _verified("phone")),
    Claim(GROUPS, GROUPS, attrgetter("person.groups"), EVERYWHERE),
    Claim(ROLES, GROUPS, attrgetter("person.roles"), EVERYWHERE),
)
"""What is known of people by whatever way they came."""


def profile_of(person: Person) -> Mapping[str, Any]:
    """Of a local account, which is called what it signs in with unless it says another name."""
    text, username = person.profile, person.username
    return _profile(text or "{}", username) if text or username else {}


@lru_cache(maxsize=256)
def _profile(text: str, username: str | None) -> Mapping[str, Any]:
    known = {"preferred_username": username} if username else {}
    return {**known, **json.loads(text)}


def release(
    claims: Iterable[Claim],
    person: Person,
    connection: Connection | None,
    scopes: Collection[str],
    requested_id_token: Collection[str] = (),
    requested_userinfo: Collection[str] = (),
    identity: str | None = None,
    wishes: ClaimWishes = NO_WISHES,
) -> ReleasedClaims:
    """What the application learns, by scope, by the claims parameter and by its policy.

    A claim asked for by name (OpenID Connect Core 5.5) goes where it was asked for, unless the
    admin has decided where it goes. ``idp`` is always told.

    :param connection: how they signed in; None for a local password, or when it is gone.
    :param identity: the digest of the key that they signed in with; None where it was not noted.
    :param wishes: of the application; where an admin has decided about a claim, that stays.
    """
    id_token, userinfo = dict[str, Any](), dict[str, Any]()
    if not person.may_be_told or (person.connection_id and connection is None):
        return ReleasedClaims(id_token, userinfo)
    told = Told(person, connection, identity)
    made_up = make_up(told.source, person.email, wishes) if wishes.made_up else {}
    by_name = {*requested_id_token, *requested_userinfo}
    for claim in claims:
        by_scope = claim.scope in scopes
        if not (by_scope or claim.name in by_name):
            continue
        value = claim.value(told)
        if value in (None, "") and (value := made_up.get(claim.name)) is None:
            continue
        ask_id_token = claim.name in requested_id_token
        ask_userinfo = claim.name in requested_userinfo
        rule = person.policy.claims.get(claim.name, claim.release)
        name = rule.as_name or claim.name
        movable = claim.name not in person.policy.claims
        in_id_token = rule.id_token or (wishes.in_id_token and movable)
        if ((by_scope or ask_id_token) and in_id_token) or (ask_id_token and movable):
            id_token[name] = value
        if ((by_scope or ask_userinfo) and rule.userinfo) or (ask_userinfo and movable):
            userinfo[name] = value
    if person.connection_id:
        id_token["idp"] = userinfo["idp"] = person.connection_id
    return ReleasedClaims(id_token, userinfo)


def _signed_in(person: Person, connection: Connection, digest: str | None) -> Identity | None:
    """Picks the own key of the connection's credential that they signed in with, and no other.

    Where it was not noted, of two linked ones the one seen last.
    """
    source, credential = connection.source, connection.credential
    namespace = source.own_namespace(credential)
    own = [key for key in person.keys if key.namespace == namespace]
    # One that was taken away is nobody's any more: nothing stands in for it.
    signed_in = [key for key in own if digest in (None, identity_digest(key.namespace, key.value))]
    if not signed_in:
        return None
    latest = max(signed_in, key=attrgetter("last_seen", "value"))
    shared_namespace = source.shared_namespace(credential)
    shared = latest.shared_value or _shared(person, own, shared_namespace)
    key = ExternalKey(namespace, latest.value)
    return source.remembered(key, shared, shared_namespace)


def _shared(person: Person, own: list[PersonKey], namespace: str | None) -> str | None:
    """The account's shared name of this namespace, where none came with the own key.

    Not one that came with another key of the same credential: those are two people at the
    source, whom the account has both.
    """
    taken = {key.shared_value for key in own}
    every = (key.value for key in person.keys if namespace and key.namespace == namespace)
    return next((value for value in every if value not in taken), None)
