"""The browsers in which the person is signed in, and signing out of them."""

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.trail import Event, record
from app.database import db
from app.pages.account.current_account import Here, for_person
from app.pages.blueprint import pages
from app.pages.person import lifetimes
from app.sessions import browser
from app.sessions.browser import BrowserSession, Ended
from app.web.rate_limits import limiter
from federation.devices import label_of
from oidc.logout.session_end import end_sessions
from oidc.provider import current_provider


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as the page shows it."""

    sid: str
    device: str
    ip: str | None
    since: int
    last_seen: int
    is_here: bool


def sessions_of(here: Here) -> list[Shown]:
    """The person's sessions, this browser first."""
    clock = current_provider().clock
    found = browser.of_account(db.session(), clock, here.subject, lifetimes=lifetimes())
    return sorted((_shown(one, here) for one in found), key=lambda one: not one.is_here)


@pages.post("/account/sessions/end")
@limiter.limit("30/minute")
@for_person
def end_session(here: Here) -> ResponseReturnValue:
    """Signs one other browser out; this one has its own page for that."""
    sid = request.form.get("sid", "")[:64]
    if sid == here.session.sid:
        return redirect(url_for("pages.ask_sign_out"), 303)
    ended = browser.end_by_sid(db.session(), here.subject, sid)
    _end(here, [ended] if ended else [])
    flash(_("That browser is signed out."))
    return redirect(url_for("pages.account"), 303)


@pages.post("/account/sessions/end-others")
@limiter.limit("30/minute")
@for_person
def end_other_sessions(here: Here) -> ResponseReturnValue:
    """Signs every other browser out."""
    _end(here, browser.end_all(db.session(), here.subject, but=here.session.sid))
    flash(_("All other browsers are signed out."))
    return redirect(url_for("pages.account"), 303)


def _end(here: Here, ended: list[Ended]) -> None:
    provider = current_provider()
    end_sessions(provider, ended)
    for one in ended:
        event = Event("session.ended", here.actor, one.subject)
        record(db.session(), provider.clock, event)
    db.session.commit()


def _shown(one: BrowserSession, here: Here) -> Shown:
    device = label_of(one.user_agent or "") or _("an unknown browser")
    is_here = one.sid == here.session.sid
    return Shown(one.sid, device, one.ip, one.auth_time, one.last_seen, is_here)
