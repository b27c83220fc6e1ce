"""The page of somebody whom the application does not let in: why, whom to ask, and the way back.

Where the application takes requests for access, they ask for it here, and read here what became of
it. Whoever has been let in meanwhile goes on.
"""

from collections.abc import Sequence

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.audit.trail import Event, record
from app.database import db
from app.groups import people
from app.groups.admission import Standing, standing
from app.pages import parked as parked_request
from app.pages.blueprint import pages
from app.pages.brand import current_brand, link_of
from app.pages.moments import moment
from app.pages.parked import SignInRequest, resume
from app.sign_in.in_app_answer import NEW_AND_KEPT_OUT
from app.web.rate_limits import limiter
from oidc.authorization.dispatcher import KEPT_OUT
from oidc.authorization.endpoint import finish_with_error
from oidc.host import Login
from oidc.protocol.errors import OAuthError
from oidc.provider import current_provider

LIMIT = "30/minute"
NOTED = "kept_out"
"""Member of what is kept beside the request: for whom the log says already that they came."""


@pages.get("/access/<interaction_id>")
@limiter.limit(LIMIT)
def kept_out(interaction_id: str) -> ResponseReturnValue:
    """Why, and what can be done about it."""
    parked = parked_request.load(interaction_id)
    who = _login(parked)
    found = _standing(parked, who)
    if who is None or found is None or found.lets_in:
        return redirect(resume(parked.id), 303)
    _note(parked, who)
    name, links = _whom_to_ask(parked, found)
    return render_template(
        "kept_out.html",
        application=parked.application,
        interaction_id=parked.id,
        found=found,
        session=_mark(who),
        contact=name,
        contact_link=links,
        moment=moment,
        most=people.MOST_SENTENCE,
        is_new=_is_new(parked),
    )


@pages.post("/access/<interaction_id>")
@limiter.limit(LIMIT)
def answer_kept_out(interaction_id: str) -> ResponseReturnValue:
    """Asks for access, or goes back to the application, which is told ``access_denied``."""
    parked = parked_request.load(interaction_id)
    if request.form.get("decision") != "ask":
        refusal = OAuthError("access_denied", KEPT_OUT)
        return finish_with_error(current_provider(), parked.interaction, refusal)
    who = _login(parked)
    found = _standing(parked, who)
    if (
        who
        and found
        and _may_ask(found)
        and not _is_new(parked)
        and request.form.get("session") == _mark(who)
    ):
        _ask(parked, who)
    return redirect(resume(parked.id), 303)


def _ask(parked: SignInRequest, who: Login) -> None:
    session, clock = db.session(), current_provider().clock
    sentence = " ".join(request.form.get("sentence", "").replace("\0", " ").split())
    client_id = parked.client.client_id
    if people.ask(session, clock, client_id, who.subject, sentence):
        actor = f"person:{who.subject}"
        record(session, clock, Event("access.asked", actor, who.subject, client_id))
    session.commit()


def _is_new(parked: SignInRequest) -> bool:
    """Whether there is no account yet that somebody could let in: the app that began makes it."""
    return NEW_AND_KEPT_OUT in parked.interaction.host_state


def _may_ask(found: Standing) -> bool:
    return found.mode == "requests" and not found.lets_in and found.state is None


def _login(parked: SignInRequest) -> Login | None:
    """Who is signed in for this request: in this browser, or in the app that began."""
    host_state = parked.interaction.host_state
    return current_provider().host.people.login(parked.client.client_id, host_state)


def _standing(parked: SignInRequest, who: Login | None) -> Standing | None:
    if who is None or not who.limited:
        return None
    return standing(db.session(), parked.client.client_id, who.subject, who.connection)


def _mark(who: Login) -> str:
    """Whose answer a form carries; one given as somebody else asks for nobody."""
    return who.sid or who.subject


def _note(parked: SignInRequest, who: Login) -> None:
    """The log says so, once for each request and person."""
    kept = parked.interaction.host_state
    if kept.get(NOTED) == who.subject:
        return
    provider, session = current_provider(), db.session()
    subject = None if _is_new(parked) else who.subject
    facts = {"client_id": parked.client.client_id, "subject": subject}
    provider.host.audit.note("access.refused", **facts, outcome="refused")
    provider.interactions.keep(session, parked.id, {**kept, NOTED: who.subject})
    session.commit()


def _whom_to_ask(parked: SignInRequest, found: Standing) -> tuple[str, str | None]:
    """What an administrator wrote for this application, else what it registered, else whom this
    server names; and a link where it is an e-mail address or a web page."""
    registered: Sequence[str] = parked.client.metadata.contacts
    trusted = registered if parked.client.is_vouched_for else ()
    contact = found.contact or next(iter(trusted), "") or current_brand().contact
    return contact, link_of(contact)
