"""Decides what happens to an authorization request: one pure function, and nothing else does.

What it decides by, of what is stored and of who is in this browser, is gathered at the end.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from oidc.clients.client import Client
from oidc.host import Login
from oidc.interactions import consents
from oidc.interactions.store import Interaction, InteractionState
from oidc.protocol.authorization_request import AuthorizationRequest
from oidc.protocol.errors import Busy
from oidc.protocol.redirect_uris import is_anybodys
from oidc.provider import Provider

KEPT_OUT = "The application does not let this person in."
Step = Literal["login", "select_account", "kept_out", "consent", "continue"]


@dataclass(frozen=True, slots=True)
class Issue:
    """Everything is settled: issue the code."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody must be asked on a page."""

    step: Step


@dataclass(frozen=True, slots=True)
class Refuse:
    """The request cannot be fulfilled; the client is told this error."""

    error: str
    hint: str


Decision = Issue | Ask | Refuse


# OpenID Connect Core 3.1.2.6: what prompt=none answers where a page would be needed.
_SILENT: dict[Step, tuple[str, str]] = {
    "login": ("login_required", "Nobody who fits the request is signed in."),
    "select_account": ("account_selection_required", "The person must choose an account."),
    # No page would change it, whatever a person did there (RFC 6749 4.1.2.1).
    "kept_out": ("access_denied", KEPT_OUT),
    "consent": ("consent_required", "The person has not yet allowed what is asked for."),
    "continue": (
        "interaction_required",
        "Any program on the device could ask in this application's name, so a person must go on.",
    ),
}


def next_step(
    request: AuthorizationRequest,
    login: Login | None,
    consented: bool,
    state: InteractionState,
    now: int,
    reachable: Collection[str] = (),
    *,
    provable: bool = True,
    let_in: bool = True,
) -> Decision:
    """What to do next with an authorization request (OpenID Connect Core 3.1.2.3 and 3.1.2.4).

    :param consented: the application is first-party, or the person has allowed all of this before.
    :param now: seconds since the epoch.
    :param reachable: the authentication contexts that a new sign-in can have.
    :param provable: the answer reaches nobody but the application: it authenticates, or has an
        https address of its own. Where it does not, nothing is issued that no person has touched
        (RFC 8252 8.6, RFC 6749 10.2).
    :param let_in: the application lets this person in.
    """
    step = _login_step(request, login, state, now, reachable)
    if step is None and not let_in:
        step = "kept_out"
    if step is None and login is not None and not _acr_met(request, login):
        return Refuse(
            "unmet_authentication_requirements",
            "No way of signing in here satisfies the acr that the request calls essential.",
        )
    if step is None:
        step = _consent_step(request, consented, state)
    if step is None and not (provable or _touched(state)):
        step = "continue"
    if step is None:
        return Issue()
    if "none" in request.prompt:
        return Refuse(*_SILENT[step])
    return Ask(step)


def _login_step(
    request: AuthorizationRequest,
    login: Login | None,
    state: InteractionState,
    now: int,
    reachable: Collection[str],
) -> Step | None:
    if login is None or state.wrong_person:
        return "login"
    if state.logged_in:
        return None
    if "login" in request.prompt or _too_old(request, login, now):
        return "login"
    if _can_step_up(request, login, reachable):
        return "login"
    if "select_account" in request.prompt and not state.chosen:
        return "select_account"
    return None


def _too_old(request: AuthorizationRequest, login: Login, now: int) -> bool:
    """OpenID Connect Core 3.1.2.1, max_age; 0 is the same as prompt=login."""
    if request.max_age is None:
        return False
    return request.max_age == 0 or now - login.auth_time > request.max_age


def _can_step_up(request: AuthorizationRequest, login: Login, reachable: Collection[str]) -> bool:
    """Whether another sign-in may have an acr that is asked for (RFC 9470 5).

    Asked once: a person who then signs in as before is let through, unless it is essential.
    """
    if "none" in request.prompt or not request.acr_values or login.acr in request.acr_values:
        return False
    return any(acr in reachable for acr in request.acr_values)


def _acr_met(request: AuthorizationRequest, login: Login) -> bool:
    """An essential acr must be one of those asked for (OpenID Connect Core 5.5.1.1)."""
    return not request.acr_essential or login.acr in request.acr_values


def _consent_step(
    request: AuthorizationRequest, consented: bool, state: InteractionState
) -> Step | None:
    if state.consented:
        return None
    if "consent" in request.prompt or not consented:
        return "consent"
    return None


def _touched(state: InteractionState) -> bool:
    """Whether somebody has done something on a page for this very request."""
    return state.logged_in or state.chosen or state.consented


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
        and provider.subjects.subject_for(client, login.subject, login.sid or "")
        != request.subject_hint
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


def reachable_contexts(provider: Provider, request: AuthorizationRequest) -> Collection[str]:
    """What a new sign-in could have, where the request asks for something of the kind at all."""
    return provider.host.contexts.reachable() if request.acr_values else ()


def may_go_on(provider: Provider, interaction: Interaction) -> bool:
    """Whether somebody has signed in in this browser since the request came, in another tab for
    instance, so that the page to sign in on has nothing left to ask."""
    client = provider.clients.get(provider.session, interaction.client_id)
    login = provider.host.people.login(interaction.client_id, interaction.host_state)
    if client is None or login is None or login.auth_time < interaction.created_at:
        return False
    request = interaction.request
    state = interaction_state(provider, client, request, login, interaction)
    reachable = reachable_contexts(provider, request)
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


def is_provable(client: Client, request: AuthorizationRequest) -> bool:
    """Whether an answer can reach nobody else than this application."""
    target = request.response_target
    return target is None or not client.is_public or not is_anybodys(target.redirect_uri)


def has_consented(
    provider: Provider, client: Client, request: AuthorizationRequest, login: Login | None
) -> bool:
    """Whether this person has allowed all of it before, or need not be asked."""
    if client.is_first_party:
        return True
    known = login and consents.of_login(provider.session, login, client.client_id)
    return bool(known and known.covers(request, asked_of_apis(provider, request)))
