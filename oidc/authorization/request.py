"""Validates an authorization request: ``READERS`` is the table of contents.

Each reader gives the fields of ``AuthorizationRequest`` that follow from one part, or refuses. The
client and its redirect URI come first: until both are right, an error has nowhere to go but a page.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from oidc.apis.access import PersonsAccess
from oidc.apis.registry import Apis
from oidc.authorization.no_challenge import check_no_challenge
from oidc.authorization.response import RESPONSE_MODES
from oidc.clients.client import Client
from oidc.crypto import dpop_proof
from oidc.protocol import claims_parameter, pkce
from oidc.protocol.authorization_request import AuthorizationRequest, ResponseTarget
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider
from oidc.tokens.id_token_hint import subject_of_hint

PROMPTS = ("none", "login", "consent", "select_account")
DISPLAYS = ("page", "popup", "touch", "wap")
MAXIMUM_LIST = 20
MOST_ACR_VALUES = 64
"""All that discovery names may be asked for at once."""
MAXIMUM_STATE = 4096
MAXIMUM_REQUEST = 16384  # characters that are parked before anybody has signed in
SURELY_SHORT = MAXIMUM_REQUEST // 8  # characters as sent, of which JSON makes up to six each


class ResolvedRequest(NamedTuple):
    """The request with everything in it."""

    parameters: Parameters
    signed: bool = False


class UnvalidatedRequest(NamedTuple):
    """A request whose client is known.

    :param scopes: those that speak of a person.
    :param apis: gives what ``resource`` may name, and whose the other scopes are.
    :param id_token_hint_subject: gives the ``sub`` of an ``id_token_hint``.
    """

    parameters: Parameters
    client: Client
    scopes: Collection[str]
    issuer: str
    apis: Callable[[], Apis]
    id_token_hint_subject: Callable[[str], str | None] = lambda _token: None
    pushed: bool = False
    """It came through the pushed authorization request endpoint (RFC 9126)."""
    signed: bool = False
    """Its parameters came in a signed request object (RFC 9101)."""
    in_app: bool = False
    """It came to the challenge endpoint, without a browser."""

    def get(self, name: str) -> str | None:
        return self.parameters.get(name)


Fields = Mapping[str, Any]


def unvalidated_request(
    provider: Provider,
    resolved: ResolvedRequest,
    client: Client,
    *,
    pushed: bool = False,
    in_app: bool = False,
) -> UnvalidatedRequest:
    """The request, ready for the readers."""

    def id_token_hint_subject(token: str) -> str | None:
        jwks = provider.keys.jwks(provider.session)
        return subject_of_hint(jwks, provider.settings.issuer, token)

    return UnvalidatedRequest(
        resolved.parameters,
        client,
        provider.settings.scopes,
        provider.settings.issuer,
        lambda: provider.apis.current(provider.session),
        id_token_hint_subject,
        pushed=pushed,
        signed=resolved.signed,
        in_app=in_app,
    )


def read_request(
    request: UnvalidatedRequest, response_target: ResponseTarget | None
) -> AuthorizationRequest:
    """The request as a value, after every check.

    :param response_target: none for an in-app request (OAuth 2.0 for First-Party Applications).
    :raises OAuthError: with the error that the client is to be told.
    """
    fields: dict[str, Any] = {}
    for reader in READERS:
        fields.update(reader(request))
    read = AuthorizationRequest(
        client_id=request.client.client_id, response_target=response_target, **fields
    )
    is_long = request.parameters.characters > SURELY_SHORT
    if is_long and len(read.to_json()) > MAXIMUM_REQUEST:
        raise OAuthError("invalid_request", "The request is too long as a whole.")
    return read


def check_parameters(request: UnvalidatedRequest) -> Fields:
    request.parameters.raise_first_error()
    return {}


def check_response_type(request: UnvalidatedRequest) -> Fields:
    """The code flow is the only one (RFC 9700 2.1.2)."""
    response_type = request.get("response_type")
    if response_type is None:
        raise OAuthError("invalid_request", "The response_type parameter is missing.")
    if response_type != "code":
        raise OAuthError("unsupported_response_type", "Only response_type=code is supported.")
    if not request.client.check_response_type("code"):
        raise OAuthError("unauthorized_client", "The application may not use response_type=code.")
    if not request.client.check_grant_type("authorization_code"):
        raise OAuthError("unauthorized_client", "The application may not use authorization codes.")
    return {}


def check_response_mode(request: UnvalidatedRequest) -> Fields:
    if request.parameters.get("response_mode", "query") not in RESPONSE_MODES:
        raise OAuthError("invalid_request", "The response_mode is not supported.")
    return {}


def check_registration(request: UnvalidatedRequest) -> Fields:
    """Self-issued registration is not supported (OpenID Connect Core 3.1.2.6, 7.2.1)."""
    if request.get("registration") is not None:
        hint = "The registration parameter is not supported."
        raise OAuthError("registration_not_supported", hint)
    return {}


def check_profile(request: UnvalidatedRequest) -> Fields:
    """What the client has bound itself to: PAR, signed requests, FAPI 2.0 (5.3.2.2)."""
    metadata = request.client.metadata
    if request.in_app and metadata.is_fapi2:
        hint = "The application may sign people in by browser only."
        raise OAuthError("unauthorized_client", hint)
    if request.in_app:
        return {}
    must_push = metadata.require_pushed_authorization_requests or metadata.is_fapi2
    if must_push and not request.pushed:
        raise OAuthError("invalid_request", "The application must push its authorization requests.")
    if metadata.require_signed_request_object and not request.signed:
        raise OAuthError("invalid_request", "The application must send a signed request object.")
    return {}


def read_access(request: UnvalidatedRequest) -> Fields:
    """The scopes, and where a token with them may be used (RFC 6749 3.3, RFC 8707 2).

    Unknown scopes are ignored (OpenID Connect Core 3.1.2.1); none left is an error. Where an API
    may be meant, it is for `oidc.apis` to say which.
    """
    asked = request.parameters.scope()
    resources = tuple(dict.fromkeys(request.parameters.lists.get("resource", ())))
    granted = tuple(filter(request.client.may_have, asked))
    if granted and not resources and all(name in request.scopes for name in asked):
        return {"scope": granted}
    may = PersonsAccess(request.client, request.apis(), request.scopes, request.issuer)
    access = may.asked(asked, resources)
    return {"scope": access.scope, "resources": access.resources}


def check_code_challenge(request: UnvalidatedRequest) -> Fields:
    """S256 for every public client, and for the others unless told otherwise (RFC 9700 2.1.1)."""
    challenge = request.get("code_challenge")
    client = request.client
    if challenge is None:
        if request.get("code_challenge_method") is not None:
            raise OAuthError("invalid_request", "The code_challenge parameter is missing.")
        check_no_challenge(client, request.parameters)
        return {}
    if request.get("code_challenge_method") not in pkce.METHODS:
        raise OAuthError("invalid_request", "The code_challenge_method must be S256.")
    if not pkce.is_challenge(challenge):
        raise OAuthError("invalid_request", "The code_challenge must be 43 base64url characters.")
    return {"code_challenge": challenge}


def read_prompt(request: UnvalidatedRequest) -> Fields:
    prompt = frozenset(request.parameters.words("prompt"))
    if not prompt <= set(PROMPTS):
        raise OAuthError("invalid_request", "The prompt parameter has an unknown value.")
    if "none" in prompt and len(prompt) > 1:
        raise OAuthError("invalid_request", "prompt=none cannot be combined with other values.")
    return {"prompt": prompt}


def read_max_age(request: UnvalidatedRequest) -> Fields:
    sent = request.get("max_age")
    if sent is None:
        return {"max_age": request.client.metadata.default_max_age}
    if not sent.isascii() or not sent.isdigit() or len(sent) > 9:
        raise OAuthError("invalid_request", "max_age must be a number of seconds.")
    return {"max_age": int(sent)}


def read_hints(request: UnvalidatedRequest) -> Fields:
    """``id_token_hint`` must be one of ours, for whichever client; it may have expired."""
    fields: dict[str, Any] = {"login_hint": _short(request, "login_hint", 512)}
    hint = request.get("id_token_hint")
    if hint is not None:
        subject = request.id_token_hint_subject(hint)
        if subject is None:
            raise OAuthError("invalid_request", "The id_token_hint is not one of our ID tokens.")
        fields["subject_hint"] = subject
    return fields


def read_claims(request: UnvalidatedRequest) -> Fields:
    """Claims asked for one by one; a ``sub`` among them says who it must be (Core 5.5)."""
    sent = request.get("claims")
    if sent is None:
        return {}
    claims = claims_parameter.parse(sent)
    fields: dict[str, Any] = {"claims": claims.to_document()}
    if claims.subject is not None:
        fields["subject_hint"] = claims.subject
    if claims.essential_acr:
        fields.update(acr_values=claims.essential_acr, acr_essential=True)
    return fields


def read_dpop_jkt(request: UnvalidatedRequest) -> Fields:
    """The key that the code will be bound to (RFC 9449 10)."""
    jkt = request.get("dpop_jkt")
    if jkt is not None and not dpop_proof.is_thumbprint(jkt):
        raise OAuthError("invalid_request", "dpop_jkt must be a SHA-256 JWK thumbprint.")
    return {"dpop_jkt": jkt}


def read_texts(request: UnvalidatedRequest) -> Fields:
    _short(request, "state", MAXIMUM_STATE)
    display = request.get("display")
    if display not in (None, *DISPLAYS):
        raise OAuthError("invalid_request", "The display parameter has an unknown value.")
    acr_values = (
        _words(request, "acr_values", MOST_ACR_VALUES) or request.client.metadata.default_acr_values
    )
    return {
        "nonce": _short(request, "nonce", 2048),
        "display": display,
        "acr_values": acr_values,
        "ui_locales": _words(request, "ui_locales"),
        "connection": _short(request, "connection", 32),
    }


def _words(request: UnvalidatedRequest, name: str, most: int = MAXIMUM_LIST) -> tuple[str, ...]:
    _short(request, name, 64 * most)
    words = request.parameters.words(name)
    if len(words) > most:
        raise OAuthError("invalid_request", f"The {name} parameter has too many values.")
    return words


def _short(request: UnvalidatedRequest, name: str, limit: int) -> str | None:
    value = request.get(name)
    if value is not None and len(value) > limit:
        raise OAuthError(
            "invalid_request", f"The {name} parameter is longer than {limit} characters."
        )
    return value


READERS: tuple[Callable[[UnvalidatedRequest], Fields], ...] = (
    check_parameters,
    check_response_type,
    check_response_mode,
    check_registration,
    check_profile,
    read_access,
    check_code_challenge,
    read_prompt,
    read_max_age,
    read_hints,
    read_texts,
    read_claims,
    read_dpop_jkt,
)
