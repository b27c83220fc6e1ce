"""Second copies of a step that succeeded: reloads, Back, other tabs, and browsers that ask twice.

A source's own browser opens the address that it comes back to twice at times. Whoever was signed in
by the first copy goes on with the second.
"""

import time

from flask import Response, redirect, request

from app.database import db
from app.pages import parked as parked_request
from app.pages.parked import SignInRequest
from app.sessions import cookie
from oidc.authorization.standing import may_go_on
from oidc.provider import current_provider

PATIENCE = 3.0
"""Seconds that a second copy waits for the first, which may still be at it."""
PAUSE = 0.2


def onward_if_signed_in(parked: SignInRequest) -> Response | None:
    """On to what follows, where a copy of this step has signed somebody in for the request."""
    fresh = _read_again(parked)
    return _onward(fresh) if fresh.interaction.login_session is not None else None


def onward_once_signed_in(parked: SignInRequest) -> Response | None:
    """The same, if it happens within a moment and had not before."""
    before, until = parked.interaction.login_session, time.monotonic() + PATIENCE
    while True:
        fresh = _read_again(parked)
        if fresh.interaction.login_session != before:
            return _onward(fresh)
        if time.monotonic() > until:
            return None
        time.sleep(PAUSE)


def onward_if_settled(parked: SignInRequest) -> Response | None:
    """On, where this browser has been signed in meanwhile by another request (another tab).

    A person who asked for other ways to sign in (``ways``) gets them.
    """
    provider = current_provider()
    if parked.task != "sign_in" or "ways" in request.args:
        return None
    if cookie.token(secure=provider.settings.secure) is None:
        return None
    return _onward(parked) if may_go_on(provider, parked.interaction) else None


def _read_again(parked: SignInRequest) -> SignInRequest:
    """:raises InteractionGone: when it has been answered meanwhile; the page says where to go."""
    db.session.rollback()
    return parked_request.load_any(parked.id)


def _onward(parked: SignInRequest) -> Response:
    response = redirect(parked.onward, 303)
    assert isinstance(response, Response)
    return response
