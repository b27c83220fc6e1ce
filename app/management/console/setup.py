"""Mounts the config pages in the app; what they are made of is loaded with the first one."""

from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from app.management.console.routes import ROUTES
from app.management.services.segments import id_of, segment_of
from app.pages.errors import http_error
from app.web.application import refuse_zero_bytes
from app.web.late_views import LateViews
from oidc.protocol.endpoint_paths import below

LONGEST_FORM = 2 * 1024 * 1024
"""Bytes: every field of the longest form with 10,000 characters that take nine bytes each."""
LONGEST_FILE = 128 * 1024 * 1024
"""Bytes of a file of people; the server hands on no more (`app.serving.bounds`)."""
ROOT = "/admin"

# A node that only signs people in never loads them: they are a tenth of what a start takes.
_views = LateViews(f"{__package__}.views", (*ROUTES, "nothing_here"))
_around = LateViews(__package__, ("access", "frame", "labels"))
_refused = _views.view("nothing_here", "refused")
_close_unguarded = _around.view("access", "close_unguarded")
_is_the_consoles = below((ROOT,))


def setup_admin(app: Flask) -> None:
    """Adds the pages and what their templates use."""
    admin = Blueprint("admin", __name__, url_prefix=ROOT)
    for module, routes in ROUTES.items():
        for path, name, methods, given in routes:
            view = _views.view(module, name)
            admin.add_url_rule(path, name, view, methods=methods, defaults=given)
    admin.before_request(refuse_zero_bytes)
    admin.before_request(_close_all_but_guarded)
    admin.context_processor(_around.view("frame", "in_every_page"))
    admin.register_error_handler(CSRFError, _around.view("access", "form_expired"))
    admin.register_error_handler(HTTPException, _refused)
    admin.url_value_preprocessor(take_long_forms)
    admin.url_value_preprocessor(read_segment)
    admin.url_defaults(write_segment)
    app.register_blueprint(admin)
    app.add_template_filter(_around.view("labels", "to_consoles"), "to_consoles")
    app.register_error_handler(NotFound, _unknown_address)
    app.register_error_handler(MethodNotAllowed, _unknown_address)


def _close_all_but_guarded() -> None:
    _views.load()  # each says of its views who may open them
    _close_unguarded()


def _unknown_address(error: HTTPException) -> Response | HTTPException:
    """An address that no route knows belongs to no blueprint, so that the application answers it,
    and the console for it where it is below the console's."""
    answer: Response | HTTPException
    if request.path == ROOT and (routes := current_app.create_url_adapter(request)):
        # The console's front is at the address with a slash, to which only a GET is led.
        error = MethodNotAllowed(routes.allowed_methods(f"{ROOT}/"))
    answer = _refused(error) if _is_the_consoles(request.path) else http_error(error)
    return answer


def take_long_forms(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A form with pages of text is answered with what is wrong with it, and keeps the text."""
    request.max_content_length = request.max_form_memory_size = LONGEST_FORM
    if endpoint == "admin.import_accounts":
        request.max_content_length = LONGEST_FILE


def write_segment(_endpoint: str, values: dict[str, Any]) -> None:
    if "client_id" in values:
        values["client_id"] = segment_of(values["client_id"])


def read_segment(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "client_id" in values:
        values["client_id"] = id_of(values["client_id"])
