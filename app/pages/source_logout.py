"""Logout between us and a source: what it tells of its sessions, and back from ending one there.

Back-channel: a signed token, from the source's server (OpenID Connect Back-Channel Logout 1.0).
Front-channel: a page of the source loads an address of ours in a frame, to which our cookies do
not come; the name of the source's session tells which of ours are meant.
"""

import json
import logging

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import and_

from app.accounts.claims import identity_digest
from app.audit.trail import Event, record
from app.database import db
from app.elements import current_federation
from app.pages.blueprint import pages
from app.pages.sign_out_pages import signed_out_page
from app.sessions import at_source, browser
from app.sign_in.upstream_call import ask_upstream
from app.tables.people import BROWSER_SESSION
from app.web.rate_limits import limiter
from federation.connections import Connection
from federation.errors import FederationError
from federation.upstreams import LogoutNotice, SessionUpstream
from oidc.database.replay import OneTimeValues
from oidc.logout.session_end import end_sessions
from oidc.logout_pages import SignedOut
from oidc.protocol.errors import OAuthError
from oidc.provider import current_provider

log = logging.getLogger(__name__)
REMEMBERED = 900
"""Seconds for which a logout token is known to have been used."""
RETURN = "pages.return"


@pages.post("/callback/<connection_id>/backchannel-logout")
@limiter.limit("120/minute")
def backchannel_logout(connection_id: str) -> ResponseReturnValue:
    """Ends the sessions here of whom a source's signed token tells that they are signed out."""
    found = _upstream(connection_id)
    if found is None:
        return _answer("unknown connection")
    connection, upstream = found
    token = request.form.get("logout_token", "")
    try:
        notice = ask_upstream(connection, lambda: upstream.notice(connection, token))
        _once(connection, notice)
    except (FederationError, OAuthError) as error:
        log.warning("a logout token of %s is refused: %s", connection.id, error)
        return _answer("the logout token is refused")
    _end(connection, notice)
    db.session.commit()
    return _answer()


@pages.get("/callback/<connection_id>/frontchannel-logout")
@limiter.limit("120/minute")
def frontchannel_logout(connection_id: str) -> ResponseReturnValue:
    """Ends the sessions here that began by the session at the source that is named."""
    found = _upstream(connection_id)
    issuer, sid = request.args.get("iss", ""), request.args.get("sid", "")
    if found is None or not sid or issuer != found[1].issuer(found[0]):
        return _answer("iss and sid must name a session")
    _end(found[0], LogoutNotice(None, sid[:512], ""))
    db.session.commit()
    return _answer()


@pages.get("/callback/<connection_id>/signed-out")
def back_from_source(connection_id: str) -> ResponseReturnValue:
    """From the source's own sign-out: on to the application, or the page that says it is done."""
    try:
        sealed = request.args.get("state", "")
        kept = json.loads(current_provider().keyring.unseal(sealed, _purpose(connection_id)))
    except ValueError:
        kept = {"onward": None}
    if kept["onward"]:
        response = redirect(kept["onward"], 303)
        response.headers["Cache-Control"] = "no-store"
        return response
    return signed_out_page(SignedOut())


def onward_by_source(connection: Connection, hint: str, onward: str | None) -> str | None:
    """The source's page that ends its session and comes back here; None where it has none, or does
    not answer: the person is signed out here in any case."""
    upstream = current_federation().upstream(connection)
    if not isinstance(upstream, SessionUpstream):
        return None
    kept = json.dumps({"onward": onward}).encode()
    state = current_provider().keyring.seal(kept, _purpose(connection.id))
    back = signed_out_of(connection.id)
    try:
        return ask_upstream(connection, lambda: upstream.logout_url(connection, hint, back, state))
    except FederationError as error:
        log.warning("nobody can be signed out at %s: %s", connection.id, error)
        return None


def signed_out_of(connection_id: str) -> str:
    """The address that browsers come back to from the source's sign-out."""
    path = url_for("pages.back_from_source", connection_id=connection_id)
    return current_provider().url(path)


def _upstream(connection_id: str) -> tuple[Connection, SessionUpstream] | None:
    connection = current_federation().connections.get(db.session(), connection_id)
    if connection is None or not connection.credential.is_usable:
        return None
    upstream = current_federation().upstream(connection)
    return (connection, upstream) if isinstance(upstream, SessionUpstream) else None


def _once(connection: Connection, notice: LogoutNotice) -> None:
    """:raises OAuthError: it has been used before."""
    values = OneTimeValues()
    key = f"logout_token {connection.id} {notice.jti}"
    values.remember(key, current_provider().clock() + REMEMBERED)
    values.keep(db.session())


def _end(connection: Connection, notice: LogoutNotice) -> None:
    """Ends the sessions that are meant, and tells their applications."""
    provider, session = current_provider(), db.session()
    column = BROWSER_SESSION.c
    meant = column.connection_id == connection.id
    if notice.sid:
        meant = and_(meant, column.sid.in_(at_source.named(session, connection.id, notice.sid)))
    if notice.subject:
        namespace = connection.source.own_namespace(connection.credential)
        whose = column.identity == identity_digest(namespace, notice.subject)
        meant = and_(meant, whose)
    over = browser.end_where(session, meant, limit=1000)
    end_sessions(provider, over, "policy")
    for each in over:
        event = Event("session.ended", connection.source.id, each.account_id)
        record(session, provider.clock, event)


def _answer(problem: str = "") -> Response:
    """200, or 400 with a sentence (Back-Channel Logout 1.0, 2.8)."""
    document = {"error": "invalid_request", "error_description": problem}
    response = make_response(document if problem else "", 400 if problem else 200)
    if not problem:
        response.mimetype = "text/plain"  # no page, which none may frame: the source's page does
    response.headers["Cache-Control"] = "no-store"
    return response


def _purpose(connection_id: str) -> str:
    return f"{RETURN}.{connection_id}"
