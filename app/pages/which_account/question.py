"""The page for association rule ``ask``: is this identity a new person, or somebody known?"""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.identification.association import Question
from app.database import db
from app.elements import current_federation, passwords_are_on
from app.pages import parked as parked_request
from app.pages import person, self_service
from app.pages.blueprint import pages
from app.pages.connections import chosen, name_of, name_of_all, offers_here
from app.pages.moments import moment
from app.pages.parked import SignInRequest
from app.pages.password import sent_username
from app.pages.sign_in import begin_with
from app.pages.which_account import answers, questions
from app.pages.which_account.proof import Proven, name_account
from app.sign_in import question_token
from app.sign_in.local_passwords import passwords
from app.sign_in.tries import password_tried
from app.web.rate_limits import limiter

WHICH = "/sign-in/<interaction_id>/which/<token>"


@pages.get(WHICH)
def which_account(interaction_id: str, token: str) -> ResponseReturnValue:
    """Is this identity somebody new, or somebody who has an account here?"""
    parked = parked_request.load_any(interaction_id)
    question = questions.read(parked, token)
    if question is None:
        return redirect(parked.onward, 303)
    return _page(parked, token, question)


@pages.post(f"{WHICH}/new")
def answer_new(interaction_id: str, token: str) -> ResponseReturnValue:
    """ "I am new here"."""
    parked = parked_request.load_any(interaction_id)
    question = questions.read(parked, token)
    if question is None or not question.may_create:
        return redirect(parked.onward, 303)
    return answers.new_account(parked, token, question)


@pages.post(f"{WHICH}/link")
def answer_link(interaction_id: str, token: str) -> ResponseReturnValue:
    """ "I already have an account", proven by its password."""
    parked = parked_request.load_any(interaction_id)
    question = questions.read(parked, token)
    if question is None or not passwords_are_on():
        return redirect(parked.onward, 303)
    given = request.form.get("password", "")
    with password_tried("person", sent_username()) as this:
        proven = passwords().verify(db.session(), sent_username(), given)
        this.succeeded = proven is not None
    if proven is None:
        problem = _("The user name or the password is wrong.")
        return _page(parked, token, question, problem=problem), 401
    return name_account(parked, Proven(token, proven, "local_password"))


@pages.post(f"{WHICH}/prove")
@limiter.limit("30/minute")
def begin_proof(interaction_id: str, token: str) -> ResponseReturnValue:
    """ "I already have an account", to be proven by another way in that it has."""
    parked = parked_request.load_any(interaction_id)
    if questions.read(parked, token) is None:
        return redirect(parked.onward, 303)
    button = chosen(parked, request.form.get("connection", ""))
    kept = {"for": parked.id, "question": question_token.sealed(token)}
    return begin_with(self_service.park("prove", parked.found, **kept), button)


def _page(parked: SignInRequest, token: str, question: Question, problem: str = "") -> str:
    proofs = [button.connection for button in offers_here(parked).buttons]
    asked = current_federation().connections.get(db.session(), question.connection_id)
    return render_template(
        "which_account.html",
        application=parked.application,
        interaction_id=parked.id,
        token=token,
        identity=questions.identity_of(question),
        signed_in_as=person.signed_in(None),
        in_app=parked.is_in_app,
        moment=moment,
        may_create=question.may_create,
        proofs=proofs,
        proofs_name=name_of_all(proofs),
        source_name=name_of(asked.source if asked else None),
        password=passwords_are_on(),
        problem=problem,
        username=sent_username() if problem else "",
    )
