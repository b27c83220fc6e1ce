"""The sign-in page: one button per connection, and what pressing one begins."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.database import db
from app.elements import current_federation
from app.pages import parked as parked_request
from app.pages import person, ticket_cookie
from app.pages.blueprint import pages
from app.pages.connections import chosen, is_enough, name_of, name_of_all, ways_here
from app.pages.parked import SignInRequest, onward_if_settled
from app.pages.redirection import redirect_to_upstream
from app.pages.ticket_cookie import Presentation, StartedTicket
from app.pages.which_account import questions
from app.sign_in.ticket_description import describe
from app.web.client_address import address_counted, client_address
from app.web.rate_limits import (
    TICKETS_OF_ADDRESS,
    TICKETS_OF_CONNECTION,
    allows,
    check,
    limiter,
)
from federation.devices import ConnectionButton, label_of
from federation.errors import Misconfigured
from federation.upstreams import LaunchUpstream, RedirectUpstream
from oidc.provider import current_provider

BEGUN = "12/minute"
"""Tickets of one request, and journeys to a source's page."""


def _sign_in() -> str:
    return str((request.view_args or {})["interaction_id"])


@pages.get("/sign-in/<interaction_id>")
def choose(interaction_id: str) -> ResponseReturnValue:
    """The ways to sign in that make sense in this browser; first, a question that waits.

    Where there is one way alone it is begun at once; ``ways`` in the address asks for the page.
    """
    parked = parked_request.load_any(interaction_id)
    if onward := onward_if_settled(parked):
        return onward
    if parked.is_in_app and "ways" not in request.args:
        token = questions.token_of(parked)
        if questions.read(parked, token) is not None:
            page = url_for("pages.which_account", interaction_id=parked.id, token=token)
            return redirect(page, 303)
    only = ways_here(parked).only
    if only is not None and _begins_unasked(parked, only) and _may_begin(parked):
        return begin_with(parked, only)
    return sign_in_page(parked)


def _begins_unasked(parked: SignInRequest, button: ConnectionButton) -> bool:
    """Whether the only way is begun without a page before it.

    A code to scan is a page itself, which says who asks. A source that takes the browser away at
    once comes after a page wherever that page has something to say: who is signed in here, what
    an application's links lead to, or that nobody knows the application.
    """
    if "ways" in request.args or parked.task not in ("sign_in", "account"):
        return False
    if button.way.begins != "redirect":
        return True
    if parked.is_in_app or parked.interaction.host_state.get("again"):
        return False
    return _has_nothing_to_say(parked) and person.signed_in(None) is None


def _has_nothing_to_say(parked: SignInRequest) -> bool:
    if parked.found is None:
        return True
    application = parked.application
    links = application.policy_uri or application.tos_uri
    return parked.found.is_vouched_for and not links


def _may_begin(parked: SignInRequest) -> bool:
    """Whether a page that is opened again and again still begins something each time."""
    return allows(BEGUN, "begun unasked", parked.id) and allows(
        TICKETS_OF_ADDRESS, "begun unasked", address_counted()
    )


@pages.post("/sign-in/<interaction_id>")
@limiter.limit(TICKETS_OF_ADDRESS)
@limiter.limit(BEGUN, key_func=_sign_in)
def begin(interaction_id: str) -> ResponseReturnValue:
    """Goes to the source's own page, or opens a ticket and shows its page, by the button."""
    parked = parked_request.load_any(interaction_id)
    return begin_with(parked, chosen(parked, request.form.get("connection", "")))


def begin_with(parked: SignInRequest, button: ConnectionButton) -> ResponseReturnValue:
    """Begins to sign in by this button, for this request. Commits."""
    connection = button.connection
    upstream = current_federation().upstream(connection)
    if isinstance(upstream, RedirectUpstream):
        db.session.commit()
        return redirect_to_upstream(parked, connection, upstream)
    started = _open_ticket(parked, button)
    db.session.commit()
    scan = url_for("pages.scan", interaction_id=parked.id, ticket_id=started.ticket_id)
    response = make_response(redirect(scan, 303))
    ticket_cookie.put(response, current_provider().keyring, parked.id, started)
    return response


def sign_in_page(parked: SignInRequest, *, problem: str | None = None, username: str = "") -> str:
    """The page itself; also shown again when a password was wrong."""
    ways = ways_here(parked)
    offers, asked = ways.offers, parked.interaction.request
    connections = [each.connection for each in ways.buttons]
    advised = offers.advised
    return render_template(
        "sign_in.html",
        application=parked.application,
        interaction_id=parked.id,
        task=parked.task,
        again=parked.interaction.host_state.get("again", False),
        connections=connections,
        source_name=name_of_all(connections),
        advice=offers.advice if advised and is_enough(asked, advised.acr) else None,
        advised=name_of(advised),
        password=ways.password,
        passkey=ways.passkey,
        problem=problem,
        username=username or asked.login_hint or "",
        signed_in_as=person.signed_in(None) if parked.task == "sign_in" else None,
    )


def _open_ticket(parked: SignInRequest, button: ConnectionButton) -> StartedTicket:
    connection = button.connection
    if not isinstance(current_federation().upstream(connection), LaunchUpstream):
        detail = f"{connection.mode} has no code to scan"
        raise Misconfigured(detail, credential_id=connection.credential.id)
    check(TICKETS_OF_CONNECTION, "tickets", connection.id)
    way = _way(button)
    application = parked.application
    opened = current_federation().tickets.open(
        db.session(),
        connection.id,
        "link" if parked.task == "link" else way,
        parked.binding,
        describe(
            name=application.name,
            host=application.host or application.scheme,
            logo_uri=application.logo,
            device=label_of(request.user_agent.string),
            ip=client_address(),
            requested_at=current_provider().clock(),
            action="link" if parked.task in ("link", "prove") else "sign_in",
            link=questions.what_is_linked(parked) if parked.task in ("link", "prove") else None,
            way=way,
            client_id=parked.client_id,
            account=parked.interaction.host_state.get("account"),
            registered_itself=application.registered_itself,
        ),
    )
    return StartedTicket(opened.id, connection.id, opened.scene, opened.number, way)


def _way(button: ConnectionButton) -> Presentation:
    """A phone opens the app itself, unless the person says that it is on another one."""
    wished = request.form.get("way")
    if wished in ("scan", "link"):
        return "scan" if wished == "scan" else "link"
    return "scan" if button.way.begins == "scan" else "link"
