"""Signing out of this browser: a question first, so that no link can do it to somebody."""

from flask import request
from flask.typing import ResponseReturnValue

from app.database import db
from app.pages.blueprint import pages
from app.pages.sign_out_pages import question_page, still_signed_in_page
from app.sessions import browser, cookie
from oidc.endpoints.end_session import finish
from oidc.provider import current_provider


@pages.get("/sign-out")
def ask_sign_out() -> ResponseReturnValue:
    """Asks whether to sign out of this browser; no link alone can do it."""
    return question_page()


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Ends the session of this browser, or leaves it alone."""
    if request.form.get("decision") != "leave":
        return still_signed_in_page()
    if not _is_about_who_is_here(request.form.get("session")):
        return question_page()
    return finish(current_provider(), request.form.get("request", ""))


def _is_about_who_is_here(sid: str | None) -> bool:
    """False for an answer that was given while somebody else was signed in."""
    provider = current_provider()
    token = cookie.token(secure=provider.settings.secure)
    found = browser.get(db.session(), provider.clock, token)
    return not sid or found is None or found.sid == sid
