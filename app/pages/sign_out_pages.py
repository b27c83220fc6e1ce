"""The pages around signing out: the question, and what follows the answer."""

from collections.abc import Sequence

from flask import Response, make_response, render_template

from app.accounts.records import directory
from app.database import db
from app.pages import person
from app.pages.brand import worn_by
from app.pages.person import Person
from app.sign_in.client_display import ClientDisplay, from_client
from app.web.headers import FRAMES_AND, PAGE_POLICY
from app.web.i18n import current_language, wish_of_interaction
from oidc.logout_pages import LogoutQuestion, SignedOut
from oidc.provider import current_provider

PATIENCE = 5
"""Seconds after which the page goes on, whether or not the applications have answered."""


def question_page(question: LogoutQuestion | None = None) -> Response:
    """Asks whether to sign out; with ``question``, because an application wants it."""
    if question is not None:
        wish_of_interaction("", question.ui_locales)
    page = render_template(
        "sign_out.html",
        question=question,
        another=_another(question),
        application=_application(question.client_id if question else None),
    )
    return make_response(page, 400 if question is not None and question.problem else 200)


def signed_out_page(after: SignedOut) -> Response:
    """Says that it is done; loads what signs the person out of applications, then goes on.

    Only this page may frame anything, and only the addresses that it names (Front-Channel
    Logout 3). It waits for nobody longer than ``PATIENCE``.
    """
    wish_of_interaction("", after.ui_locales)
    page = render_template(
        "signed_out.html",
        signed_out=True,
        after=after,
        patience=PATIENCE,
        application=_application(after.client_id, after.onward),
    )
    response = make_response(page)
    if after.frames:
        origins = _without_repetition([frame.origin for frame in after.frames])
        response.headers["Content-Security-Policy"] = PAGE_POLICY + FRAMES_AND + origins
    return response


def still_signed_in_page() -> Response:
    """Says that nothing has happened."""
    return make_response(render_template("signed_out.html", signed_out=False, after=SignedOut()))


def _another(question: LogoutQuestion | None) -> Person | None:
    """Who is signed in here, where the application seems to mean somebody else."""
    who = person.signed_in(None) if question is not None and question.hint else None
    if question is None or who is None:
        return None
    account = directory.get(db.session(), who.subject)
    names = (account.username, account.email, account.phone) if account else ()
    known = {name.casefold() for name in (*question.known_as, *names) if name}
    return who if (question.hint or "").casefold() not in known else None


def _without_repetition(origins: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(origins))


def _application(client_id: str | None, address: str | None = None) -> ClientDisplay | None:
    client = current_provider().clients.get(db.session(), client_id)
    if client is None:
        return None
    branding = worn_by(db.session(), client.client_id)
    return from_client(client, current_language().tag, address, branding)
