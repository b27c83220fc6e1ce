"""The pages that ask to go on as somebody: for ``prompt=select_account``, where another may be
chosen, and for applications whose answer any program on the device could receive, with one button.
"""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.database import db
from app.pages import parked as parked_request
from app.pages import person
from app.pages.blueprint import pages
from app.pages.parked import page, resume
from oidc.provider import current_provider


@pages.get("/select-account/<interaction_id>")
def ask_account(interaction_id: str) -> ResponseReturnValue:
    """Who is signed in here, and the way to be somebody else."""
    return _page("select_account.html", interaction_id)


@pages.post("/select-account/<interaction_id>")
def decide_account(interaction_id: str) -> ResponseReturnValue:
    """Notes the choice; another person signs in as for any request."""
    if request.form.get("decision") == "other":
        return redirect(page("login", parked_request.load(interaction_id).id), 303)
    return _go_on(interaction_id)


@pages.get("/continue/<interaction_id>")
def ask_continue(interaction_id: str) -> ResponseReturnValue:
    """Who would be signed in to the application; nothing goes there before a person says so."""
    return _page("continue.html", interaction_id)


@pages.post("/continue/<interaction_id>")
def continue_as(interaction_id: str) -> ResponseReturnValue:
    """Somebody is there and goes on."""
    return _go_on(interaction_id)


def _page(template: str, interaction_id: str) -> ResponseReturnValue:
    parked = parked_request.load(interaction_id)
    who = person.signed_in(parked.client.client_id)
    if who is None:
        return redirect(resume(parked.id), 303)
    return render_template(
        template, application=parked.application, interaction_id=parked.id, person=who
    )


def _go_on(interaction_id: str) -> ResponseReturnValue:
    """Notes who goes on, if it is who the page named, and leads back to the dispatcher."""
    parked = parked_request.load(interaction_id)
    who = person.signed_in(parked.client.client_id)
    if who and who.sid == request.form.get("session"):
        current_provider().interactions.note_choice(db.session(), parked.id, who.subject)
        db.session.commit()
    return redirect(resume(parked.id), 303)
