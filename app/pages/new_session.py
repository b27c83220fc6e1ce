"""A session in this browser: how every way to sign in ends that knows whose account it is."""

from flask import current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.identification.outcomes import SignedIn, SignInRefused
from app.database import db
from app.pages.errors import error_page
from app.pages.parked import SignInRequest
from app.sessions import browser, cookie
from app.web.client_address import client_address
from federation.connections import Connection
from oidc.logout.session_end import end_sessions
from oidc.provider import current_provider


def finish_sign_in(
    parked: SignInRequest, outcome: SignedIn | SignInRefused, connection: Connection
) -> ResponseReturnValue:
    """Begins the session, or says why there is none. Commits."""
    if isinstance(outcome, SignedIn):
        source = connection.source
        return begin_session(
            parked,
            outcome.subject,
            amr=source.amr,
            acr=source.acr or None,
            connection_id=connection.id,
            identity=outcome.identity,
        )
    db.session.commit()  # the ticket is spent and the refusal is in the log
    choose = url_for("pages.choose", interaction_id=parked.id)
    return error_page(outcome.reason, other=choose)


def begin_session(
    parked: SignInRequest,
    account_id: str,
    *,
    amr: tuple[str, ...],
    acr: str | None,
    connection_id: str | None = None,
    identity: str | None = None,
) -> ResponseReturnValue:
    """A fresh session in this browser, and back to the dispatcher. Commits."""
    provider = current_provider()
    new_session = browser.begin(
        db.session(),
        provider.clock,
        account_id,
        amr=amr,
        acr=acr,
        connection_id=connection_id,
        identity=identity,
        user_agent=request.user_agent.string,
        ip=client_address(),
        replacing=cookie.token(secure=provider.settings.secure),
        lifetimes=lifetimes(),
    )
    if new_session.ended is not None:
        end_sessions(provider, [new_session.ended])
    provider.interactions.note_login(db.session(), parked.id, new_session.sid)
    db.session.commit()
    response = make_response(redirect(parked.onward, 303))
    lifetime = new_session.expires_at - new_session.auth_time
    cookie.put(response, new_session.token, lifetime, secure=provider.settings.secure)
    return response


def lifetimes() -> browser.SessionLifetimes:
    """How long sessions live in this deployment."""
    settings = current_app.extensions["settings"]
    return browser.SessionLifetimes(settings.session_idle_lifetime, settings.session_lifetime)
