"""Trying an application: a real sign-in that ends on a page of ours and shows what happened."""

import base64
import json
import secrets
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit.trail import Event, Filter, page
from app.elements import current_federation
from app.enablement.sources import usable_connections
from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.saving import doing
from app.management.console.scopes import scopes_for
from app.management.console.views.applications import load
from app.management.services import clients as service
from app.management.services.clients import metadata_of
from app.management.services.previews import without_phones
from oidc.authorization.request import ResolvedRequest
from oidc.clients.client import Client
from oidc.endpoints import pushed_authorization
from oidc.protocol import pkce
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import from_values
from oidc.tokens import grants
from oidc.tokens.grants import Grant

TRY = "admin_try"


def callback() -> str:
    """Where a tried sign-in comes back to."""
    return desk.settings().issuer + url_for("admin.try_callback")


@requires("viewer")
def try_application(client_id: str) -> ResponseReturnValue:
    """How a trial sign-in of this application would go, and what stands in its way."""
    client = load(client_id)
    return render_template(
        "admin/try.html",
        client=client,
        tab="try",
        callback=callback(),
        allowed=client.check_redirect_uri(callback()),
        by_code=client.check_grant_type("authorization_code"),
        usable=usable_connections(desk.session(), current_federation(), client_id),
    )


@requires("editor")
def allow_trying(client_id: str) -> ResponseReturnValue:
    """Adds our own page to the application's redirect URIs, or takes it away again."""
    client = load(client_id)
    others = [uri for uri in client.metadata.redirect_uris if uri != callback()]
    wanted = [*others, callback()] if forms.ticked("allow") else others
    document = {**client.metadata.to_document(), "redirect_uris": wanted}
    with doing():
        service.change(access.acting(), client, metadata_of(desk.provider(), document))
    return redirect(url_for("admin.try_application", client_id=client_id), 303)


@requires("editor")
def begin_trying(client_id: str) -> ResponseReturnValue:
    """Sends this browser to sign in, as the application would."""
    verifier = secrets.token_urlsafe(32)
    asked = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": callback(),
        "scope": scopes_for(client_id),
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
        "code_challenge": pkce.challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    if forms.ticked("anew"):
        asked["prompt"] = "login"
    try:
        query = _pushed(load(client_id), asked) or asked
    except OAuthError as error:
        desk.session().rollback()
        flash(_("The request was refused: %(hint)s", hint=error.hint), "bad")
        return redirect(url_for("admin.try_application", client_id=client_id), 303)
    desk.session().commit()
    cookie[TRY] = {**asked, "verifier": verifier, "at": desk.clock()()}
    return redirect(f"{desk.settings().issuer}/authorize?{urlencode(query)}", 303)


def _pushed(client: Client, asked: dict[str, str]) -> dict[str, str] | None:
    """What stands for the request where the browser may not bring it itself.

    The console speaks for the application here: its keys and secrets are not needed, and what it
    would have to sign counts as signed.
    """
    metadata = client.metadata
    must_push = metadata.require_pushed_authorization_requests or metadata.is_fapi2
    if not must_push and not metadata.require_signed_request_object:
        return None
    request_uri = pushed_authorization.keep(
        desk.provider(), ResolvedRequest(from_values(asked), signed=True), client
    )
    return {"client_id": client.client_id, "request_uri": request_uri}


@requires("editor")
def try_callback() -> ResponseReturnValue:
    """What came back: the request, the rule that fired, and the tokens, decoded."""
    asked: dict[str, Any] = cookie.pop(TRY, None) or {}
    if not asked or request.args.get("state", "") != asked["state"]:
        return render_template("admin/tried.html", asked=None, problem=""), 400
    client = load(asked["client_id"])
    code = request.args.get("code", "")
    outcome = _redeem(client, code, asked) if code else None
    problem = request.args.get("error", "") if not code else ""
    described = request.args.get("error_description", "")
    desk.session().commit()
    return render_template(
        "admin/tried.html",
        client=client,
        asked={name: value for name, value in asked.items() if name not in ("verifier", "at")},
        problem=f"{problem}: {described}" if problem else "",
        outcome=outcome,
        events=_events(client, asked["at"]),
    )


def _events(client: Client, since: int) -> list[Event]:
    return page(desk.session(), Filter(client_id=client.client_id, since=since), limit=10)


def _redeem(client: Client, code: str, asked: dict[str, Any]) -> dict[str, Any] | None:
    """What the token endpoint would answer. All of it is revoked at once: nothing stays usable."""
    provider = desk.provider()
    opened = provider.open_grant(code, "code")
    if opened is None or opened.grant.client_id != client.client_id:
        return None
    grant = opened.grant
    proven = grant.code_challenge and pkce.verify(asked["verifier"], grant.code_challenge)
    if not proven or grant.nonce != asked["nonce"] or grant.revoked_at is not None:
        return None
    released = provider.claims_for(grant, client)
    if not grants.redeem_code(provider.session, grant.id, provider.clock()):
        return None
    unbound = grant._replace(dpop_jkt=None)
    tokens = provider.token_issuer.tokens(
        provider.session, unbound, client, generation=0, downscoped={}
    )
    id_token = provider.token_issuer.id_token(
        provider.session, grant, client, released, tokens["access_token"]
    )
    subject = provider.subjects.subject_for(client, grant.subject or "", grant.visit)
    grants.revoke(provider.session, grant.id, provider.clock())
    detail = {"by": access.current_admin().username}
    access.acting().note("client.tried", detail, client_id=client.client_id)
    return {
        "response": _shown(_shortened({**tokens, "id_token": id_token})),
        "header": _shown(_part(id_token, 0)),
        "claims": _shown(_part(id_token, 1)),
        "userinfo": _shown({"sub": subject, **released.userinfo}),
        "subject": grant.subject,
        "rule": _rule(grant, asked["at"]),
    }


def _shortened(tokens: dict[str, Any]) -> dict[str, Any]:
    """The token response with the beginnings of its tokens."""
    names = ("access_token", "refresh_token", "id_token")
    return {name: v[:24] + "…" if name in names else v for name, v in tokens.items()}


def _rule(grant: Grant, since: int) -> str | None:
    """The rule by which this very sign-in found its account; None: signed in before."""
    wanted = Filter(kind="sign_in.succeeded", subject=grant.subject, since=since)
    found = page(desk.session(), wanted, limit=1)
    return found[0].rule if found else None


def _part(token: str, index: int) -> dict[str, Any]:
    """One part of a signed token; an encrypted one is said to be so."""
    parts = token.split(".")
    if len(parts) != 3:
        return {"encrypted": True}
    padded = parts[index] + "=" * (-len(parts[index]) % 4)
    document: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded))
    return document


def _shown(document: dict[str, Any]) -> str:
    return json.dumps(without_phones(document), ensure_ascii=False, indent=2)
