"""Authlib's authorization server over our clients, requests and responses."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidClientError
from flask import Request, Response, request

from oidc.authentication.client import (
    BY_ASSERTION,
    ByAssertion,
    WrongSecret,
    by_basic,
    by_no_secret,
    check_credentials,
    presented_methods,
    presented_secret,
    secret_readings,
)
from oidc.authentication.dpop_binding import HEADER, dpop_thumbprint
from oidc.authentication.noted_refusals import asking_client, note_refused_body
from oidc.authentication.refused_client import has_right_secret, why_not_authenticated
from oidc.clients.client import Client
from oidc.database.replay import OneTimeValues
from oidc.protocol import parameters
from oidc.protocol.errors import OAuthError, TooManyGuesses, hint_for
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider, WholeResponse, current_application, current_provider
from oidc.refusals import note_refusal
from oidc.tokens.signed_responses import id_token_protection

AUTH_METHODS = ("client_secret_basic", "client_secret_post", *BY_ASSERTION, "none")
"""How a client may authenticate: the one that it has registered."""
OF_CONFIDENTIAL_CLIENTS = "That grant is for applications that authenticate; this one is public."
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_JSON = (("Content-Type", "application/json"), *NO_STORE.items())
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class FormPayload(OAuth2Payload):
    """The form alone, where Authlib would merge the query into it."""

    def __init__(self, form: Parameters) -> None:
        self._form = form

    @property
    def data(self) -> Parameters:
        return self._form


@lru_cache(maxsize=64)
def _untouched(method: str, uri: str) -> Mapping[str, Any]:
    """What Authlib's request knows from its address alone, which it looks at once."""
    return vars(OAuth2Request(method, uri))


class TokenRequest(OAuth2Request):
    """A token-type request: a form body with no parameter twice (RFC 6749 3.2)."""

    payload: Any
    client: Any
    dpop_jkt: str | None = None
    """The key that the client has proved to hold, once it is authenticated (RFC 9449 5)."""
    presented: OneTimeValues | None = None

    def __init__(self, request: Request, issuer: str) -> None:
        vars(self).update(_untouched(request.method, issuer + request.path))
        self.headers = request.headers
        self._form = parameters.from_form(request)
        self._form.raise_first_error()
        self.payload = FormPayload(self._form)
        self.basic = check_credentials(request, self._form)

    @property
    def form(self) -> Parameters:
        return self._form

    @property
    def one_time_values(self) -> OneTimeValues:
        """What is presented once with this request: assertions and proofs note themselves here."""
        if self.presented is None:
            self.presented = OneTimeValues()
        return self.presented


class TokenServer(AuthorizationServer):
    """Authenticates clients and hands token requests to the grants of ``GRANTS``."""

    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self.provider = provider
        self.register_client_auth_method("none", by_no_secret)
        self.register_client_auth_method("client_secret_basic", by_basic)
        for method in BY_ASSERTION:
            self.register_client_auth_method(method, ByAssertion(provider, method))

    def query_client(self, client_id: str) -> Client | None:
        return self.provider.client(client_id)

    def authenticate_client(
        self, request: TokenRequest, methods: Sequence[str], endpoint: str = "token"
    ) -> Client:
        """The client, and in ``request.dpop_jkt`` the key that it holds: one INSERT at most.

        :raises OAuthError: ``invalid_client``, or what is wrong with the DPoP proof.
        """
        client = self._authenticated(request, methods, endpoint)
        if HEADER in request.headers or client.metadata.is_dpop_bound:
            request.dpop_jkt = dpop_thumbprint(self.provider, client, request, endpoint)
        if endpoint == "token":
            self.provider.fetch_keys(client, id_token_protection(client))
        if request.presented is not None:
            self._keep(request.presented, client, endpoint)
        return client

    def _keep(self, presented: OneTimeValues, client: Client, endpoint: str) -> None:
        session = self.provider.session
        if endpoint == "token":
            # A first key is made in a transaction of its own, so before ours holds any lock.
            self.provider.keys.active(session, client.metadata.id_token_signed_response_alg)
        presented.keep(session)

    def _authenticated(
        self, request: TokenRequest, methods: Sequence[str], endpoint: str
    ) -> Client:
        usable = [method for method in presented_methods(request) if method in methods]
        try:
            client: Client = super().authenticate_client(request, usable, endpoint)
        except InvalidClientError as error:
            self._count_guess(request)
            raise self._refusal(request, endpoint) from error
        except WrongSecret as error:
            self._count(error.client_id)
            raise
        return client

    def _refusal(self, request: TokenRequest, endpoint: str) -> OAuthError:
        client = self.query_client(next(secret_readings(request))[0])
        is_public = client is not None and client.is_public
        if endpoint == "token" and is_public and presented_methods(request) == ("none",):
            return OAuthError("unauthorized_client", OF_CONFIDENTIAL_CLIENTS)
        return OAuthError("invalid_client", why_not_authenticated(request, client))

    def _count_guess(self, request: TokenRequest) -> None:
        """A guess is a wrong secret of a client that has one: not a right one that came in another
        way than is registered, and nothing that a public or unknown client sends.

        :raises TooManyGuesses: too many came from there.
        """
        client_id, secret = presented_secret(request)
        client = self.query_client(client_id) if secret else None
        if client and client.live_secrets() and not has_right_secret(request, client):
            self._count(client_id)

    def _count(self, client_id: str) -> None:
        wait = self.provider.host.limits.secret_guessed(client_id)
        if wait is not None:
            raise TooManyGuesses(wait)

    def get_token_grant(self, request: TokenRequest) -> Any:
        """:raises OAuthError: ``invalid_request`` where none is named (RFC 6749 5.2)."""
        if "grant_type" not in request.form:
            raise OAuthError("invalid_request", "Send a grant_type, one of grant_types_supported.")
        return super().get_token_grant(request)

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        """Nothing: a token is a sealed reference to its grant."""

    def create_oauth2_request(self, request: Request | TokenRequest) -> TokenRequest:
        if isinstance(request, TokenRequest):
            return request
        return TokenRequest(request, self.provider.settings.issuer)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Authlib's signals have no listener here."""

    def handle_response(
        self, status: int, body: Mapping[str, Any], headers: list[tuple[str, str]]
    ) -> Response:
        if "error" in body:
            body = {"error_description": hint_for(body["error"]), **body}
            note_refused_body(self.provider, body)
        response = json_response(body, status)
        for name, value in headers:
            if name in ("WWW-Authenticate", "Retry-After"):
                response.headers[name] = value
        return response


def token_server() -> TokenServer:
    """Authlib's server of the application that handles this request."""
    server: TokenServer = current_application().extensions["oidc_token_server"]
    return server


def json_response(body: Mapping[str, Any], status: int = 200) -> Response:
    """JSON that no cache keeps (RFC 6749 5.1)."""
    return WholeResponse(_compact(body).encode(), status, _JSON)


def error_response(error: OAuthError) -> Response:
    """The error as JSON; its detail stays behind (RFC 6749 5.2)."""
    note_refusal(current_provider(), asking_client(request), error)
    response = json_response(
        {"error": error.code, "error_description": error.hint}, error.status_code
    )
    response.headers.extend(error.headers())
    return response
