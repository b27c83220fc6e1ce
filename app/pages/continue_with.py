"""What follows once a source has said who somebody is: by what the sign-in was for."""

from dataclasses import replace

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.identification import association
from app.accounts.identification.outcomes import Ask
from app.accounts.identification.sign_in import sign_in
from app.database import db
from app.pages.linking import link_here
from app.pages.new_session import finish_sign_in
from app.pages.parked import SignInRequest
from app.pages.which_account.proof import prove
from app.sign_in.confirmed_here import confirmed_here
from app.sign_in.federation import current_federation
from federation.connections import Connection
from federation.identity import Identity
from federation.tickets import ConfirmedFrom
from oidc.provider import current_provider


def continue_with(
    parked: SignInRequest,
    identity: Identity,
    connection: Connection,
    ticket_id: str | None = None,
) -> ResponseReturnValue:
    """Signs the person in whom the source has named, asks them, or says why not. Commits, once.

    Where the sign-in is a proof, or adds another way in, nobody is signed in by it.

    :param ticket_id: of the ticket that was confirmed on a phone; None where it was this browser.
    """
    if parked.task == "link":
        return link_here(parked, identity, connection)
    if parked.task == "prove":
        return prove(parked, identity, connection)
    if parked.task == "account":
        # Looking at one's account creates none.
        connection = replace(connection, login_only=True)
    clock, client_id = current_provider().clock, parked.client_id
    outcome = sign_in(db.session(), identity, connection, clock, client_id=client_id)
    if isinstance(outcome, Ask):
        return _ask(parked, outcome, ticket_id)
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
