"""Leaving before anything was allowed: whoever began the sign-in is told no, once.

The application gets ``access_denied`` (RFC 6749 4.1.2.1), a device hears it at its next question
(RFC 8628 3.5), and a sign-in for a page of our own goes back there.
"""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.audit.trail import Event, record
from app.database import db
from app.elements import current_federation
from app.pages import parked as parked_request
from app.pages import person, ticket_cookie
from app.pages.asked_by import overdue
from app.pages.blueprint import pages
from app.pages.device_code import left_page
from app.pages.parked import SignInRequest
from app.pages.scan import TICKET
from app.pages.which_account import questions
from app.web.rate_limits import limiter
from oidc.authorization.endpoint import finish_with_error
from oidc.protocol.errors import InteractionGone, OAuthError
from oidc.provider import current_provider

LIMIT = "30/minute"


@pages.post("/sign-in/<interaction_id>/cancel")
@limiter.limit(LIMIT)
def cancel(interaction_id: str) -> ResponseReturnValue:
    """ "Back to the application", from any page before something was allowed."""
    try:
        parked = parked_request.load_any(interaction_id)
    except InteractionGone as gone:
        late = overdue(interaction_id, gone) if gone.reason == "expired" else None
        if late is None:
            raise
        parked = late
    return _leave(parked)


@pages.post(f"{TICKET}/cancel")
@limiter.limit(LIMIT)
def cancel_ticket(interaction_id: str, ticket_id: str) -> ResponseReturnValue:
    """The same while a code waits to be scanned: who scans it afterwards confirms nothing."""
    parked = parked_request.load_any(interaction_id)
    keyring = current_provider().keyring
    if ticket_cookie.read(keyring, interaction_id, ticket_id) is not None:
        _withdraw(parked, ticket_id)
    return _leave(parked)


def _withdraw(parked: SignInRequest, ticket_id: str) -> None:
    if not current_federation().tickets.withdraw(db.session(), ticket_id, parked.binding):
        return
    clock = current_provider().clock
    seconds = max(0, clock() - parked.interaction.created_at)
    event = Event(
        "ticket.declined",
        client_id=parked.client_id,
        rule="left",
        outcome="refused",
        seconds=seconds,
    )
    record(db.session(), clock, event)


def _leave(parked: SignInRequest) -> ResponseReturnValue:
    """Commits. What was answered a moment before stays so, and the page says where to go."""
    provider = current_provider()
    if parked.task == "sign_in":
        refusal = OAuthError("access_denied", "The person went back without signing in.")
        return finish_with_error(provider, parked.interaction, refusal)
    provider.interactions.finish(db.session(), parked.id)
    db.session.commit()
    return _back(parked)


def _back(parked: SignInRequest) -> ResponseReturnValue:
    if parked.task == "prove":
        asked, token = parked.interaction.host_state["for"], questions.token_of(parked)
        page = url_for("pages.which_account", interaction_id=asked, token=token)
        return redirect(page, 303)
    if person.signed_in(None) is not None:
        return redirect(url_for("pages.account"), 303)
    return left_page()
