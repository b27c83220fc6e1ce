"""POST /challenge: sign-in inside a native application, without a browser.

OAuth 2.0 for First-Party Applications (draft-ietf-oauth-first-party-apps-04). Each answer carries a
new ``auth_session``; the one before it stays good until the new one is used, since an answer can be
lost on a mobile network, or with a process that the phone ends. What it ends in is an ordinary
authorization code, bound by PKCE to the application.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from oidc.authentication.dpop_binding import check_bound_key
from oidc.authentication.server import (
    AUTH_METHODS,
    TokenRequest,
    error_response,
    json_response,
    token_server,
)
from oidc.authorization.kept_out import check_let_in
from oidc.authorization.new_grant import new_grant
from oidc.authorization.request import ResolvedRequest, read_request, unvalidated_request
from oidc.authorization.response import read_response_target
from oidc.clients.client import Client
from oidc.crypto.keyring import digest_of
from oidc.host import ChallengeAnswer, ChallengeStep, Login
from oidc.interactions.store import Interaction
from oidc.protocol import parameters
from oidc.protocol.authorization_request import AuthorizationRequest, ResponseTarget
from oidc.protocol.errors import Busy, OAuthError
from oidc.provider import Provider, current_provider
from oidc.tokens import grants
from oidc.tokens.sealed import SealedToken

KIND = "challenge"
LONGEST_WAIT = 25
"""Seconds; what proxies let a request be silent for is thirty or more."""
_OF_A_POLL = {
    *("client_id", "client_secret", "client_assertion", "client_assertion_type"),
    *("auth_session", "wait"),
}
"""What a request has that only asks whether there is news."""
_STALE = "The auth_session is unknown, expired or used up; start again."


@dataclass(frozen=True, slots=True)
class _Step:
    """One validated request to the endpoint."""

    provider: Provider
    client: Client
    interaction: Interaction
    repeated: bool
    """Whether its auth_session has been answered before: that answer may not have arrived."""
    parameters: dict[str, str]


def challenge() -> Response:
    """The next step of an in-app sign-in, or its authorization code."""
    provider = current_provider()
    try:
        later = _later(provider)
        if later is not None:
            return later
        response = _answer(_step(provider))
    except OAuthError as error:
        response = error_response(error)
    provider.session.commit()
    return response


def _later(provider: Provider) -> Response | None:
    """For an app that lets its poll wait (``wait``), while there is no news for it.

    Looked at before the client is authenticated: proofs and assertions are good once, and this
    request comes again. All that a stranger could do with a stolen auth_session is to wait.
    """
    form = parameters.from_form(request)
    wait = form.get("wait", "")
    if not _is_wait(wait) or not set(form) <= _OF_A_POLL or "auth_session" not in form:
        return None
    try:
        interaction, repeated = _resumed(provider, form["auth_session"])
    except OAuthError:
        return None  # it is told as ever
    if repeated:
        return None  # what it was told last may not have arrived
    return provider.host.people.wait(interaction.host_state, int(wait))


def _is_wait(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= LONGEST_WAIT


def _step(provider: Provider) -> _Step:
    sent = TokenRequest(request, provider.settings.issuer)
    if "client_id" not in sent.form and "auth_session" in sent.form:
        sent.form["client_id"] = _resumed(provider, sent.form["auth_session"])[0].client_id
    client: Client = token_server().authenticate_client(
        sent, list(AUTH_METHODS), "authorization_challenge"
    )
    if sent.one_time_values:
        # The host lets go of the database while it asks a source: a replay must stay one.
        provider.session.commit()
    if not client.is_first_party:
        raise OAuthError("unauthorized_client", "The application may not sign people in by itself.")
    repeated = False
    if "auth_session" in sent.form:
        interaction, repeated = _resumed(provider, sent.form["auth_session"])
        if interaction.client_id != client.client_id:
            raise OAuthError("invalid_session", _STALE)
        check_bound_key(interaction.request.dpop_jkt, sent.dpop_jkt, "invalid_session")
    else:
        interaction = _begun(provider, client, sent)
    _check_form(sent.form)
    return _Step(provider, client, interaction, repeated, dict(sent.form))


def _check_form(form: Mapping[str, str]) -> None:
    if "wait" in form and not _is_wait(form["wait"]):
        raise OAuthError("invalid_request", "wait must be a number of seconds, 25 at most.")
    if "cancelled" in form and (form["cancelled"] != "true" or "auth_session" not in form):
        hint = "cancelled must be true, and come with the auth_session of what is cancelled."
        raise OAuthError("invalid_request", hint)


def _begun(provider: Provider, client: Client, sent: TokenRequest) -> Interaction:
    """A first request: validated like any authorization request, and PKCE is never left out.

    Of a client without a secret anybody can send one: each is a row that is kept for a while.
    """
    response_target = _web_address(client, sent)
    incoming = unvalidated_request(provider, ResolvedRequest(sent.form), client, in_app=True)
    authorization_request = read_request(incoming, response_target)
    if authorization_request.code_challenge is None:
        raise OAuthError("invalid_request", "Send a code_challenge with method S256 (PKCE).")
    authorization_request = authorization_request.bound_to(sent.dpop_jkt)
    if client.is_public and not provider.host.limits.may_park():
        raise Busy("Too many requests came from this address; wait a minute.", 60)
    lifetime = provider.settings.challenge_lifetime
    return provider.interactions.park(
        provider.session, authorization_request, lifetime=lifetime, kind=KIND
    )


def _web_address(client: Client, sent: TokenRequest) -> ResponseTarget | None:
    """Where the browser would come back to, should the person have to go on there: the
    redirect_uri of this request, or else the first that the application registered."""
    if "redirect_uri" in sent.form:
        return read_response_target(sent.form, client)
    registered = client.metadata.redirect_uris
    state = sent.form.get("state")
    return ResponseTarget(client.client_id, registered[0], state=state) if registered else None


def _resumed(provider: Provider, auth_session: str) -> tuple[Interaction, bool]:
    """The sign-in that this auth_session goes on with, and whether it was answered before."""
    token = provider.sealer.open(auth_session, "challenge")
    found = token and provider.interactions.get(provider.session, token.grant_id)
    now = provider.clock()
    if token is None or not isinstance(found, Interaction) or found.kind != KIND:
        raise OAuthError("invalid_session", _STALE)
    if found.used_at is not None or found.expires_at <= now:
        raise OAuthError("invalid_session", _STALE)
    behind = found.generation - token.generation
    if behind not in (0, 1):
        raise OAuthError("invalid_session", _STALE)
    return found, behind == 1


def _answer(step: _Step) -> Response:
    provider, interaction = step.provider, step.interaction
    authorization_request = interaction.request
    answer = provider.host.people.challenge(
        ChallengeStep(
            binding=binding_of(interaction),
            client_id=step.client.client_id,
            client_name=step.client.metadata.client_name or step.client.client_id,
            connection=step.parameters.get("connection") or authorization_request.connection,
            state=interaction.host_state,
            parameters=step.parameters,
            fresh="login" in authorization_request.prompt
            or authorization_request.max_age is not None,
            cancelled="cancelled" in step.parameters,
        )
    )
    if answer.cancelled:
        provider.interactions.finish(provider.session, interaction.id)
        raise OAuthError("access_denied", "The application has cancelled the sign-in.")
    if answer.login is not None:
        _check_let_in(step, answer.login)
        return _code(step, authorization_request, answer.login)
    if answer.to_web:
        return _to_web(step, authorization_request, answer)
    return _more(step, answer)


def _check_let_in(step: _Step, login: Login) -> None:
    """Whoever is kept out is so whatever the app sends next: this sign-in is over."""
    try:
        check_let_in(step.provider, step.client, login)
    except OAuthError:
        step.provider.interactions.finish(step.provider.session, step.interaction.id)
        raise


def binding_of(interaction: Interaction) -> str:
    """Names one in-app sign-in by client and PKCE challenge: no other can finish its tickets."""
    challenge = interaction.request.code_challenge or ""
    return "challenge:" + digest_of(f"{interaction.id} {interaction.client_id} {challenge}")


def _more(step: _Step, answer: ChallengeAnswer) -> Response:
    provider, interaction = step.provider, step.interaction
    if answer.state != interaction.host_state:
        provider.interactions.keep(provider.session, interaction.id, answer.state)
    body = {
        "error": "insufficient_authorization",
        "error_description": "The person has not finished signing in.",
        "auth_session": _auth_session(step),
        **answer.members,
    }
    return json_response(body, 403)


def _auth_session(step: _Step) -> str:
    """The next one; once more the same to whoever may not have got it.

    When two answers race, both carry the same next generation: either continues.
    """
    provider, interaction = step.provider, step.interaction
    if not step.repeated:
        provider.interactions.rotate(provider.session, interaction)
    token = SealedToken(
        "challenge",
        interaction.id,
        interaction.generation + (0 if step.repeated else 1),
        provider.clock(),
        interaction.expires_at,
    )
    return provider.sealer.seal(token)


def _code(step: _Step, authorization_request: AuthorizationRequest, login: Login) -> Response:
    provider = step.provider
    if not provider.interactions.finish(provider.session, step.interaction.id):
        raise OAuthError("invalid_session", _STALE)
    in_app = authorization_request._replace(response_target=None)  # the code goes to the app itself
    grant = new_grant(provider, step.client, in_app, login, KIND)
    grants.save(provider.session, grant)
    return json_response({"authorization_code": provider.token_issuer.code(grant, step.client)})


def _to_web(
    step: _Step, authorization_request: AuthorizationRequest, answer: ChallengeAnswer
) -> Response:
    """Hands the same request to the browser, as if it had been pushed (RFC 9126).

    Whoever happens to be signed in there is not taken for the person at the app: the host is
    asked first, with what it keeps beside the request.
    """
    provider = step.provider
    if authorization_request.response_target is None:
        raise OAuthError("access_denied", "This sign-in needs a browser and a redirect URI.")
    authorization_request = authorization_request._replace(prompt=frozenset({"login"}))
    lifetime = provider.settings.pushed_request_lifetime
    provider.interactions.finish(provider.session, step.interaction.id)
    pushed = provider.interactions.park(
        provider.session, authorization_request, lifetime=lifetime, kind="pushed"
    )
    provider.interactions.keep(provider.session, pushed.id, answer.state)
    body: dict[str, Any] = {
        "error": "redirect_to_web",
        "error_description": "The person must go on in a browser.",
        "request_uri": f"urn:ietf:params:oauth:request_uri:{pushed.id}",
        "expires_in": lifetime,
    }
    return json_response(body, 400)
