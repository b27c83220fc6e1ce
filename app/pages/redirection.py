"""Connections that send the browser to a page of the source's own and get it back with a code.

Some sources send it back with a form (OAuth 2.0 Form Post Response Mode). Such a request comes from
elsewhere and brings none of our cookies; the answer in it is sealed and goes on in an address of
ours, to which a browser does bring them.
"""

import hmac
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.database import db
from app.elements import current_federation
from app.pages import parked as parked_request
from app.pages.blueprint import pages
from app.pages.connections import enabled_one
from app.pages.new_session import continue_with
from app.pages.parked import SignInRequest, onward_if_signed_in, onward_once_signed_in
from app.sign_in.contexts import OURS
from app.sign_in.upstream_call import ask_upstream, call_upstream
from app.web.i18n import current_language
from federation.connections import Connection
from federation.devices import is_inside
from federation.errors import CodeRejected, Misconfigured
from federation.upstreams import Departure, ErrorAnswers, RedirectUpstream, Returned
from oidc.provider import current_provider

COOKIE = "qiao_away"
LIFE = 900
"""Seconds that a person may spend on the source's page."""
STATE_BYTES = 16
CALLBACK = "/callback/<connection_id>"
"""One address for each connection, which many sources want to know beforehand."""
FORM = "form"
"""What a form's answer, sealed, is called where it goes on in an address."""
LONGEST_FORM = 8192
"""Characters."""
_INTERACTION = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ONCE = ("state", "iss", "error", FORM)
"""Of which two could be read as two answers (RFC 6749 3.1); so could the code."""


def redirect_to_upstream(
    parked: SignInRequest,
    connection: Connection,
    upstream: RedirectUpstream,
    *,
    anew: bool = False,
) -> Response:
    """To the source's page, with a state that only this browser can come back with.

    :param anew: it was there already, and its code had been used when it came back.
    """
    provider = current_provider()
    back = _back(parked.id, connection.id)
    departure = Departure(
        redirect_uri=_redirect_uri(connection, back),
        state=secrets.token_hex(STATE_BYTES) + _carried(connection, parked.id),
        secret=secrets.token_urlsafe(32),
        locale=current_language().locale,
        asked=_asked(parked),
        inside=is_inside(request.user_agent.string, connection.source),
    )
    page = ask_upstream(connection, lambda: upstream.login_url(connection, departure))
    response = make_response(redirect(page, 303))
    kept = {
        "state": departure.state,
        "secret": departure.secret,
        "asked": departure.asked,
        "anew": anew,
    }
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


def _asked(parked: SignInRequest) -> dict[str, str]:
    """What the application asked for that a source may be asked for too."""
    request = parked.interaction.request
    return {
        "prompt": " ".join(sorted(request.prompt & {"login", "select_account"})),
        "max_age": "" if request.max_age is None else str(request.max_age),
        "login_hint": (request.login_hint or "")[:256],
        # Ours are none of the source's: it is asked for those that only it can know.
        "acr_values": " ".join(one for one in request.acr_values if not one.startswith(OURS))[:512],
    }


@pages.get(CALLBACK)
def callback(connection_id: str) -> ResponseReturnValue:
    """Goes on to the page of the sign-in that the state was made for, with all that came along."""
    back = _back_by_state(request.args.get("state", ""), connection_id)
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{back}?{query}", 303)


@pages.post(CALLBACK)
def take_form(connection_id: str) -> ResponseReturnValue:
    """The same for an answer in a form: sealed, since addresses are seen by many."""
    back = _back_by_state(request.form.get("state", ""), connection_id)
    document = json.dumps(list(request.form.items(multi=True)))
    if len(document) > LONGEST_FORM:
        raise CodeRejected("the form is too long")
    sealed = current_provider().keyring.seal(document.encode(), _purpose(back))
    return redirect(f"{back}?{FORM}={sealed}", 303)


def _back_by_state(state: str, connection_id: str) -> str:
    """Where the browser goes on that left with a state.

    :raises CodeRejected: the state is none of ours.
    """
    try:
        interaction_id = bytes.fromhex(state[2 * STATE_BYTES :]).decode("ascii")
    except ValueError:
        interaction_id = ""
    if not _INTERACTION.fullmatch(interaction_id):
        raise CodeRejected("the state is none of ours")
    return _back(interaction_id, connection_id)


@pages.get("/sign-in/<interaction_id>/from/<connection_id>")
def come_back(interaction_id: str, connection_id: str) -> ResponseReturnValue:
    """Signs in the person whom the source's code stands for; without a code they said no."""
    parked = parked_request.load_any(interaction_id)
    connection = enabled_one(parked, connection_id)
    upstream = current_federation().upstream(connection)
    if not isinstance(upstream, RedirectUpstream):
        detail = f"{connection.mode} sends nobody back"
        raise Misconfigured(detail, credential_id=connection.credential.id)
    back = _back(parked.id, connection.id)
    answer = _answer(connection, back)
    code = answer.get(connection.declared_mode.code_parameter)
    if not code:
        return _without_code(parked, connection, upstream, answer)
    try:
        departure = _departure(connection, back, answer.get("state", ""))
    except CodeRejected:
        if onward := onward_if_signed_in(parked):
            return onward
        raise
    returned = Returned(departure, code, answer)
    try:
        identity = call_upstream(connection, lambda: upstream.finish(connection, returned))
    except CodeRejected:
        if onward := onward_once_signed_in(parked):
            return onward
        if _was_anew(back):
            raise
        # What the code was spent for was lost, as where the database went away in the middle: the
        # source knows who it is still.
        return redirect_to_upstream(parked, connection, upstream, anew=True)
    if alg := identity.id_token_alg:
        current_federation().connections.note_id_token_alg(db.session(), connection, alg)
    response = make_response(continue_with(parked, identity, connection))
    response.delete_cookie(COOKIE, path=back)
    return response


def _answer(connection: Connection, back: str) -> Mapping[str, str]:
    """What the browser came back with.

    :raises CodeRejected: it says something twice, or is sealed and not by us.
    """
    pairs = list(request.args.items(multi=True))
    if FORM in request.args:
        try:
            sealed = request.args[FORM]
            pairs = json.loads(current_provider().keyring.unseal(sealed, _purpose(back)))
        except ValueError:
            raise CodeRejected("the form is not one that came here") from None
    names = [name for name, _value in pairs]
    if any(names.count(one) > 1 for one in (*_ONCE, connection.declared_mode.code_parameter)):
        raise CodeRejected("something is said twice")
    return dict(pairs)


def _without_code(
    parked: SignInRequest,
    connection: Connection,
    upstream: RedirectUpstream,
    answer: Mapping[str, str],
) -> ResponseReturnValue:
    """Back to the ways to sign in; where the source refused us, the reason is noted."""
    choose = redirect(url_for("pages.choose", interaction_id=parked.id, ways="all"), 303)
    if not isinstance(upstream, ErrorAnswers):
        return choose
    try:
        back = _back(parked.id, connection.id)
        departure = _departure(connection, back, answer.get("state", ""))
    except CodeRejected:
        return choose  # anybody can make such an address
    returned = Returned(departure, "", answer)
    ask_upstream(connection, lambda: upstream.declined(connection, returned))
    return choose


def _departure(connection: Connection, back: str, state: str) -> Departure:
    """How this browser left.

    :raises CodeRejected: it did not, or with another state.
    """
    kept = _kept(back)
    if not kept["state"] or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise CodeRejected("the state is not the one that this browser left with")
    # A browser that left before an upgrade has no secret, and no source that would need it.
    secret, asked = kept.get("secret", ""), kept.get("asked", {})
    uri, locale = _redirect_uri(connection, back), current_language().locale
    return Departure(uri, state, secret, locale, asked)


def _was_anew(back: str) -> bool:
    return bool(_kept(back).get("anew"))


def _kept(back: str) -> Mapping[str, Any]:
    """What this browser left with; an empty state where it did not."""
    try:
        sealed = request.cookies.get(COOKIE, "")
        found: Mapping[str, Any] = json.loads(
            current_provider().keyring.unseal(sealed, _purpose(back))
        )
    except ValueError:
        return {"state": ""}
    return found


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
