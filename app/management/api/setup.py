"""Mounts the API: it has no cookies, so a forged form of a browser can do nothing here.

What its operations are made of is loaded with the first call.
"""

import re
from functools import partial

from flask import Blueprint, Flask

from app.management.api.resource_metadata import PATH, resource_metadata
from app.management.api.routes import ROUTES
from app.management.services.own_api import ROOT
from app.web.late_views import LateViews

DOCUMENT = "/openapi.json"
# Few deployments have programs that call it, and those only at some of their nodes.
_LATE = LateViews(__package__, ("dispatch", "document"))
_serve = _LATE.view("dispatch", "serve")


def setup_api(app: Flask) -> None:
    """Adds a route for each operation, and the document about them."""
    api = Blueprint("api", __name__, url_prefix=ROOT)
    for name, (method, path) in ROUTES.items():
        api.add_url_rule(
            re.sub(r"{(\w+)}", r"<\1>", path),
            name,
            partial(_serve, name),
            methods=[method],
            provide_automatic_options=False,
        )
    published = _LATE.view("document", "published")
    api.add_url_rule(DOCUMENT, "document", published, provide_automatic_options=False)
    app.extensions["csrf"].exempt(api)
    app.register_blueprint(api)
    app.add_url_rule(PATH, view_func=resource_metadata)
