"""POST /register and GET, PUT, DELETE /register/<client_id>: applications register themselves.

RFC 7591, RFC 7592 and OpenID Connect Registration 1.0, over our own reading of the documents:
Authlib's endpoints would take ``javascript:`` addresses and never fetch a sector document. The
registration access token stays the same when a client changes itself: with a new one each time
(RFC 7592 leaves the choice), a lost answer would lock the client out.
"""

import hmac
import secrets
from typing import Any

from flask import Response, abort, request

from oidc.authentication.bearer import bearer_error
from oidc.authentication.server import NO_STORE, error_response, json_response
from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata
from oidc.clients.metadata_parsing import InvalidMetadata
from oidc.crypto.keyring import digest_of
from oidc.endpoints.registration_document import check_sector, metadata_of, read_document
from oidc.interactions import consents
from oidc.logout import outbox
from oidc.protocol.endpoint_paths import REGISTRATION_PATH
from oidc.protocol.errors import OAuthError
from oidc.protocol.pairwise import sector_identifier
from oidc.protocol.secret_prefixes import REGISTRATION_ACCESS_TOKEN
from oidc.provider import Provider, current_provider
from oidc.shared_signals import streams
from oidc.tokens import revoking
from oidc.tokens.revoking import GrantFilter

OURS = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)
"""Members that a changing client must not send back (RFC 7592 2.2)."""
_UNAUTHORIZED = "The access token is not one for this registration."


def register() -> Response:
    """A new client (RFC 7591 3); what it can sign in with is shown this once."""
    provider = _open_provider()
    try:
        _demand_initial_access(provider)
        metadata = metadata_of(provider, read_document(request))
        check_sector(provider, metadata)
        _check_free_sector(provider, metadata)
    except (OAuthError, InvalidMetadata) as error:
        return _refusal(error)
    token = REGISTRATION_ACCESS_TOKEN + secrets.token_urlsafe(32)
    client, secret = provider.clients.add(
        provider.session, metadata, dynamic=True, registration_token=token
    )
    provider.host.audit.client_registered(provider.session, client.client_id)
    provider.host.audit.note("client.registered", client_id=client.client_id)
    provider.session.commit()
    return json_response(_information(provider, client, token, secret), 201)


def manage(client_id: str) -> Response:
    """Reads, replaces or deletes a client for whoever holds its token (RFC 7592 2)."""
    provider = _open_provider()
    try:
        token = _presented()
        client = _registered(provider, client_id, token)
        if request.method == "DELETE":
            return _delete(provider, client)
        if request.method == "PUT":
            return _replace(provider, client, token)
    except (OAuthError, InvalidMetadata) as error:
        return _refusal(error)
    return json_response(_information(provider, client, token))


def _replace(provider: Provider, client: Client, token: str) -> Response:
    """What the document leaves out goes back to its default (RFC 7592 2.2)."""
    document = read_document(request)
    _check_identity(client, document)
    metadata = metadata_of(provider, document, client.metadata)
    provider.session.commit()  # nothing is held while we wait for a stranger
    check_sector(provider, metadata)
    _check_free_sector(provider, metadata, client.client_id)
    changed, secret = provider.clients.reregister(provider.session, client, metadata)
    if not changed:
        raise OAuthError(
            "invalid_request", "The client was changed meanwhile; read it again.", "", 409
        )
    provider.host.audit.note("client.changed", client_id=client.client_id)
    provider.session.commit()
    fresh = provider.clients.stored(provider.session, client.client_id)
    if fresh is None:  # it was deleted meanwhile
        raise OAuthError("invalid_token", "There is no such client any more.", "", 401)
    return json_response(_information(provider, fresh, token, secret))


def _check_free_sector(
    provider: Provider, metadata: ClientMetadata, client_id: str | None = None
) -> None:
    """Nobody gets to know people by another's pairwise subjects by naming its host alone.

    :raises OAuthError: another application has the sector, and no document of the sector's own
        vouches for this one (OpenID Connect Core 8.1).
    """
    if metadata.subject_type != "pairwise" or metadata.sector_identifier_uri is not None:
        return
    sector = sector_identifier(metadata.redirect_uris, None)
    for other in provider.clients.pairwise_of_host(provider.session, sector):
        theirs = other.metadata
        if other.client_id != client_id and sector == sector_identifier(
            theirs.redirect_uris, theirs.sector_identifier_uri
        ):
            hint = "Another application has this sector; register a sector_identifier_uri."
            raise OAuthError("invalid_client_metadata", hint)


def _delete(provider: Provider, client: Client) -> Response:
    """With all that was granted to it (RFC 7592 2.3)."""
    session, client_id = provider.session, client.client_id
    revoking.revoke_all(session, GrantFilter(client_id=client_id), provider.clock())
    consents.forget_client(session, client_id)
    outbox.forget_client(session, client_id)
    streams.forget_client(session, client_id)
    provider.host.audit.client_deleted(client_id)
    provider.clients.delete(session, client_id)
    provider.host.audit.note("client.deleted", client_id=client_id)
    session.commit()
    return Response(status=204, headers=NO_STORE)


def _open_provider() -> Provider:
    provider = current_provider()
    if provider.settings.registration == "off":
        abort(404)
    return provider


def _demand_initial_access(provider: Provider) -> None:
    """RFC 7591 3: who may register, where not everybody may."""
    settings = provider.settings
    if settings.registration == "open":
        return
    sent, wanted = _presented(), settings.registration_token or ""
    if not wanted or not hmac.compare_digest(digest_of(sent), digest_of(wanted)):
        raise OAuthError("invalid_token", "The initial access token is not valid.")


def _presented() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise OAuthError("invalid_token", "Send an access token with the Bearer scheme.")
    return token.strip()


def _registered(provider: Provider, client_id: str, token: str) -> Client:
    """An unknown client and a wrong token look the same (RFC 7592 2.1)."""
    client = provider.clients.stored(provider.session, client_id) if len(client_id) <= 128 else None
    known = (client and client.registration_token_digest) or digest_of("")
    right = hmac.compare_digest(known, digest_of(token))
    if client is None or not right or not client.dynamic:
        raise OAuthError("invalid_token", _UNAUTHORIZED)
    if client.disabled:
        raise OAuthError("access_denied", "An administrator has stopped this client.", "", 403)
    return client


def _check_identity(client: Client, document: dict[str, Any]) -> None:
    """RFC 7592 2.2: it names itself, and cannot choose its own secret."""
    if document.get("client_id") != client.client_id:
        raise OAuthError(
            "invalid_client_metadata", "client_id must be the one of this registration."
        )
    if any(name in document for name in OURS):
        raise OAuthError("invalid_client_metadata", f"These must not be sent: {', '.join(OURS)}.")
    secret = document.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and client.check_client_secret(secret)):
        raise OAuthError(
            "invalid_client_metadata", "client_secret must be the current one or absent."
        )


def _information(
    provider: Provider, client: Client, token: str, secret: str | None = None
) -> dict[str, Any]:
    """RFC 7591 3.2.1 and RFC 7592 3. A secret is known only when it is made."""
    body: dict[str, Any] = {
        "client_id": client.client_id,
        "client_id_issued_at": client.created_at,
        "registration_access_token": token,
        "registration_client_uri": provider.url(f"{REGISTRATION_PATH}/{client.client_id}"),
        **client.metadata.to_document(public=True),
    }
    if secret is not None:
        body |= {"client_secret": secret, "client_secret_expires_at": 0}
    return body


def _refusal(error: OAuthError | InvalidMetadata) -> Response:
    if isinstance(error, InvalidMetadata):
        error = OAuthError(error.code, error.hint)
    if error.code == "invalid_token":
        return bearer_error(error, sent_token="Authorization" in request.headers)
    return error_response(error)
