"""Claim release: what an application may learn of a person, and where. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.accounts.claims import Claim, Person, PersonKey, Told
from app.accounts.identification.keys import identity_digest
from app.accounts.made_up_claims import make_up
from federation.connections import Connection
from federation.identity import ExternalKey
from oidc.protocol.claim_wishes import NO_WISHES, ClaimWishes


@dataclass(frozen=True, slots=True)
class Claims:
    """What goes where, without ``sub`` and the claims that the protocol owns."""

    id_token: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)


def release(
    claims: Iterable[Claim],
    person: Person,
    connection: Connection | None,
    scopes: Collection[str],
    requested_id_token: Collection[str] = (),
    requested_userinfo: Collection[str] = (),
    identity: str | None = None,
    wishes: ClaimWishes = NO_WISHES,
) -> Claims:
    """What the application learns, by scope, by the claims parameter and by its policy.

    A claim asked for by name (OpenID Connect Core 5.5) goes where it was asked for, unless the
    admin has decided where it goes. ``idp`` is always told.

    :param claims: all that there are (`claims_of`).
    :param connection: how they signed in; None for a local password, or when it is gone.
    :param identity: the digest of the key that they signed in with; None where it was not noted.
    :param wishes: of the application; where an admin has decided about a claim, that stays.
    """
    released = Claims()
    if not person.may_be_told or (person.connection_id and connection is None):
        return released
    told = _seen_through(person, connection, identity)
    made_up = make_up(told, wishes) if wishes.made_up else {}
    for claim in claims:
        by_scope = claim.scope in scopes
        ask_id_token, ask_userinfo = (
            claim.name in requested_id_token,
            claim.name in requested_userinfo,
        )
        if not (by_scope or ask_id_token or ask_userinfo):
            continue
        value = claim.value(told)
        if value is None or value == "":
            value = made_up.get(claim.name)
        if value is None or value == "":
            continue
        rule = person.policy.release(claim.name, claim.release)
        name = rule.as_name or claim.name
        movable = not person.policy.is_set(claim.name)
        in_id_token = rule.id_token or (wishes.in_id_token and movable)
        if ((by_scope or ask_id_token) and in_id_token) or (ask_id_token and movable):
            released.id_token[name] = value
        if ((by_scope or ask_userinfo) and rule.userinfo) or (ask_userinfo and movable):
            released.userinfo[name] = value
    if person.connection_id:
        released.id_token["idp"] = released.userinfo["idp"] = person.connection_id
    return released


def _seen_through(person: Person, connection: Connection | None, identity: str | None) -> Told:
    """Picks the own key of the connection's credential that they signed in with, and no other.

    Where it was not noted, of two linked ones the one seen last.
    """
    if connection is None:
        return Told(person)
    source, credential = connection.source, connection.credential
    namespace = source.own_namespace(credential)
    own = [key for key in person.keys if key.namespace == namespace]
    signed_in = [key for key in own if _is(key, identity)]
    latest = max(signed_in, key=lambda key: (key.last_seen, key.value), default=None)
    if latest is None:
        return Told(person, source)
    shared_namespace = source.shared_namespace(credential)
    shared = latest.shared_value or _shared(person, own, shared_namespace)
    key = ExternalKey(latest.namespace, latest.value)
    return Told(person, source, source.remembered(key, shared, shared_namespace))


def _is(key: PersonKey, identity: str | None) -> bool:
    """One that was taken away is nobody's any more: nothing stands in for it."""
    return identity is None or identity == identity_digest(key.namespace, key.value)


def _shared(person: Person, own: list[PersonKey], namespace: str | None) -> str | None:
    """The account's shared name of this namespace, where none came with the own key.

    Not one that came with another key of the same credential: those are two people at the
    source, whom the account has both.
    """
    taken = {key.shared_value for key in own}
    every = (key.value for key in person.keys if namespace and key.namespace == namespace)
    return next((value for value in every if value not in taken), None)
