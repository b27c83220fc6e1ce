"""Connections that send the browser to a page of WeChat's own and get it back with a code."""

import hmac
import json
import secrets

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.pages import parked as parked_request
from app.pages.blueprint import pages
from app.pages.connections import enabled_one
from app.pages.continue_with import continue_with
from app.pages.parked import SignInRequest
from app.pages.second_copies import onward_if_signed_in, onward_once_signed_in
from app.sign_in.federation import current_federation
from app.sign_in.upstream_call import call_upstream, misconfiguration_noted
from app.web.i18n import current_language
from federation.connections import Connection
from federation.errors import CodeRejected, Misconfigured
from federation.upstreams import RedirectUpstream
from oidc.provider import current_provider

COOKIE = "qiao_away"
LIFE = 900
"""Seconds that a person may spend on WeChat's page."""
STATE_BYTES = 16


def redirect_to_upstream(
    parked: SignInRequest, connection: Connection, upstream: RedirectUpstream
) -> Response:
    """To WeChat's page, with a state that only this browser can come back with."""
    provider = current_provider()
    state = secrets.token_hex(STATE_BYTES)  # WeChat takes letters and digits alone
    back = _back(parked.id, connection.id)
    language = current_language().locale
    with misconfiguration_noted(connection):
        page = upstream.login_url(connection, provider.url(back), state, language)
    response = make_response(redirect(page, 303))
    sealed = provider.keyring.seal(json.dumps({"state": state}).encode(), _purpose(back))
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=LIFE,
        path=back,
        secure=provider.settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@pages.get("/sign-in/<interaction_id>/from/<connection_id>")
def come_back(interaction_id: str, connection_id: str) -> ResponseReturnValue:
    """Signs in the person whom WeChat's code stands for; without a code they said no."""
    parked = parked_request.load_any(interaction_id)
    connection = enabled_one(parked, connection_id)
    upstream = current_federation().upstream(connection)
    if not isinstance(upstream, RedirectUpstream):
        raise Misconfigured(f"{connection.mode} sends nobody back", app_id=connection.app.app_id)
    code = request.args.get("code")
    if not code:
        return redirect(url_for("pages.choose", interaction_id=parked.id), 303)
    back = _back(parked.id, connection.id)
    if not _is_ours(back, request.args.get("state", "")):
        if onward := onward_if_signed_in(parked):
            return onward
        raise CodeRejected("the state is not the one that this browser left with")
    try:
        identity = call_upstream(connection, lambda: upstream.finish(connection, code))
    except CodeRejected:
        if onward := onward_once_signed_in(parked):
            return onward
        raise
    response = make_response(continue_with(parked, identity, connection))
    response.delete_cookie(COOKIE, path=back)
    return response


def _is_ours(back: str, state: str) -> bool:
    try:
        sealed = request.cookies.get(COOKIE, "")
        left_with = json.loads(current_provider().keyring.unseal(sealed, _purpose(back)))["state"]
    except ValueError:
        return False
    return hmac.compare_digest(left_with.encode(), state.encode())


def _back(interaction_id: str, connection_id: str) -> str:
    return url_for("pages.come_back", interaction_id=interaction_id, connection_id=connection_id)


def _purpose(back: str) -> str:
    return f"pages.away.{back}"
