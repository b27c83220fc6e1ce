"""The last page before a new identity is connected: which one, with whose account."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.identification.association import Question
from app.accounts.records import directory
from app.accounts.records.linking import sources_of
from app.audit.trail import Event, masked, record
from app.database import db
from app.elements import current_federation
from app.pages import parked as parked_request
from app.pages import person
from app.pages.blueprint import pages
from app.pages.connections import name_of, name_or
from app.pages.moments import moment
from app.pages.parked import SignInRequest
from app.pages.which_account import answers, questions
from app.pages.which_account.proof import Proven, proven_for
from app.pages.which_account.question import WHICH
from app.pages.which_account.questions import ending_of
from app.sign_in.client_display import colour, initial
from app.web.rate_limits import limiter
from oidc.authorization.endpoint import finish_with_error
from oidc.protocol.errors import OAuthError
from oidc.provider import current_provider


@pages.get(f"{WHICH}/connect")
def ask_connect(interaction_id: str, token: str) -> ResponseReturnValue:
    """Whose account it was that was proven, and what would be connected with it."""
    parked = parked_request.load_any(interaction_id)
    question, proven = questions.read(parked, token), proven_for(parked, token)
    if question is None or proven is None:
        return _to_the_question(parked, token)
    return _page(parked, token, question, proven)


@pages.post(f"{WHICH}/connect")
@limiter.limit("30/minute")
def connect_proven(interaction_id: str, token: str) -> ResponseReturnValue:
    """ "Connect them." """
    parked = parked_request.load_any(interaction_id)
    question, proven = questions.read(parked, token), proven_for(parked, token)
    if question is None or proven is None:
        return _to_the_question(parked, token)
    return answers.proven_account(parked, token, question, proven)


@pages.post(f"{WHICH}/decline")
@limiter.limit("30/minute")
def decline_question(interaction_id: str, token: str) -> ResponseReturnValue:
    """ "That was not me": the app that began is told no, and administrators can read of it."""
    parked = parked_request.load_any(interaction_id)
    question = questions.read(parked, token)
    if question is None or not parked.is_in_app:
        return _to_the_question(parked, token)
    provider = current_provider()
    event = Event(
        "sign_in.refused",
        client_id=question.client_id,
        connection_id=question.connection_id,
        rule="answered_not_me",
        outcome="refused",
    )
    record(db.session(), provider.clock, event)
    refusal = OAuthError("access_denied", "The person did not begin this sign-in.")
    return finish_with_error(provider, parked.interaction, refusal)


def _to_the_question(parked: SignInRequest, token: str) -> ResponseReturnValue:
    return redirect(url_for("pages.which_account", interaction_id=parked.id, token=token), 303)


def _page(parked: SignInRequest, token: str, question: Question, proven: Proven) -> str:
    account = directory.get(db.session(), proven.account_id)
    name = name_or(account.name if account else None, question.connection_id)
    here = person.signed_in(None)
    return render_template(
        "connect_account.html",
        application=parked.application,
        interaction_id=parked.id,
        token=token,
        identity=questions.identity_of(question),
        name=name,
        initial=initial(name),
        colour=colour(proven.account_id),
        username=account.username if account else None,
        phone=masked(account.phone) if account else None,
        known=[
            (name_of(current_federation().sources.get(source.source_id)), ending_of(source.value))
            for source in sources_of(db.session(), proven.account_id)
        ],
        signed_in_as=here,
        is_switched=here is not None and here.subject != proven.account_id,
        in_app=parked.is_in_app,
        moment=moment,
    )
