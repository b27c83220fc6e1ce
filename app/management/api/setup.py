"""Mounts the API: it has no cookies, so a forged form of a browser can do nothing here."""

import re
from importlib.metadata import version

from flask import Blueprint, Flask, Response

from app.management.api.components import schemas_of
from app.management.api.dispatch import view_of
from app.management.api.document import document
from app.management.api.operations import OPERATIONS
from app.management.api.problems import answer
from app.management.api.resource_metadata import PATH, resource_metadata
from app.management.services.own_api import ROOT
from oidc.provider import current_provider

DOCUMENT = "/openapi.json"


def setup_api(app: Flask) -> None:
    """Adds a route for each operation, and the document about them."""
    app.extensions["api_schemas"] = schemas_of(app.extensions["elements"])
    api = Blueprint("api", __name__, url_prefix=ROOT)
    for operation in OPERATIONS:
        api.add_url_rule(
            re.sub(r"{(\w+)}", r"<\1>", operation.path),
            operation.name,
            view_of(operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    api.add_url_rule(DOCUMENT, "document", _document, provide_automatic_options=False)
    app.extensions["csrf"].exempt(api)
    app.register_blueprint(api)
    app.add_url_rule(PATH, view_func=resource_metadata)


def _document() -> Response:
    """For everybody: it tells what the program can do, nothing of this deployment."""
    return answer(document(current_provider().settings.issuer, version("qiao")))
