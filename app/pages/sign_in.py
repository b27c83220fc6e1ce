"""The sign-in page: one button per connection, and what pressing one begins."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.database import db
from app.pages import parked as parked_request
from app.pages import ticket_cookie
from app.pages.blueprint import pages
from app.pages.connections import chosen, offers_here
from app.pages.parked import SignInRequest
from app.pages.redirection import redirect_to_upstream
from app.pages.second_copies import onward_if_settled
from app.pages.ticket_cookie import Presentation, StartedTicket
from app.pages.which_account import questions
from app.sign_in.contexts import ACR, PASSWORD_ACR
from app.sign_in.federation import current_federation
from app.sign_in.local_passwords import passwords_are_on
from app.sign_in.ticket_description import describe
from app.web.rate_limits import TICKETS_OF_ADDRESS, TICKETS_OF_CONNECTION, check, limiter
from federation.devices import ConnectionButton, label_of
from federation.errors import Misconfigured
from federation.upstreams import LaunchUpstream, RedirectUpstream
from oidc.provider import current_provider


def _sign_in() -> str:
    return str((request.view_args or {})["interaction_id"])


@pages.get("/sign-in/<interaction_id>")
def choose(interaction_id: str) -> ResponseReturnValue:
    """The ways to sign in that make sense in this browser; first, a question that waits."""
    parked = parked_request.load_any(interaction_id)
    if onward := onward_if_settled(parked):
        return onward
    token = questions.token_of(parked) if parked.task == "sign_in" else ""
    if token and "ways" not in request.args and questions.read(parked, token) is not None:
        page = url_for("pages.which_account", interaction_id=parked.id, token=token)
        return redirect(page, 303)
    return sign_in_page(parked)


@pages.post("/sign-in/<interaction_id>")
@limiter.limit(TICKETS_OF_ADDRESS)
@limiter.limit("12/minute", key_func=_sign_in)
def begin(interaction_id: str) -> ResponseReturnValue:
    """Goes to WeChat's own page, or opens a ticket and shows its page, by the pressed button."""
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
    offers = offers_here(parked)
    authorization_request = parked.interaction.request
    only = (
        authorization_request.acr_values
        if authorization_request.acr_essential
        else (ACR, PASSWORD_ACR)
    )
    by_password = passwords_are_on() and parked.task in ("sign_in", "account")
    return render_template(
        "sign_in.html",
        application=parked.application,
        interaction_id=parked.id,
        task=parked.task,
        again=parked.interaction.host_state.get("again", False),
        connections=[button.connection for button in offers.buttons if ACR in only],
        advice=offers.advice if ACR in only else None,
        password=by_password and PASSWORD_ACR in only,
        problem=problem,
        username=username or authorization_request.login_hint or "",
    )


def _open_ticket(parked: SignInRequest, button: ConnectionButton) -> StartedTicket:
    connection = button.connection
    if not isinstance(current_federation().upstream(connection), LaunchUpstream):
        raise Misconfigured(f"{connection.mode} has no code to scan", app_id=connection.app.app_id)
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
            ip=request.remote_addr,
            requested_at=current_provider().clock(),
            action="link" if parked.task == "link" else "sign_in",
        ),
    )
    assert opened.number is not None  # tickets of these two kinds always have one
    return StartedTicket(opened.id, connection.id, opened.scene, opened.number, way)


def _way(button: ConnectionButton) -> Presentation:
    """A phone opens WeChat itself, unless the person says that WeChat is on another one."""
    wished = request.form.get("way")
    if wished in ("scan", "link"):
        return "scan" if wished == "scan" else "link"
    return "scan" if button.way == "scan" else "link"
