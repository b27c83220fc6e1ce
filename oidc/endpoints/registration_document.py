"""A registration document as it is sent, and what is kept of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import Request

from oidc.authentication.server import AUTH_METHODS
from oidc.clients.metadata_parsing import (
    SERVER_MEMBERS,
    ClientMetadata,
    InvalidMetadata,
    RegistrationPolicy,
    inferred_type,
    parse,
)
from oidc.clients.metadata_rules import Problem
from oidc.outbound.answer import FetchError
from oidc.protocol import strict_json
from oidc.protocol.errors import OAuthError
from oidc.protocol.pairwise import InvalidSector, check_sector_document
from oidc.provider import Provider

MAX_BYTES = 64 * 1024


def read_document(request: Request) -> dict[str, Any]:
    """The JSON object of a registration request (RFC 7591 3.1).

    :raises OAuthError: it is no JSON object that every parser would read alike.
    """
    if request.mimetype != "application/json":
        raise _unreadable("Send the client's metadata as application/json.")
    body = request.get_data()
    if len(body) > MAX_BYTES:
        raise _unreadable("The document is too long.")
    try:
        document = strict_json.read(body)
    except ValueError as error:
        raise _unreadable("The document is not well-formed JSON.") from error
    if not isinstance(document, dict):
        raise _unreadable("The document must be a JSON object.")
    return document


def metadata_of(
    provider: Provider, document: Mapping[str, Any], before: ClientMetadata | None = None
) -> ClientMetadata:
    """The metadata that a document asks for, checked in every respect.

    :param before: of a client that changes itself: switches that an administrator has set stay.
    :raises InvalidMetadata: with all problems at once.
    """
    asked = {name: value for name, value in document.items() if name not in SERVER_MEMBERS}
    asked |= inferred_type(asked)
    policy = registration_policy(provider, before)
    if before is not None:
        asked |= {name: getattr(before, name) for name in SERVER_MEMBERS}
        policy = replace(policy, trusted=True)
    problems = list(_unsupported(provider, document))
    try:
        metadata = parse(asked, policy=policy)
    except InvalidMetadata as invalid:
        raise InvalidMetadata([*invalid.problems, *problems]) from invalid
    if problems:
        raise InvalidMetadata(problems)
    return metadata if before is not None else _held_to(provider, metadata)


def _held_to(provider: Provider, metadata: ClientMetadata) -> ClientMetadata:
    """What new clients must do against stolen codes (RFC 9700 2.1.1), and whom they may address an
    assertion to (RFC 10070); later ones keep theirs."""
    rule = provider.settings.registration_requires_pkce
    metadata = replace(metadata, assertion_audience=provider.settings.assertion_audience)
    if metadata.is_public:
        return metadata
    pkce, nonce = rule == "always", rule == "unless-nonce"
    return replace(metadata, require_pkce=pkce, require_nonce_or_pkce=nonce)


def registration_policy(
    provider: Provider, before: ClientMetadata | None = None
) -> RegistrationPolicy:
    """What a stranger may register for: what is in the literal lists, and nothing of ours.

    Scopes that are not in the list open somebody's interface (``admin:write`` our own), so that
    only an administrator gives them, or opens the API; a client that changes itself keeps those
    that it was given.
    """
    given = (before.scope or "").split() if before else []
    opened = provider.apis.open_scopes(provider.session)
    return RegistrationPolicy(
        subject_types=provider.subjects.types,
        scopes=frozenset([*provider.settings.scopes, *opened, *given]),
        grant_types=tuple(grant.GRANT_TYPE for grant, _extensions in provider.grant_types),
        auth_methods=tuple(AUTH_METHODS),
        signing_algs=provider.settings.signing_algorithms,
        http_on_loopback=provider.settings.allow_http_loopback,
    )


def check_sector(provider: Provider, metadata: ClientMetadata) -> None:
    """Fetches ``sector_identifier_uri``, which must list all redirect URIs (OIDC Registration 5).

    No transaction may be open: it waits for a stranger.

    :raises InvalidMetadata: it cannot be had, or does not vouch for the client.
    """
    uri = metadata.sector_identifier_uri
    if uri is None:
        return
    try:
        check_sector_document(provider.outbound.get_json(uri), metadata.redirect_uris)
    except FetchError as error:
        reason = f"cannot be used: {str(error).rstrip('.')}"
        raise InvalidMetadata([("sector_identifier_uri", reason)]) from error
    except InvalidSector as error:
        reason = "must lead to a JSON array of strings that holds all redirect_uris"
        raise InvalidMetadata([("sector_identifier_uri", reason)]) from error


def _unsupported(provider: Provider, document: Mapping[str, Any]) -> Iterator[Problem]:
    """What the provider could do in principle and this deployment does not."""
    wanted = document.get("subject_type")
    if wanted in ("pairwise", "ephemeral") and wanted not in provider.subjects.types:
        yield "subject_type", "must be public"


def _unreadable(hint: str) -> OAuthError:
    return OAuthError("invalid_client_metadata", hint)
