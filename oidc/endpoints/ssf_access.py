"""Who manages streams of security events: an application with a token of its own (SSF 7.1.1).

Bearer tokens by the client credentials grant, with ``ssf.read`` for what only reads and
``ssf.manage`` for everything (CAEP Interoperability Profile 2.7).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from flask import Response, request

from oidc.authentication.bearer import INVALID, bearer_error, live_grant, presented_token
from oidc.authentication.dpop_binding import check_dpop_binding
from oidc.authentication.server import error_response
from oidc.clients.client import Client
from oidc.protocol import strict_json
from oidc.protocol.errors import OAuthError
from oidc.protocol.security_events import MANAGE, READ, SCOPES
from oidc.provider import Provider, current_provider
from oidc.shared_signals.stream import Stream
from oidc.shared_signals.streams import Streams

DEEPEST = 8
_TOKEN_ERRORS = frozenset({"invalid_token", "insufficient_scope", "invalid_dpop_proof"})
_NO_STREAM = "There is no stream of this application with that stream_id."


class Receiver(NamedTuple):
    """The application that asks, whether its token lets it change anything, and whether it may
    wait: a request that waits is checked again, and a proof of a key is good once."""

    provider: Provider
    client: Client
    may_manage: bool
    may_wait: bool

    @property
    def streams(self) -> Streams:
        return Streams.of(self.provider)

    def need_to_manage(self) -> None:
        """:raises OAuthError: the token only reads."""
        if not self.may_manage:
            raise OAuthError("insufficient_scope", f"The access token needs the scope {MANAGE}.")

    def stream(self, stream_id: Any) -> Stream:
        """One of its own.

        :raises OAuthError: it names none.
        """
        if not isinstance(stream_id, str) or not stream_id:
            raise OAuthError("invalid_request", "stream_id must be a string.")
        named = stream_id if len(stream_id) <= 32 and "\0" not in stream_id else ""
        found = self.streams.get(self.provider.session, named, self.client.client_id)
        if found is None:
            raise OAuthError("not_found", _NO_STREAM, status=404)
        return found


View = Callable[..., Response]


def for_receivers(view: Callable[..., Response]) -> View:
    """The view, given who asks; refusals become answers here (RFC 6750 3)."""

    @wraps(view)
    def answer(**parts: str) -> Response:
        sent = "Authorization" in request.headers
        try:
            return view(_receiver(current_provider()), **parts)
        except OAuthError as error:
            current_provider().session.rollback()
            if error.code in _TOKEN_ERRORS:
                needed = {"scope": MANAGE} if error.code == "insufficient_scope" else None
                return bearer_error(error, sent_token=sent, about=needed)
            return error_response(error)

    return answer


def read_object() -> dict[str, Any]:
    """The JSON object in the body.

    :raises OAuthError: there is none.
    """
    try:
        document = strict_json.read(request.get_data(cache=False))
    except ValueError as error:
        raise OAuthError("invalid_request", "The body must be JSON.") from error
    if not isinstance(document, dict) or strict_json.is_deeper(document, DEEPEST):
        raise OAuthError("invalid_request", "The body must be a JSON object.")
    return document


def _receiver(provider: Provider) -> Receiver:
    """:raises OAuthError: the token is not one, or not for this."""
    text = presented_token(request)
    token, grant = live_grant(provider, text)
    client = provider.clients.get(provider.session, grant.client_id)
    if client is None:
        raise OAuthError("invalid_token", INVALID)
    check_dpop_binding(provider, client, request, text, token)
    audience = token.downscoped.get("aud") or grant.audience
    if audience and provider.settings.issuer not in audience:
        raise OAuthError("invalid_token", "The access token is meant for another resource.")
    scopes = set(token.downscoped.get("scope", grant.scope).split())
    if grant.subject is not None or not client.is_vouched_for or scopes.isdisjoint(SCOPES):
        hint = f"The access token needs the scope {READ} or {MANAGE}, in the application's name."
        raise OAuthError("insufficient_scope", hint)
    return Receiver(provider, client, MANAGE in scopes, "jkt" not in token.downscoped)
