"""Proving that an account is one's own, to connect it with an identity that nobody knows yet."""

from flask import url_for
from flask.typing import ResponseReturnValue

from app.accounts.identification import association
from app.database import db
from app.pages import parked as parked_request
from app.pages.connections import enabled_one
from app.pages.errors import error_page
from app.pages.new_session import finish_sign_in
from app.pages.parked import SignInRequest
from app.pages.which_account import questions
from federation.connections import Connection
from federation.identity import Identity
from oidc.provider import current_provider


def prove(parked: SignInRequest, identity: Identity, connection: Connection) -> ResponseReturnValue:
    """Answers the question that the proof is for, with the account of who just signed in. Commits.

    An identity that nobody knows proves nothing, and creates nothing here.
    """
    asked = parked_request.load_any(parked.interaction.host_state["for"])
    token = questions.token_of(parked)
    account_id = association.account_known_by(db.session(), identity)
    if account_id is None:
        db.session.commit()  # the ticket is spent
        page = url_for("pages.which_account", interaction_id=asked.id, token=token)
        return error_page("proof_unknown", again=page)
    current_provider().interactions.finish(db.session(), parked.id)
    return link_proven(asked, token, account_id, proof=connection.id)


def link_proven(
    parked: SignInRequest, token: str, account_id: str, *, proof: str
) -> ResponseReturnValue:
    """Connects the identity with the account, and signs the person in to it. Commits."""
    provider = current_provider()
    question = questions.read(parked, token)
    if question is None:
        db.session.commit()
        return error_page("expired", again=parked.onward)
    connection = enabled_one(parked, question.connection_id)
    outcome = association.answer_link(
        db.session(),
        provider.keyring,
        provider.clock,
        token,
        parked.binding,
        connection,
        account_id,
        proof=proof,
    )
    return finish_sign_in(parked, outcome, connection)
