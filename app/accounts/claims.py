"""The claims that there are, and the person that they are drawn from.

`load_person` is one statement and runs for every token and userinfo request. A new claim is a line
in `CLAIMS`, or in the declaration of the source that it comes from: scopes, discovery, console and
API follow. What an application learns of them is decided in `app.accounts.claim_release`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.enablement.policy import DEFAULT, EVERYWHERE, USERINFO, Policy, Release, parse
from app.tables.people import ACCOUNT, EXTERNAL_KEY, SOURCE_ENABLEMENT
from federation.identity import Identity
from federation.source import Claim as SourceClaim
from federation.source import Source
from oidc.database.driver_statement import DriverStatement


@dataclass(frozen=True, slots=True)
class PersonKey:
    """An external key; ``shared_value`` is the shared name that came with an own one."""

    namespace: str
    value: str
    shared_value: str | None
    last_seen: int


@dataclass(frozen=True, slots=True)
class Person:
    """What one statement knows of a person for one application and one connection.

    :param connection_id: how they signed in; None for a local password.
    :param enabled: the application may use that connection (always, for a local password).
    """

    subject: str
    connection_id: str | None = None
    enabled: bool = True
    policy: Policy = DEFAULT
    disabled: bool = False
    name: str | None = None
    picture: str | None = None
    phone: str | None = None
    phone_verified: bool = False
    email: str | None = None
    email_verified: bool = False
    profile: str | None = None
    username: str | None = None
    updated_at: int = 0
    keys: tuple[PersonKey, ...] = ()

    @property
    def may_be_told(self) -> bool:
        """Whether tokens may be minted and claims released at all."""
        return self.enabled and not self.disabled


class _Row(NamedTuple):
    """A row of `_PERSON`: there is one for each key, or one without a key."""

    id: Any
    disabled_at: Any
    merged_into: Any
    name: Any
    picture: Any
    phone: Any
    phone_verified_at: Any
    email: Any
    email_verified: Any
    profile: Any
    username: Any
    updated_at: Any
    enabled: Any
    policy: Any
    namespace: Any
    value: Any
    shared_value: Any
    last_seen: Any


_COLUMNS = _Row(
    id=ACCOUNT.c.id,
    disabled_at=ACCOUNT.c.disabled_at,
    merged_into=ACCOUNT.c.merged_into,
    name=ACCOUNT.c.name,
    picture=ACCOUNT.c.picture,
    phone=ACCOUNT.c.phone,
    phone_verified_at=ACCOUNT.c.phone_verified_at,
    email=ACCOUNT.c.email,
    email_verified=ACCOUNT.c.email_verified,
    profile=ACCOUNT.c.profile,
    username=ACCOUNT.c.username,
    updated_at=ACCOUNT.c.updated_at,
    enabled=SOURCE_ENABLEMENT.c.enabled,
    policy=SOURCE_ENABLEMENT.c.policy,
    namespace=EXTERNAL_KEY.c.namespace,
    value=EXTERNAL_KEY.c.value,
    shared_value=EXTERNAL_KEY.c.shared_value,
    last_seen=EXTERNAL_KEY.c.last_seen,
)
_PERSON = DriverStatement(
    select(*_COLUMNS)
    .select_from(ACCOUNT)
    .outerjoin(
        SOURCE_ENABLEMENT,
        and_(
            SOURCE_ENABLEMENT.c.client_id == bindparam("client_id"),
            SOURCE_ENABLEMENT.c.connection_id == bindparam("connection_id"),
        ),
    )
    .outerjoin(EXTERNAL_KEY, EXTERNAL_KEY.c.account_id == ACCOUNT.c.id)
    .where(ACCOUNT.c.id == bindparam("subject"))
)


def load_person(
    session: Session, subject: str, client_id: str, connection_id: str | None
) -> Person | None:
    """Everything that `release` needs, in one statement; None for an unknown subject."""
    parameters = {
        "subject": subject,
        "client_id": client_id,
        "connection_id": connection_id or "",
    }
    rows = [_Row(*row) for row in _PERSON.rows(session, parameters)]
    if not rows:
        return None
    first = rows[0]
    return Person(
        subject=first.id,
        connection_id=connection_id,
        enabled=connection_id is None or bool(first.enabled),
        policy=parse(first.policy),
        disabled=first.disabled_at is not None or first.merged_into is not None,
        name=first.name,
        picture=first.picture,
        phone=first.phone,
        phone_verified=first.phone_verified_at is not None,
        email=first.email,
        email_verified=bool(first.email_verified),
        profile=first.profile,
        username=first.username,
        updated_at=first.updated_at,
        keys=tuple(
            PersonKey(row.namespace, row.value, row.shared_value, row.last_seen)
            for row in rows
            if row.namespace is not None
        ),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A person as seen through one connection.

    :param identity: what its source calls them; None for a local password, or where the account
        has no such identity any more.
    """

    person: Person
    source: Source | None = None
    identity: Identity | None = None

    @property
    def profile(self) -> Mapping[str, Any]:
        return _profile(self.person.profile) if self.person.profile else {}


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that applications can be told.

    :param scope: asks for it (OpenID Connect Core 5.4).
    :param value: where it comes from; None or empty for nothing to tell.
    :param release: where it goes unless an admin says otherwise.
    :param settable: whether an admin can say otherwise.
    :param source: whose people alone have it; None for everybody's.
    """

    name: str
    scope: str
    value: Callable[[Told], Any]
    release: Release = USERINFO
    settable: bool = True
    source: Source | None = None


def claims_of(sources: Iterable[Source], own: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Every claim: those that the sources declare, which only their people have, and our own.

    :raises ValueError: two claims have one name.
    """
    declared = [_declared(source, each) for source in sources for each in source.claims]
    every = (*declared, *own)
    if len({claim.name for claim in every}) < len(every):
        raise ValueError("two claims have one name")
    return every


def _declared(source: Source, claim: SourceClaim) -> Claim:
    """Told in both places: what a source calls people is what applications come here for."""

    def value(told: Told) -> str | None:
        came_by_it = told.source is source and told.identity is not None
        return claim.value(told.identity) if came_by_it and told.identity else None

    return Claim(claim.name, claim.scope, value, EVERYWHERE, source=source)


def _of_profile(claim: str) -> Callable[[Told], Any]:
    return lambda told: told.profile.get(claim)


def _username(told: Told) -> str | None:
    """What a local account signs in with, unless its profile says another name."""
    return told.profile.get("preferred_username") or told.person.username


def _verified(attribute: str) -> Callable[[Told], bool | None]:
    """Whether it is verified, told only of something that is there."""

    def verified(told: Told) -> bool | None:
        present = getattr(told.person, attribute)
        return bool(getattr(told.person, f"{attribute}_verified")) if present else None

    return verified


PROFILE_CLAIMS = (
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
)
"""Standard claims that only a local account has (OpenID Connect Core 5.1)."""

_USERS = {"preferred_username": _username}

CLAIMS: tuple[Claim, ...] = (
    Claim("name", "profile", lambda told: told.person.name),
    Claim("picture", "profile", lambda told: told.person.picture),
    *(
        Claim(claim, "profile", _USERS.get(claim) or _of_profile(claim), settable=False)
        for claim in PROFILE_CLAIMS
    ),
    Claim("updated_at", "profile", lambda told: told.person.updated_at, settable=False),
    Claim("email", "email", lambda told: told.person.email, settable=False),
    Claim("email_verified", "email", _verified("email"), settable=False),
    Claim("address", "address", _of_profile("address"), settable=False),
    Claim("phone_number", "phone", lambda told: told.person.phone),
    Claim("phone_number_verified", "phone", _verified("phone")),
)
"""What is known of people by whatever way they came."""


@lru_cache(maxsize=256)
def _profile(text: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(text)
    return document
