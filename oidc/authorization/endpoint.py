"""The authorization endpoint: validate, decide, then issue, ask or refuse.

Every page of the host goes back to ``/authorize/<id>``; steps never call each other, and there is
no address to go to next that a stranger could put into a link.
"""

from flask import Response
from sqlalchemy.exc import IntegrityError

from oidc.authorization import device_approval
from oidc.authorization.browser import browser_id, browser_id_or_none, set_browser_cookie
from oidc.authorization.dispatcher import (
    Ask,
    Refuse,
    check_parking,
    has_consented,
    interaction_state,
    is_provable,
    next_step,
    reachable_contexts,
)
from oidc.authorization.kept_out import note_kept_out
from oidc.authorization.new_grant import new_grant
from oidc.authorization.request import (
    ResolvedRequest,
    read_request,
    unvalidated_request,
)
from oidc.authorization.request_source import resolve_request
from oidc.authorization.response import read_response_target, refuse, respond
from oidc.authorization.second_copies import answered_before
from oidc.clients.client import Client
from oidc.database.driver_statement import use_autocommit
from oidc.host import Login
from oidc.interactions.store import Interaction
from oidc.protocol.authorization_request import AuthorizationRequest, ResponseTarget
from oidc.protocol.endpoint_paths import resumption_path
from oidc.protocol.errors import InteractionGone, OAuthError, Unregistered
from oidc.protocol.parameters import Parameters, from_query_or_form
from oidc.provider import Provider, current_provider, current_request
from oidc.refusals import note_refusal
from oidc.tokens import grants

PUSHED = "urn:ietf:params:oauth:request_uri:"
"""What the ``request_uri`` of a pushed request begins with; its id follows."""


def authorize() -> Response:
    """The authorization endpoint (OpenID Connect Core 3.1.2)."""
    provider, asked = current_provider(), current_request()
    use_autocommit(provider.session)
    try:
        parameters = from_query_or_form(asked)
        client = provider.client(parameters.get("client_id"))
        interaction_id = pushed_id(parameters)
        if interaction_id is not None:
            return _pushed(provider, interaction_id, client)
        return _sent(provider, parameters, client)
    except InteractionGone as gone:
        return provider.host.pages.gone_page(gone)
    except OAuthError as error:
        note_refusal(provider, asked.values.get("client_id"), error)
        return provider.host.pages.error_page(error)


def resume(interaction_id: str) -> Response:
    """Goes on with a parked request after a page."""
    provider = current_provider()
    try:
        interaction = parked(provider, interaction_id)
        if interaction.kind != "authorize":
            raise InteractionGone("unknown")
        client = provider.clients.get(provider.session, interaction.client_id)
        if client is None:
            raise Unregistered("invalid_client", "The application is not registered here.")
        if interaction.browser_digest is None:
            return _bind(provider, interaction)
        return _go_on(provider, client, interaction)
    except InteractionGone as gone:
        return provider.host.pages.gone_page(gone)
    except OAuthError as error:
        return provider.host.pages.error_page(error)


def pushed_id(parameters: Parameters) -> str | None:
    """The id of the pushed request that is meant, if one is."""
    request_uri = parameters.get("request_uri", "")
    return request_uri.removeprefix(PUSHED) if request_uri.startswith(PUSHED) else None


def _sent(provider: Provider, parameters: Parameters, client: Client | None) -> Response:
    """A request that the browser brings, as parameters or as a request object."""
    target = None
    try:
        if client is not None and not {"request", "request_uri"} & parameters.keys():
            resolved = ResolvedRequest(parameters)
        elif client is not None:
            target = _outer_address(parameters, client)
            resolved = resolve_request(provider, parameters, client)
        else:
            resolved = ResolvedRequest(parameters)
        target = read_response_target(resolved.parameters, client)
        assert client is not None
        request = read_request(unvalidated_request(provider, resolved, client), target)
        if current_request().method == "POST":
            return _park_unbound(provider, request)
        return _proceed(provider, client, request, None)
    except Unregistered:
        raise
    except OAuthError as error:
        if target is None:
            raise
        return refuse(provider, target, error)


def _outer_address(parameters: Parameters, client: Client) -> ResponseTarget | None:
    """Where an error in the request object goes: what stands outside it, if that can be trusted."""
    try:
        return read_response_target(parameters, client)
    except Unregistered:
        return None


def _pushed(provider: Provider, interaction_id: str, client: Client | None) -> Response:
    """A request that was pushed: used up when it is answered, so that a page can be reloaded."""
    interaction = parked(provider, interaction_id)
    theirs = client is not None and interaction.client_id == client.client_id
    if client is None or not theirs or interaction.kind not in ("pushed", "authorize"):
        raise Unregistered("invalid_request", "The request_uri belongs to another application.")
    return _go_on(provider, client, interaction)


def _go_on(provider: Provider, client: Client, interaction: Interaction) -> Response:
    try:
        return _proceed(provider, client, interaction.request, interaction)
    except OAuthError as error:
        return finish_with_error(provider, interaction, error, acted=interaction.has_moved)


def parked(provider: Provider, interaction_id: str) -> Interaction:
    """The parked request of this browser; what the host's pages load.

    :raises InteractionGone: when it cannot go on here.
    """
    browser = browser_id_or_none(provider)
    return provider.interactions.load(provider.session, interaction_id, browser)


def finish_with_error(
    provider: Provider, interaction: Interaction, error: OAuthError, *, acted: bool = True
) -> Response:
    """Answers a parked request with an error, once: of a code and a refusal at the same moment,
    one reaches the application.

    :param acted: the person has done something for it, such as saying no.
    """
    target, is_device = interaction.request.response_target, interaction.request.device is not None
    first = _is_first_answer(provider, interaction)
    provider.session.commit()
    if not first:
        return provider.host.pages.gone_page(interaction.gone("used"))
    if is_device:
        return provider.host.pages.device_page(approved=False)
    if target is None:
        return provider.host.pages.error_page(error)
    return refuse(provider, target, error, acted=acted)


def _is_first_answer(provider: Provider, interaction: Interaction) -> bool:
    """Whether this call refuses the request, which a code may have answered at the same moment."""
    session = provider.session
    if interaction.request.device is not None:
        first = provider.interactions.finish(session, interaction.id)
        if first:
            device_approval.decline(provider, interaction.request)
        return first
    # The id of its grant decides, as where a code is issued.
    first = grants.refuse(session, interaction.id, interaction.client_id, provider.clock())
    if first:
        provider.interactions.finish(session, interaction.id)
    return first


def _proceed(
    provider: Provider,
    client: Client,
    request: AuthorizationRequest,
    interaction: Interaction | None,
) -> Response:
    kept = interaction.host_state if interaction is not None else {}
    people = provider.host.people
    login = people.login(client.client_id, kept)
    kept_out = login is not None and login.limited and not people.lets_in(client.client_id, login)
    decision = next_step(
        request,
        login,
        has_consented(provider, client, request, login),
        interaction_state(provider, client, request, login, interaction),
        provider.clock(),
        reachable_contexts(provider, request),
        provable=is_provable(client, request),
        let_in=not kept_out,
    )
    if isinstance(decision, Ask):
        return _ask(provider, request, interaction, decision)
    if isinstance(decision, Refuse):
        if kept_out and login is not None:
            note_kept_out(provider, client, login)
            provider.session.commit()
        raise OAuthError(decision.error, decision.hint)
    assert login is not None
    if request.device is not None:
        assert interaction is not None
        return _approve(provider, client, request, login, interaction)
    return _issue(provider, client, request, login, interaction)


def _ask(
    provider: Provider, request: AuthorizationRequest, interaction: Interaction | None, ask: Ask
) -> Response:
    """Sends the browser to the host's page, with the request parked under an id."""
    if interaction is not None and interaction.browser_digest is not None:
        return _see_other(provider.host.pages.page(ask.step, interaction.id))
    browser = browser_id(provider)
    lifetime = provider.settings.interaction_lifetime
    if interaction is None:
        check_parking(provider, request)
        interaction = provider.interactions.park(
            provider.session, request, lifetime=lifetime, browser=browser
        )
    else:
        provider.interactions.bind(provider.session, interaction, browser, lifetime)
    provider.session.commit()
    return _with_browser(provider, provider.host.pages.page(ask.step, interaction.id), browser)


def _park_unbound(provider: Provider, request: AuthorizationRequest) -> Response:
    """A POST from another site carries no SameSite cookies: go on with a GET that does."""
    check_parking(provider, request)
    lifetime = provider.settings.interaction_lifetime
    interaction = provider.interactions.park(provider.session, request, lifetime=lifetime)
    provider.session.commit()
    return _see_other(resumption_path(interaction.id))


def _bind(provider: Provider, interaction: Interaction) -> Response:
    browser, lifetime = browser_id(provider), provider.settings.interaction_lifetime
    provider.interactions.bind(provider.session, interaction, browser, lifetime)
    provider.session.commit()
    return _with_browser(provider, resumption_path(interaction.id), browser)


def _see_other(location: str) -> Response:
    return Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


def _with_browser(provider: Provider, location: str, browser: str) -> Response:
    response = _see_other(location)
    set_browser_cookie(provider, response, browser)
    return response


def _issue(
    provider: Provider,
    client: Client,
    request: AuthorizationRequest,
    login: Login,
    interaction: Interaction | None,
) -> Response:
    """The code, with its grant: one INSERT, which also decides that a parked request is used once.

    The grant of a parked request has the request's id as its own, so a second answer collides.
    """
    request_id = interaction.id if interaction is not None else None
    grant = new_grant(provider, client, request, login, "code", request_id)
    try:
        grants.save(provider.session, grant)
    except IntegrityError:
        provider.session.rollback()
        return answered_before(provider, client, login, interaction)
    provider.session.commit()
    assert request.response_target is not None
    code = provider.token_issuer.code(grant, client)
    return respond(provider, request.response_target, {"code": code})


def _approve(
    provider: Provider,
    client: Client,
    request: AuthorizationRequest,
    login: Login,
    interaction: Interaction,
) -> Response:
    """The device may have its tokens; the person goes back to it."""
    if not device_approval.approve(provider, client, request, login, interaction.id):
        provider.session.rollback()
        return provider.host.pages.gone_page(InteractionGone("used"))
    provider.session.commit()
    return provider.host.pages.device_page(approved=True)
