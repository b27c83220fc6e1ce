"""An authorization request is no longer as a whole than what may be parked of it."""

import pytest

from oidc.apis.registry import Apis
from oidc.authorization.request import (
    MAXIMUM_REQUEST,
    SURELY_SHORT,
    UnvalidatedRequest,
    read_request,
)
from oidc.clients.client import Client
from oidc.clients.metadata_parsing import ClientMetadata
from oidc.protocol.authorization_request import AuthorizationRequest, ResponseTarget
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import from_values

CALLBACK = "https://app.example/callback"
BASIC = {"response_type": "code", "scope": "openid", "code_challenge": "c" * 43}
CLIENT = Client(
    client_id="app",
    metadata=ClientMetadata(redirect_uris=(CALLBACK,)),
    secrets=(),
    disabled=False,
    dynamic=False,
    version=1,
    created_at=0,
    updated_at=0,
    registration_token_digest=None,
    now=lambda: 0,
)


def read(**sent: str) -> AuthorizationRequest:
    parameters = from_values({**BASIC, "code_challenge_method": "S256", **sent})
    request = UnvalidatedRequest(parameters, CLIENT, ["openid"], "https://op.example", Apis)
    return read_request(request, ResponseTarget("app", CALLBACK, state=sent.get("state")))


def test_request_that_is_short_in_its_parts_and_long_as_a_whole_is_refused() -> None:
    state, nonce, hint = "s" * 4096, "n" * 2048, "h" * 512
    words = " ".join(["w" * 63] * 20)
    read(state=state, nonce=nonce, login_hint=hint, ui_locales=words)

    with pytest.raises(OAuthError, match="invalid_request"):
        read(state=state, nonce="\x01" * 2048, login_hint=hint)


def test_characters_count_as_they_are_kept() -> None:
    with pytest.raises(OAuthError, match="invalid_request"):
        read(state="\x01" * 3000)


def test_what_is_surely_short_is_so_whatever_its_characters() -> None:
    rest = sum(map(len, BASIC.values())) + len("S256")
    kept = read(state="\x01" * (SURELY_SHORT - rest))

    assert len(kept.to_json()) <= MAXIMUM_REQUEST
