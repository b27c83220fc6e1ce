"""How a request stands with whoever is in this browser: what has happened, what is left to ask."""

from oidc.authorization.dispatcher import Ask, next_step
from oidc.clients.client import Client
from oidc.host import Login
from oidc.interactions.store import Interaction, InteractionState
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.protocol.errors import Busy
from oidc.provider import Provider


def interaction_state(
    provider: Provider,
    client: Client,
    request: AuthorizationRequest,
    login: Login | None,
    interaction: Interaction | None,
) -> InteractionState:
    wrong_person = (
        login is not None
        and request.subject_hint is not None
        and provider.subjects.subject_for(client, login.subject) != request.subject_hint
    )
    if interaction is None or login is None:
        return InteractionState(wrong_person=wrong_person)
    if login.pending is not None:
        return InteractionState(logged_in=True, wrong_person=wrong_person)
    return interaction.state_for(login.subject, login.sid, wrong_person)


def asked_of_apis(provider: Provider, request: AuthorizationRequest) -> frozenset[str]:
    """What the request asks for at each API: a person allows that, not a scope wherever it is."""
    if not request.resources:
        return frozenset()
    apis = provider.apis.current(provider.session)
    return apis.consent_entries(request.scopes, request.resources)


def may_go_on(provider: Provider, interaction: Interaction) -> bool:
    """Whether somebody has signed in in this browser since the request came, in another tab for
    instance, so that the page to sign in on has nothing left to ask."""
    client = provider.clients.get(provider.session, interaction.client_id)
    login = provider.host.people.login(interaction.client_id, interaction.host_state)
    if client is None or login is None or login.auth_time < interaction.created_at:
        return False
    request = interaction.request
    state = interaction_state(provider, client, request, login, interaction)
    reachable = provider.settings.acr_values
    decision = next_step(request, login, True, state, provider.clock(), reachable)
    return not isinstance(decision, Ask) or decision.step == "consent"


def check_parking(provider: Provider, request: AuthorizationRequest) -> None:
    """Lets no address fill the table of requests that wait.

    Whoever is signed in is not counted. A POST of another site brings no cookie, and so is.

    :raises Busy: told to the application like any error.
    """
    if (
        provider.host.people.login(request.client_id, {}) is None
        and not provider.host.limits.may_park()
    ):
        raise Busy("Too many requests came from this address; wait a minute.", 60)
