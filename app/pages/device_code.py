"""Signing in on a device without a browser: its code is typed here, on another screen.

Nothing is signed in by a code alone. It leads into the ordinary sign-in, whose last page says what
is about to happen on a device and asks (RFC 8628 5.4: somebody may have sent the code). Whoever
sees through it at once can say no here.
"""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database import db
from app.pages.blueprint import pages
from app.pages.parked import resume
from app.web.client_address import address_counted
from app.web.rate_limits import limiter
from oidc.authorization.browser import browser_id, set_browser_cookie
from oidc.authorization.device_approval import begin_for_device
from oidc.authorization.endpoint import finish_with_error
from oidc.interactions.device_codes import spelled, typed
from oidc.protocol.errors import OAuthError
from oidc.provider import current_provider

GUESSES = limiter.shared_limit("10/minute; 60/hour", scope="device codes")
"""Of codes, in whichever way (RFC 8628 5.1)."""


def _typed_code() -> str:
    """The code, by which it is counted; what can be none, by whom it comes from."""
    return typed(request.form.get("user_code", "")) or address_counted()


@pages.get("/device")
def enter_device_code() -> ResponseReturnValue:
    """The field for the code. A code in the address is shown to be compared, never taken as is."""
    code = typed(request.args.get("user_code", ""))
    return render_template("device.html", code=spelled(code) if code else None)


@pages.post("/device")
@GUESSES
@limiter.limit("5/minute", key_func=_typed_code)
def begin_device() -> ResponseReturnValue:
    """On to the sign-in, if a device shows this code."""
    provider = current_provider()
    browser = browser_id(provider)
    interaction = begin_for_device(provider, request.form.get("user_code", ""), browser)
    if interaction is None:
        problem = _("No device shows this code. Look again, or get a new code on the device.")
        return render_template("device.html", code=None, problem=problem), 400
    db.session.commit()
    response = make_response(redirect(resume(interaction.id), 303))
    set_browser_cookie(provider, response, browser)
    return response


@pages.post("/device/cancel")
@GUESSES
def cancel_device() -> ResponseReturnValue:
    """Back, before anybody has signed in; a device that shows this code is told no."""
    provider = current_provider()
    code, browser = request.form.get("user_code", ""), browser_id(provider)
    interaction = begin_for_device(provider, code, browser) if code else None
    if interaction is None:
        return left_page(url_for("pages.enter_device_code"))
    refusal = OAuthError("access_denied", "The person stopped before signing in.")
    return finish_with_error(provider, interaction, refusal)


def left_page(again: str = "") -> Response:
    """For who came from nowhere that we know of and goes without signing in.

    :param again: where to sign in after all; at the person's own page unless told.
    """
    response = make_response(render_template("left.html", again=again))
    response.headers["Cache-Control"] = "no-store"
    return response


def ended_page(*, approved: bool) -> Response:
    """The end: the device goes on by itself, or stays signed out."""
    response = make_response(render_template("device_ended.html", approved=approved))
    response.headers["Cache-Control"] = "no-store"
    return response
