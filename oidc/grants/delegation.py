"""A lesser token made from a live one: who may ask, and how little may be asked for (RFC 8693)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from oidc.apis.access import Access, belongs
from oidc.clients.client import Client
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider
from oidc.tokens.grants import Grant
from oidc.tokens.issuer import claims_question
from oidc.tokens.sealed import SealedToken, bound_to

DEEPEST = 3
"""Actors that may have acted one for the other (RFC 8693 4.1)."""


@dataclass(frozen=True, slots=True)
class Presented:
    """A live access token of ours. ``holder`` is the application that it was issued to."""

    token: SealedToken
    grant: Grant
    holder: str
    audience: tuple[str, ...]

    @property
    def scope(self) -> tuple[str, ...]:
        return tuple(self.token.downscoped.get("scope", self.grant.scope).split())

    @property
    def act(self) -> Mapping[str, Any] | None:
        return self.token.downscoped.get("act")


def exchanged_token(
    provider: Provider, client: Client, form: Parameters, jkt: str | None
) -> dict[str, Any]:
    """A token response for a part of what the subject token may do.

    The application must hold the token itself, or be one that the token is meant for; then the
    new token names it as the one that acts.

    :param jkt: the key that the application has proved; the new token is bound to it.
    :raises OAuthError: ``invalid_request``, ``invalid_target`` or ``invalid_scope`` (RFC
        8693 2.2.2).
    """
    subject = presented(provider, form["subject_token"], "subject_token")
    own = subject.holder == client.client_id
    if not own and (client.is_public or client.client_id not in subject.audience):
        raise OAuthError("invalid_request", "The subject_token is not meant for this application.")
    check_key(subject, jkt, own=own)
    actor = _actor(provider, client, form)
    access = _access(provider, subject, form, own=own)
    downscoped: dict[str, Any] = {
        "scope": " ".join(access.scope),
        "aud": list(access.resources),
        **bound_to(jkt),
    }
    acting = _acting(subject, actor or (None if own else client.client_id))
    if acting is not None:
        downscoped["act"] = acting
    if client.client_id != subject.grant.client_id:
        downscoped["client_id"] = client.client_id
    return provider.token_issuer.access_token(
        provider.session, subject.grant, client, downscoped, subject.token.expires_at
    )


def presented(provider: Provider, text: str, name: str) -> Presented:
    """A token of ours, by the parameter that it came in.

    :raises OAuthError: ``invalid_request``: it is unknown, or over.
    """
    opened = provider.open_grant(text, "access")
    unusable = OAuthError("invalid_request", f"The {name} is unknown, expired or revoked.")
    if opened is None:
        raise unusable
    token, grant = opened
    if token.expires_at <= provider.clock() or grant.revoked_at is not None:
        raise unusable
    if grant.subject is not None and provider.host.people.claims(claims_question(grant)) is None:
        raise unusable
    audience = token.downscoped.get("aud") or grant.audience or (provider.settings.issuer,)
    holder = token.downscoped.get("client_id", grant.client_id)
    return Presented(token, grant, holder, tuple(audience))


def check_key(subject: Presented, jkt: str | None, *, own: bool) -> None:
    """A token that is bound to a key stays bound: to the same one, or to the actor's own."""
    bound = subject.token.downscoped.get("jkt")
    if bound is not None and (jkt is None or (own and jkt != bound)):
        raise OAuthError("invalid_request", "The subject_token is bound to a key; prove one.")


def _actor(provider: Provider, client: Client, form: Parameters) -> str | None:
    """Who acts, by a token that the application itself was given."""
    if "actor_token" not in form:
        return None
    actor = presented(provider, form["actor_token"], "actor_token")
    if actor.holder != client.client_id:
        raise OAuthError("invalid_request", "The actor_token was issued to another application.")
    grant = actor.grant
    if not grant.subject:
        return grant.client_id
    return provider.subjects.subject_for(client, grant.subject, grant.visit)


def _acting(subject: Presented, actor: str | None) -> dict[str, Any] | None:
    """The ``act`` claim: who acts now, and inside it who did before (RFC 8693 4.1)."""
    if actor is None:
        return dict(subject.act) if subject.act else None
    acting: dict[str, Any] = {"sub": actor}
    if subject.act:
        acting["act"] = subject.act
    depth, inner = 0, acting
    while inner:
        depth, inner = depth + 1, inner.get("act", {})
    if depth > DEEPEST:
        raise OAuthError("invalid_request", "The token was passed on too often.")
    return acting


def _access(provider: Provider, subject: Presented, form: Parameters, *, own: bool) -> Access:
    """Scopes go where they are at home; one of another API stays behind."""
    audience = _audience(provider, subject, form, own=own)
    apis, persons = provider.apis.current(provider.session), provider.settings.scopes
    scope = (
        name for name in _scope(subject, form) if name in persons or belongs(name, apis, audience)
    )
    return Access(tuple(scope), audience)


def _scope(subject: Presented, form: Parameters) -> list[str]:
    """Without ``offline_access``, which means a refresh token."""
    asked = form.scope() or subject.scope
    if not set(asked) <= set(subject.scope):
        raise OAuthError("invalid_scope", "Ask for scopes of the subject_token only.")
    return [name for name in subject.scope if name in asked and name != "offline_access"]


def _audience(
    provider: Provider, subject: Presented, form: Parameters, *, own: bool
) -> tuple[str, ...]:
    """Where the new token may be used: never where the old one was not (RFC
        8693 2.2.2).

    Our own userinfo is for the application that the person signed in to.
    """
    issuer = provider.settings.issuer
    usable = [each for each in subject.audience if own or each != issuer]
    asked = (*form.lists.get("resource", ()), *form.lists.get("audience", ()))
    if not usable or not set(asked) <= set(usable):
        raise OAuthError("invalid_target", "The subject_token is not meant for that target.")
    return tuple(each for each in usable if not asked or each in asked)
