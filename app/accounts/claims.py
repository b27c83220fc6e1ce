"""Claim release: what an application may learn of a person, and where.

`load_person` is one statement and runs for every token and userinfo request; `release` is pure.
A new claim is one line in `CLAIMS` (and one in `oidc/claims.py`).
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.accounts.identification.keys import OPENID, UNIONID, identity_digest
from app.enablement.policy import DEFAULT, Policy, parse
from app.tables.people import ACCOUNT, EXTERNAL_KEY, SOURCE_ENABLEMENT
from federation.connections import Connection
from oidc.database.driver_statement import DriverStatement


@dataclass(frozen=True, slots=True)
class PersonKey:
    """An external key; ``shared_value`` is the UnionID that came with an OpenID."""

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
    updated_at: int = 0
    keys: tuple[PersonKey, ...] = ()

    @property
    def may_be_told(self) -> bool:
        """Whether tokens may be minted and claims released at all."""
        return self.enabled and not self.disabled


@dataclass(frozen=True, slots=True)
class Claims:
    """What goes where, without ``sub`` and the claims that the protocol owns."""

    id_token: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)


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
        updated_at=first.updated_at,
        keys=tuple(
            PersonKey(row.namespace, row.value, row.shared_value, row.last_seen)
            for row in rows
            if row.namespace is not None
        ),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A person as seen through the app of one connection."""

    person: Person
    appid: str | None
    own: PersonKey | None
    open_platform: str | None

    @property
    def unionid(self) -> str | None:
        """The UnionID that came with this app's OpenID, else that of its Open Platform account.

        Not one that came with another OpenID of this app: those are two people's WeChats, which
        the account has both.
        """
        if self.own is None or self.own.shared_value or not self.open_platform:
            return self.own.shared_value if self.own else None
        namespace, own = UNIONID + self.open_platform, self.own.namespace
        taken = {key.shared_value for key in self.person.keys if key.namespace == own}
        every = (key.value for key in self.person.keys if key.namespace == namespace)
        return next((unionid for unionid in every if unionid not in taken), None)

    @property
    def profile(self) -> Mapping[str, Any]:
        return _profile(self.person.profile) if self.person.profile else {}


Getter = Callable[[_Told], Any]


def _of_profile(claim: str) -> Getter:
    return lambda told: told.profile.get(claim)


def _verified(attribute: str) -> Getter:
    """Whether it is verified, told only of something that is there."""

    def verified(told: _Told) -> bool | None:
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

CLAIMS: tuple[tuple[str, str, Getter], ...] = (
    ("wechat_openid", "wechat", lambda told: told.own and told.own.value),
    ("wechat_appid", "wechat", lambda told: told.own and told.appid),
    ("wechat_unionid", "wechat", lambda told: told.unionid),
    ("name", "profile", lambda told: told.person.name),
    ("picture", "profile", lambda told: told.person.picture),
    *((claim, "profile", _of_profile(claim)) for claim in PROFILE_CLAIMS),
    ("updated_at", "profile", lambda told: told.person.updated_at),
    ("email", "email", lambda told: told.person.email),
    ("email_verified", "email", _verified("email")),
    ("address", "address", _of_profile("address")),
    ("phone_number", "phone", lambda told: told.person.phone),
    ("phone_number_verified", "phone", _verified("phone")),
)
"""Claim, the scope that asks for it (OpenID Connect Core 5.4), and where its value comes from."""


def release(
    person: Person,
    connection: Connection | None,
    scopes: Collection[str],
    requested_id_token: Collection[str] = (),
    requested_userinfo: Collection[str] = (),
    identity: str | None = None,
) -> Claims:
    """What the application learns, by scope, by the claims parameter and by its policy.

    A claim asked for by name (OpenID Connect Core 5.5) goes where it was asked for, unless the
    admin has decided where it goes. ``idp`` is always told.

    :param connection: how they signed in; None for a local password, or when it is gone.
    :param identity: the digest of the key that they signed in with; None where it was not noted.
    """
    claims = Claims()
    if not person.may_be_told or (person.connection_id and connection is None):
        return claims
    told = _seen_through(person, connection, identity)
    for claim, scope, getter in CLAIMS:
        by_scope = scope in scopes
        ask_id_token, ask_userinfo = claim in requested_id_token, claim in requested_userinfo
        if not (by_scope or ask_id_token or ask_userinfo):
            continue
        value = getter(told)
        if value is None or value == "":
            continue
        rule = person.policy.release(claim)
        name = rule.as_name or claim
        movable = not person.policy.is_set(claim)
        if ((by_scope or ask_id_token) and rule.id_token) or (ask_id_token and movable):
            claims.id_token[name] = value
        if ((by_scope or ask_userinfo) and rule.userinfo) or (ask_userinfo and movable):
            claims.userinfo[name] = value
    if person.connection_id:
        claims.id_token["idp"] = claims.userinfo["idp"] = person.connection_id
    return claims


def _seen_through(person: Person, connection: Connection | None, identity: str | None) -> _Told:
    """Picks the OpenID of the connection's app that they signed in with, and no other.

    Where it was not noted, of two linked ones the one seen last.
    """
    if connection is None:
        return _Told(person, None, None, None)
    appid = connection.app.app_id
    namespace = OPENID + appid
    own = [key for key in person.keys if key.namespace == namespace and _fits(key, identity)]
    latest = max(own, key=lambda key: (key.last_seen, key.value), default=None)
    return _Told(person, appid, latest, connection.app.open_platform)


def _fits(key: PersonKey, identity: str | None) -> bool:
    """One that was taken away is nobody's any more: nothing stands in for it."""
    return identity is None or identity == identity_digest(key.namespace, key.value)


@lru_cache(maxsize=256)
def _profile(text: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(text)
    return document
