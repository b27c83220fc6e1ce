"""What a client may say of itself (draft-ietf-oauth-client-id-metadata-document 3)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from oidc.clients.metadata import SERVER_MEMBERS
from oidc.clients.metadata_choices import chosen
from oidc.clients.metadata_parsing import (
    ClientMetadata,
    InvalidMetadata,
    RegistrationPolicy,
    inferred_type,
    parse,
)
from oidc.protocol.pairwise import InvalidSector, check_sector_document, subject_types
from oidc.settings import ProviderSettings

GRANT_TYPES = ("authorization_code", "refresh_token")
"""A stranger's application signs people in, with their consent, and does nothing else."""
AUTH_METHODS = ("private_key_jwt", "none")
"""Nobody has shared a secret with us through a public document (3.1)."""
SECRETS = ("client_secret", "client_secret_expires_at")


def metadata_of_document(
    settings: ProviderSettings,
    address: str,
    document: Any,
    get_json: Callable[[str], Any],
    scopes: frozenset[str],
) -> ClientMetadata:
    """The metadata, checked as a registration is.

    The document speaks to every server, so that grant types and scopes which are not ours are
    passed over. Without ``token_endpoint_auth_method`` the application is public: the default of
    RFC 7591 would be a secret.

    :param get_json: fetches its ``sector_identifier_uri``.
    :param scopes: those that a stranger's application may have.
    :raises InvalidMetadata: with all problems at once.
    :raises oidc.outbound.http_client.FetchError: the sector document cannot be had.
    """
    if not isinstance(document, dict):
        raise InvalidMetadata([("the document", "must be a JSON object")])
    if document.get("client_id") != address:
        raise InvalidMetadata([("client_id", "must be the address of the document")])
    secrets = [
        (name, "must not stand in a public document") for name in SECRETS if name in document
    ]
    if secrets:
        raise InvalidMetadata(secrets)
    if document.get("subject_type") in ("pairwise", "ephemeral") and not settings.pairwise_salt:
        raise InvalidMetadata([("subject_type", "must be public")])
    policy = _policy(settings, scopes)
    single, unusable = chosen(document, policy)
    if unusable:
        raise InvalidMetadata(unusable)
    metadata = parse(_for_us(single), policy=policy)
    _check_sector(metadata, get_json)
    return replace(metadata, assertion_audience=settings.assertion_audience)


def _for_us(document: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in document.items() if name not in SERVER_MEMBERS}
    told.setdefault("token_endpoint_auth_method", "none")
    told |= inferred_type(told)
    for name, ours in (("grant_types", GRANT_TYPES), ("response_types", ("code",))):
        if isinstance(told.get(name), list):
            told[name] = [value for value in told[name] if value in ours]
    return told


def _policy(settings: ProviderSettings, scopes: frozenset[str]) -> RegistrationPolicy:
    return RegistrationPolicy(
        grant_types=GRANT_TYPES,
        auth_methods=AUTH_METHODS,
        scopes=scopes,
        signing_algs=settings.signing_algorithms,
        subject_types=subject_types(settings.pairwise_salt),
        http_on_loopback=settings.allow_http_loopback,
    )


def _check_sector(metadata: ClientMetadata, get_json: Callable[[str], Any]) -> None:
    """OpenID Connect Registration 5."""
    uri = metadata.sector_identifier_uri
    if uri is None:
        return
    try:
        check_sector_document(get_json(uri), metadata.redirect_uris)
    except InvalidSector as error:
        reason = "must lead to a JSON array of strings that holds all redirect_uris"
        raise InvalidMetadata([("sector_identifier_uri", reason)]) from error
