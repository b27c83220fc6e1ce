"""A logout request as an application sends it, judged (RP-Initiated Logout 2 and 3)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from oidc.clients.client import Client
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import Parameters
from oidc.provider import Provider
from oidc.refusals import note_refusal
from oidc.tokens.id_token_hint import claims_of_hint

PURPOSE = "logout request"
MAX_LOCALES = 10
MAX_HINT = 256


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """What the application may have, of what it asked for.

    :param client_id: who asks; None when the request does not say.
    :param sid: the session named by a valid ``id_token_hint``.
    :param redirect_uri: a registered ``post_logout_redirect_uri``; anything else is not kept.
    :param has_id_token_hint: a valid ``id_token_hint`` was sent.
    :param hint: whom the application means to sign out, in words of its own (``logout_hint``).
    :param problem: why the request cannot be followed, for the application's developer.
    """

    client_id: str | None = None
    sid: str | None = None
    redirect_uri: str | None = None
    state: str | None = None
    has_id_token_hint: bool = False
    ui_locales: tuple[str, ...] = ()
    problem: str = ""
    hint: str | None = None

    @property
    def onward(self) -> str | None:
        """The redirect with its ``state`` (RP-Initiated Logout 3); None for no redirect."""
        if self.redirect_uri is None or self.state is None:
            return self.redirect_uri
        mark = "&" if "?" in self.redirect_uri else "?"
        return self.redirect_uri + mark + urlencode({"state": self.state})


def read_logout_request(provider: Provider, parameters: Parameters) -> LogoutRequest:
    """The request; of a wrong one stays its problem and who asks, as far as that is sound, so that
    the person can be told, and nothing that anything could come of."""
    locales = parameters.words("ui_locales")[:MAX_LOCALES]
    hint: Mapping[str, Any] = {}
    client: Client | None = None
    try:
        parameters.raise_first_error()
        hint = _hint(provider, parameters)
        client = _client(provider, parameters, hint)
        redirect_uri = _redirect_uri(parameters, client)
    except OAuthError as error:
        note_refusal(provider, parameters.get("client_id") or hint.get("aud"), error)
        name = client.client_id if client else None
        return LogoutRequest(client_id=name, ui_locales=locales, problem=error.hint)
    sid = hint.get("sid")
    return LogoutRequest(
        client_id=client.client_id if client else None,
        sid=sid if isinstance(sid, str) else None,
        redirect_uri=redirect_uri,
        state=parameters.get("state") if redirect_uri else None,
        has_id_token_hint=bool(hint),
        ui_locales=locales,
        hint=parameters.get("logout_hint", "")[:MAX_HINT] or None,
    )


def seal(provider: Provider, asked: LogoutRequest) -> str:
    """The request for a form or an address, which nobody can alter on the way."""
    return provider.keyring.seal(json.dumps(asdict(asked)).encode(), PURPOSE)


def unseal(provider: Provider, text: str) -> LogoutRequest | None:
    """The request that was sealed; None for anything else."""
    try:
        document = json.loads(provider.keyring.unseal(text, PURPOSE))
    except ValueError:
        return None
    document["ui_locales"] = tuple(document["ui_locales"])
    return LogoutRequest(**document)


def _hint(provider: Provider, parameters: Parameters) -> Mapping[str, Any]:
    """The claims of an ID token of ours, which may have expired (RP-Initiated Logout 2)."""
    token = parameters.get("id_token_hint")
    if token is None:
        return {}
    jwks = provider.keys.jwks(provider.session)
    claims = claims_of_hint(jwks, provider.settings.issuer, token)
    if claims is None:
        raise OAuthError("invalid_request", "id_token_hint is not an ID token of this provider.")
    return claims


def _client(provider: Provider, parameters: Parameters, hint: Mapping[str, Any]) -> Client | None:
    """Who asks, by the hint, by ``client_id``, or by both if they agree."""
    named, audience = parameters.get("client_id"), hint.get("aud")
    if hint and named not in (None, audience):
        raise OAuthError("invalid_request", "client_id is not the one that id_token_hint is for.")
    client_id = audience if isinstance(audience, str) else named
    if client_id is None:
        return None
    client = provider.clients.get(provider.session, client_id)
    if client is None:
        raise OAuthError("invalid_request", "client_id is not registered here.")
    return client


def _redirect_uri(parameters: Parameters, client: Client | None) -> str | None:
    """Exactly one of the registered ones, character by character (RP-Initiated Logout 3)."""
    uri = parameters.get("post_logout_redirect_uri")
    if uri is None:
        return None
    if client is None:
        raise OAuthError(
            "invalid_request", "post_logout_redirect_uri needs an id_token_hint or a client_id."
        )
    if uri not in client.metadata.post_logout_redirect_uris:
        raise OAuthError("invalid_request", "post_logout_redirect_uri is not registered.", uri)
    return uri
