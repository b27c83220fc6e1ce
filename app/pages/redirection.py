"""Connections that send the browser to a page of the source's own and get it back with a code."""

import hmac
import json
import re
import secrets

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.elements import current_federation
from app.pages import parked as parked_request
from app.pages.blueprint import pages
from app.pages.connections import enabled_one
from app.pages.new_session import continue_with
from app.pages.parked import SignInRequest, onward_if_signed_in, onward_once_signed_in
from app.sign_in.upstream_call import call_upstream, misconfiguration_noted
from app.web.i18n import current_language
from federation.connections import Connection
from federation.errors import CodeRejected, Misconfigured
from federation.upstreams import Departure, RedirectUpstream, Returned
from oidc.provider import current_provider

COOKIE = "qiao_away"
LIFE = 900
"""Seconds that a person may spend on the source's page."""
STATE_BYTES = 16
CALLBACK = "/callback/<connection_id>"
"""One address for each connection, which many sources want to know beforehand."""
_INTERACTION = re.compile(r"[0-9A-Za-z_-]{1,64}")


def redirect_to_upstream(
    parked: SignInRequest, connection: Connection, upstream: RedirectUpstream
) -> Response:
    """To the source's page, with a state that only this browser can come back with."""
    provider = current_provider()
    back = _back(parked.id, connection.id)
    departure = Departure(
        redirect_uri=_redirect_uri(connection, back),
        state=secrets.token_hex(STATE_BYTES) + _carried(connection, parked.id),
        secret=secrets.token_urlsafe(32),
        locale=current_language().locale,
    )
    with misconfiguration_noted(connection):
        page = upstream.login_url(connection, departure)
    response = make_response(redirect(page, 303))
    kept = {"state": departure.state, "secret": departure.secret}
    sealed = provider.keyring.seal(json.dumps(kept).encode(), _purpose(back))
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


@pages.get(CALLBACK)
def callback(connection_id: str) -> ResponseReturnValue:
    """Goes on to the page of the sign-in that the state was made for, with all that came along."""
    carried = request.args.get("state", "")[2 * STATE_BYTES :]
    try:
        interaction_id = bytes.fromhex(carried).decode("ascii")
    except ValueError:
        interaction_id = ""
    if not _INTERACTION.fullmatch(interaction_id):
        raise CodeRejected("the state is none of ours")
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{_back(interaction_id, connection_id)}?{query}", 303)


@pages.get("/sign-in/<interaction_id>/from/<connection_id>")
def come_back(interaction_id: str, connection_id: str) -> ResponseReturnValue:
    """Signs in the person whom the source's code stands for; without a code they said no."""
    parked = parked_request.load_any(interaction_id)
    connection = enabled_one(parked, connection_id)
    upstream = current_federation().upstream(connection)
    if not isinstance(upstream, RedirectUpstream):
        detail = f"{connection.mode} sends nobody back"
        raise Misconfigured(detail, credential_id=connection.credential.id)
    code = request.args.get(connection.declared_mode.code_parameter)
    if not code:
        return redirect(url_for("pages.choose", interaction_id=parked.id, ways="all"), 303)
    back = _back(parked.id, connection.id)
    try:
        departure = _departure(connection, back, request.args.get("state", ""))
    except CodeRejected:
        if onward := onward_if_signed_in(parked):
            return onward
        raise
    returned = Returned(departure, code, request.args.to_dict())
    try:
        identity = call_upstream(connection, lambda: upstream.finish(connection, returned))
    except CodeRejected:
        if onward := onward_once_signed_in(parked):
            return onward
        raise
    response = make_response(continue_with(parked, identity, connection))
    response.delete_cookie(COOKIE, path=back)
    return response


def _departure(connection: Connection, back: str, state: str) -> Departure:
    """How this browser left.

    :raises CodeRejected: it did not, or with another state.
    """
    try:
        sealed = request.cookies.get(COOKIE, "")
        kept = json.loads(current_provider().keyring.unseal(sealed, _purpose(back)))
    except ValueError:
        kept = {"state": ""}
    if not kept["state"] or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise CodeRejected("the state is not the one that this browser left with")
    # A browser that left before an upgrade has no secret, and no source that would need it.
    secret = kept.get("secret", "")
    return Departure(_redirect_uri(connection, back), state, secret, current_language().locale)


def callback_of(connection_id: str) -> str:
    """The address that browsers come back to by this connection, for the source's console."""
    return current_provider().url(url_for("pages.callback", connection_id=connection_id))


def _redirect_uri(connection: Connection, back: str) -> str:
    fixed = connection.declared_mode.fixed_callback
    return callback_of(connection.id) if fixed else current_provider().url(back)


def _carried(connection: Connection, interaction_id: str) -> str:
    """What the state says of where to go on; letters and digits, which every source takes."""
    return interaction_id.encode().hex() if connection.declared_mode.fixed_callback else ""


def _back(interaction_id: str, connection_id: str) -> str:
    return url_for("pages.come_back", interaction_id=interaction_id, connection_id=connection_id)


def _purpose(back: str) -> str:
    return f"pages.away.{back}"
