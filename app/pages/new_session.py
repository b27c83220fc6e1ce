"""A session in this browser: how every way to sign in ends that knows whose account it is."""

from dataclasses import replace

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.identification import association, source_tokens
from app.accounts.identification.outcomes import Ask, SignedIn, SignInRefused
from app.accounts.identification.sign_in import sign_in
from app.database import db
from app.elements import current_federation
from app.pages.errors import error_page
from app.pages.linking import link_here
from app.pages.parked import SignInRequest
from app.pages.person import lifetimes
from app.pages.which_account.proof import prove
from app.sessions import at_source, browser, cookie
from app.sign_in.ticket_description import confirmed_here
from app.web.client_address import client_address
from federation.connections import Connection
from federation.identity import Identity, SourceSession
from federation.tickets import ConfirmedFrom
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
            amr=outcome.amr or source.amr,
            acr=source.acr or None,
            connection_id=connection.id,
            identity=outcome.identity,
            there=outcome.at_source,
        )
    db.session.commit()  # the ticket is spent and the refusal is in the log
    choose = url_for("pages.choose", interaction_id=parked.id, ways="all")
    return error_page(outcome.reason, other=choose)


def begin_session(
    parked: SignInRequest,
    account_id: str,
    *,
    amr: tuple[str, ...],
    acr: str | None,
    connection_id: str | None = None,
    identity: str | None = None,
    there: SourceSession | None = None,
) -> ResponseReturnValue:
    """A fresh session in this browser, and back to the dispatcher. Commits.

    :param there: the session at the source that it begins by.
    """
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
    if there is not None and connection_id is not None:
        at_source.keep(
            db.session(),
            provider.keyring,
            new_session.sid,
            connection_id,
            there,
            new_session.expires_at,
        )
    provider.interactions.note_login(db.session(), parked.id, new_session.sid)
    db.session.commit()
    response = make_response(redirect(parked.onward, 303))
    lifetime = new_session.expires_at - new_session.auth_time
    cookie.put(response, new_session.token, lifetime, secure=provider.settings.secure)
    return response


def continue_with(
    parked: SignInRequest,
    identity: Identity,
    connection: Connection,
    ticket_id: str | None = None,
    way: str = "redirect",
) -> ResponseReturnValue:
    """Signs the person in whom the source has named, asks them, or says why not. Commits, once.

    Where the sign-in is a proof, or adds another way in, nobody is signed in by it.

    :param ticket_id: of the ticket that was confirmed on a phone; None where it was this browser.
    :param way: how they came, for the log.
    """
    if parked.task == "link":
        return link_here(parked, identity, connection)
    if parked.task == "prove":
        return prove(parked, identity, connection)
    if parked.task == "account":
        # Looking at one's account creates none.
        connection = replace(connection, login_only=True)
    clock, client_id = current_provider().clock, parked.client_id
    begun_at = parked.interaction.created_at
    outcome = sign_in(
        db.session(), identity, connection, clock, client_id=client_id, begun_at=begun_at, way=way
    )
    if isinstance(outcome, Ask):
        return _ask(parked, outcome, ticket_id)
    if identity.tokens is not None and isinstance(outcome, SignedIn):
        source_tokens.keep(
            db.session(), current_provider().keyring, clock(), connection.id, identity
        )
    return finish_sign_in(parked, outcome, connection)


def _ask(parked: SignInRequest, ask: Ask, ticket_id: str | None) -> ResponseReturnValue:
    """Parks the question, for this request of this browser alone. Commits."""
    provider, session = current_provider(), db.session()
    confirmed_from: ConfirmedFrom | None = confirmed_here()
    if ticket_id is not None:
        confirmed_from = current_federation().tickets.confirmed_from(session, ticket_id)
    token = association.park(
        session, provider.keyring, provider.clock, ask, parked.binding, confirmed_from
    )
    db.session.commit()
    page = url_for("pages.which_account", interaction_id=parked.id, token=token)
    return redirect(page, 303)
