"""The page for ``prompt=select_account``: go on as this person, or sign in as another."""

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
    parked = parked_request.load(interaction_id)
    who = person.signed_in(parked.client.client_id)
    if who is None:
        return redirect(resume(parked.id), 303)
    return render_template(
        "select_account.html",
        application=parked.application,
        interaction_id=parked.id,
        person=who,
    )


@pages.post("/select-account/<interaction_id>")
def decide_account(interaction_id: str) -> ResponseReturnValue:
    """Notes the choice; another person signs in as for any request."""
    parked = parked_request.load(interaction_id)
    if request.form.get("decision") == "other":
        return redirect(page("login", parked.id), 303)
    who = person.signed_in(parked.client.client_id)
    if who and who.sid == request.form.get("session"):
        current_provider().interactions.note_choice(db.session(), parked.id, who.subject)
        db.session.commit()
    return redirect(resume(parked.id), 303)
