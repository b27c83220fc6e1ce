"""How a client says who it is: in one way, and in the one that it has registered.

RFC 6749 2.3, OpenID Connect Core 9. Authlib tries one method after the other until one fits; here
what was sent decides which method it is, so nothing is tried that was not meant.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote, unquote_plus

from flask import Request

from oidc.authentication.client_assertion import (
    ASSERTION_TYPE,
    Audience,
    claimed_client_id,
    secret_keys,
    verify_assertion,
)
from oidc.clients.client import Client
from oidc.crypto.jwt import KeySource, WrongSignature
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider

BY_ASSERTION = ("private_key_jwt", "client_secret_jwt")
_WAYS = frozenset({"client_secret", "client_assertion"})
_CODED = frozenset("%+")
Pair = tuple[str, str]
"""A ``client_id`` and a secret."""
UNREADABLE = "The Basic credentials cannot be read."


def check_credentials(request: Request, form: Parameters) -> Pair | None:
    """One way of authenticating in a request, and a header that can be read (RFC 6749 2.3).

    Gives what the header has; None where there is none.
    """
    header = request.headers.get("Authorization", "")
    if bool(header) + len(form.keys() & _WAYS) > 1:
        raise OAuthError("invalid_request", "Authenticate the client in one way, not in two.")
    if not header:
        return None
    raw, _ = pair = _credentials(header)
    named = form.get("client_id")
    if named is not None and named not in (raw, unquote(raw), unquote_plus(raw)):
        raise OAuthError("invalid_request", "client_id differs from the Basic credentials.")
    return pair


def presented_methods(request: Any) -> tuple[str, ...]:
    """The methods that the credentials in the request can belong to."""
    if "Authorization" in request.headers:
        return ("client_secret_basic",) if _sent(request)[1] else ("none",)
    if "client_secret" in request.form:
        return ("client_secret_post",)
    if "client_assertion" in request.form or "client_assertion_type" in request.form:
        return BY_ASSERTION
    return ("none",)


def presented_secret(request: Any) -> Pair:
    """The ``client_id`` and secret in the header or the form; empty where there is none.

    A client without a secret may send Basic credentials too: one that is empty is none (RFC 6749
    2.3.1).
    """
    if "Authorization" in request.headers:
        client_id, secret = _sent(request)
        return unquote(client_id), unquote(secret)
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


def secret_readings(request: Any) -> Iterator[Pair]:
    """What is presented, in each way that it can be read.

    Basic credentials are form-encoded, so that a ``+`` is a space (RFC 6749 2.3.1 and appendix B);
    many programs encode nothing, or percent-encode alone.
    """
    if "Authorization" not in request.headers:
        yield presented_secret(request)
        return
    raw = _sent(request)
    if _CODED.isdisjoint("".join(raw)):
        yield raw
        return
    for decode in (unquote_plus, unquote, str):
        yield decode(raw[0]), decode(raw[1])


def by_basic(query_client: Callable[[str], Client | None], request: Any) -> Client | None:
    """The client whose secret is right in one reading, as Authlib's registry wants it."""
    for client_id, secret in dict.fromkeys(secret_readings(request)):
        client = query_client(client_id) if client_id and secret else None
        if client is not None and client.check_client_secret(secret):
            return client
    return None


def by_no_secret(query_client: Callable[[str], Client | None], request: Any) -> Client | None:
    """The client of the method ``none``, as Authlib's registry wants it."""
    client_id, secret = presented_secret(request)
    return query_client(client_id) if client_id and not secret else None


class WrongSecret(OAuthError):
    """A JWT was signed with a secret that is not the client's."""

    def __init__(self, client_id: str, hint: str) -> None:
        super().__init__("invalid_client", hint)
        self.client_id = client_id


class ByAssertion:
    """One of the two methods that use a client's JWT, as Authlib's registry wants it.

    :param method: the client that is found must have registered this one.
    """

    def __init__(self, provider: Provider, method: str) -> None:
        self._provider = provider
        self._method = method

    def __call__(self, query_client: Callable[[str], Client | None], request: Any) -> Client | None:
        """The client, once its assertion is believed; None when it has another method.

        :raises OAuthError: ``invalid_client``.
        """
        form: Parameters = request.form
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise OAuthError("invalid_client", "The client_assertion_type is not supported.")
        assertion = form.get("client_assertion", "")
        client_id = claimed_client_id(assertion)
        if form.get("client_id", client_id) != client_id:
            raise OAuthError("invalid_client", "client_id differs from the assertion's sub.")
        client = query_client(client_id)
        if client is None or client.metadata.token_endpoint_auth_method != self._method:
            return None
        try:
            self._verify(assertion, client, request)
        except OAuthError as error:
            if self._method == "client_secret_jwt" and isinstance(error.__cause__, WrongSignature):
                raise WrongSecret(client_id, error.hint) from error
            raise
        return client

    def _verify(self, assertion: str, client: Client, request: Any) -> None:
        verify_assertion(
            assertion,
            client_id=client.client_id,
            client=client.metadata,
            keys=self._keys(client),
            audience=self._audience(request.uri),
            remember=request.one_time_values.remember,
            now=self._provider.clock(),
        )

    def _keys(self, client: Client) -> KeySource:
        if self._method == "client_secret_jwt":
            return secret_keys(self._provider.clients.plain_secrets(client))
        return partial(self._provider.keys_of, client)

    def _audience(self, url: str) -> Audience:
        """Us, the token endpoint or the one that is asked (RFC 7523 3, RFC 9126 2)."""
        provider = self._provider
        return Audience(
            provider.settings.issuer, (provider.url(ENDPOINT_PATHS["token_endpoint"]), url)
        )


def _sent(request: Any) -> Pair:
    """The Basic credentials of a request, which `check_credentials` may have read already."""
    read: Pair | None = getattr(request, "basic", None)
    return read or _credentials(request.headers["Authorization"])


def _credentials(header: str) -> Pair:
    """The two parts as they were sent."""
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client", "The Authorization header must use the Basic scheme.")
    try:
        decoded = b64decode(credentials, validate=True)
        client_id, colon, secret = decoded.decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise OAuthError("invalid_client", UNREADABLE) from error
    # One spelling alone: Python also takes further padding and bits that mean nothing (RFC 7617 2).
    if not colon or b64encode(decoded).decode() != credentials:
        raise OAuthError("invalid_client", UNREADABLE)
    return client_id, secret
