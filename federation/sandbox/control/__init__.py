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
        if request.routing_exception is None:
            return error
        try:
            return nowhere(request.path)
        except HTTPException as refused:  # it reads the body, which may be too large
            return refused
    code = "not_found" if error.code in (404, 405) else "invalid_request"
    sentence = f"{request.method} {request.path}: {error.name}; see docs/sandbox.md."
    return jsonify(error=code, error_description=sentence), error.code or 500
