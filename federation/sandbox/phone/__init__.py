"""The virtual phone: pages in the shape of a phone, plain forms, usable without JavaScript.

The phone speaks to Qiao from the server's side, as a real phone would from the other side of the
network: the browser that shows these pages needs no access to Qiao.
"""

from flask import Blueprint, Response

from . import authorize_pages, component_page, mini_program, native_app, screens

#: Nothing from outside and nothing inline; logos may come from the application that asks, and
#: the forms of the authorize pages end at the application's own address.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https:; "
    "connect-src 'self'; form-action 'self' http: https:; frame-ancestors 'self'; base-uri 'none'"
)


def pages_blueprint() -> Blueprint:
    """All pages that people see: the phone and the authorize pages."""
    blueprint = Blueprint("pages", __name__)
    for module in (screens, mini_program, native_app, authorize_pages, component_page):
        module.add_routes(blueprint)
    blueprint.after_request(_add_security_headers)
    return blueprint


def _add_security_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
