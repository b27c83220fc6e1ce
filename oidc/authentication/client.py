"""How a client says who it is: in one way, and in the one that it has registered.

RFC 6749 2.3, OpenID Connect Core 9. Authlib tries one method after the other until one fits; here
what was sent decides which method it is, so nothing is tried that was not meant.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

from flask import Request
from joserfc.jwk import Key

from oidc.authentication.client_assertion import (
    ASSERTION_TYPE,
    Audience,
    claimed_client_id,
    secret_keys,
    verify_assertion,
)
from oidc.clients.client import Client
from oidc.crypto.jwt import KeySource
from oidc.database.statements import connection_released
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider

BY_ASSERTION = ("private_key_jwt", "client_secret_jwt")
_WAYS = ("client_secret", "client_assertion")


def check_credentials(request: Request, form: Parameters) -> None:
    """One way of authenticating in a request, and a header that can be read (RFC 6749 2.3)."""
    header = request.headers.get("Authorization", "")
    if bool(header) + sum(name in form for name in _WAYS) > 1:
        raise OAuthError("invalid_request", "Authenticate the client in one way, not in two.")
    if header:
        _check_basic(header, form)


def presented_methods(request: Any) -> tuple[str, ...]:
    """The methods that the credentials in the request can belong to."""
    if "Authorization" in request.headers:
        return ("client_secret_basic",)
    if "client_secret" in request.form:
        return ("client_secret_post",)
    if "client_assertion" in request.form or "client_assertion_type" in request.form:
        return BY_ASSERTION
    return ("none",)


def claimed_id(request: Any) -> str:
    """The ``client_id`` that the request claims, in whatever way; not verified. Empty: none."""
    form: Parameters = request.form
    if "Authorization" in request.headers:
        return _basic_id(request.headers["Authorization"])
    if "client_assertion" in form:
        try:
            return claimed_client_id(form["client_assertion"])
        except OAuthError:
            return ""
    return form.get("client_id", "")


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
        verify_assertion(
            assertion,
            client_id=client_id,
            client=client.metadata,
            keys=self._keys(client),
            audience=self._audience(request.uri),
            remember=request.one_time_values.remember,
            now=self._provider.clock(),
        )
        return client

    def _keys(self, client: Client) -> KeySource:
        if self._method == "client_secret_jwt":
            return secret_keys(self._provider.clients.plain_secrets(client))
        return lambda kid: self._public_keys(client, kid)

    def _public_keys(self, client: Client, kid: str | None) -> Sequence[Key]:
        provider = self._provider
        if not provider.remote_keys.must_ask(client.metadata, kid):
            return provider.remote_keys.find(client.metadata, kid)
        with connection_released(provider.session):
            return provider.remote_keys.find(client.metadata, kid)

    def _audience(self, url: str) -> Audience:
        """Us, the token endpoint or the one that is asked (RFC 7523 3, RFC 9126 2)."""
        provider = self._provider
        return Audience(
            provider.settings.issuer, (provider.url(ENDPOINT_PATHS["token_endpoint"]), url)
        )


def _check_basic(header: str, form: Parameters) -> None:
    client_id = _basic_id(header)
    if form.get("client_id", client_id) not in (client_id,):
        raise OAuthError("invalid_request", "client_id differs from the Basic credentials.")


def _basic_id(header: str) -> str:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client", "The Authorization header must use the Basic scheme.")
    try:
        return unquote(b64decode(credentials, validate=True).decode().partition(":")[0])
    except (binascii.Error, ValueError) as error:
        raise OAuthError("invalid_client", "The Basic credentials cannot be read.") from error
