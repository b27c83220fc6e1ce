"""The JSON control API under ``/sandbox/v1``: how scripts and tests set the scene.

Documented for its users in ``docs/sandbox.md``. Every answer is JSON; a refusal is
``{"error": code, "error_description": sentence}`` with a 4xx status.
"""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from ..wechat import nowhere
from . import accounts, apps, codes, faults, openings, people, pushes, scene
from .refusal import Refusal, on_refusal

PREFIX = "/sandbox/v1"


def control_blueprint() -> Blueprint:
    """All routes of the control API."""
    blueprint = Blueprint("control", __name__, url_prefix=PREFIX)
    for module in (people, apps, accounts, codes, faults, pushes, openings, scene):
        module.add_routes(blueprint)
    blueprint.register_error_handler(Refusal, on_refusal)
    blueprint.app_errorhandler(HTTPException)(_on_http_error)
    return blueprint


def _on_http_error(error: HTTPException) -> HTTPException | Response | tuple[Response, int]:
    """JSON for scripts that miss a route or a method, WeChat's own answer where nothing is."""
    if not request.path.startswith(PREFIX):
        return error if request.routing_exception is None else nowhere(request.path)
    sentence = f"{request.method} {request.path}: {error.name}; see docs/sandbox.md."
    return jsonify(error="not_found", error_description=sentence), error.code or 500
