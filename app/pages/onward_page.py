"""The page between us and an application, where the browser must not or cannot go there by itself.

Must not: nobody vouched for the application, and a link is all that it took to come here (RFC 9700
4.11.2). Cannot: Chromium on Android opens an app's own scheme only after a touch, and what brought
the browser here may have been a script that sent a form.
"""

import re

from flask import Response, make_response, render_template

from app.database import db
from app.pages.brand import worn_by
from app.sign_in.client_display import from_client, host
from app.web.i18n import current_language
from oidc.host import Onward
from oidc.provider import current_provider

needs_touch = re.compile("Android|HarmonyOS").search
"""Whether a browser, by its user agent, opens an app's own scheme only after a touch."""


def onward_page(client_id: str, onward: Onward, *, trusted: bool) -> Response | None:
    """The page with the button, or None where the browser may go on by itself: to a web address
    of an application that is trusted.

    What the button leads to is of use for as long as the code lives that it carries.
    """
    if trusted and host(onward.address) is not None:
        return None
    client = current_provider().clients.get(db.session(), client_id)
    assert client is not None
    branding = worn_by(db.session(), client_id)
    application = from_client(client, current_language().tag, onward.address, branding)
    page = render_template(
        "onward.html",
        application=application,
        place=host(onward.address) or application.scheme,
        onward=onward,
        trusted=trusted,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
