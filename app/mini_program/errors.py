"""Every error of the API in one shape: ``{"error": code, "error_description": sentence}``."""

import logging

from flask import Response, jsonify
from werkzeug.exceptions import HTTPException

from app.database import db
from app.mini_program.blueprint import api
from app.mini_program.body import BadBody
from app.web.rate_limits import seconds_to_wait
from federation.errors import FederationError, Misconfigured, TicketError, Unavailable

log = logging.getLogger(__name__)

STATUS = {
    "invalid_request": 400,
    "number_required": 400,
    "phone_required": 400,
    "code_rejected": 400,
    "wrong_number": 403,
    "access_denied": 403,
    "snapshot_user": 403,
    "ticket_unknown": 404,
    "ticket_used": 409,
    "ticket_confirmed": 409,
    "ticket_denied": 409,
    "ticket_expired": 410,
    "slow_down": 429,
    "temporarily_unavailable": 503,
    "not_available": 503,
}
RETRY_LATER = 60
"""Seconds after which asking again makes sense when an operator has to mend something."""


def problem(code: str, hint: str, status: int | None = None) -> Response:
    """An error answer."""
    response = jsonify(error=code, error_description=hint)
    response.status_code = status or STATUS[code]
    response.headers["Cache-Control"] = "no-store"
    return response


@api.errorhandler(BadBody)
def _bad_body(error: BadBody) -> Response:
    return problem("invalid_request", error.hint)


@api.errorhandler(FederationError)
def _federation_error(error: FederationError) -> Response:
    """Only the code and the hint leave; what happened goes to the log."""
    log.warning("federation: %s", error)
    if isinstance(error, TicketError | Misconfigured):
        db.session.commit()  # a refusal may have been recorded: a wrong number denies the ticket
    response = problem(error.code, error.hint)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, Misconfigured):
        response.headers["Retry-After"] = str(RETRY_LATER)
    return response


@api.errorhandler(HTTPException)
def http_problem(error: HTTPException) -> Response:
    """The same shape for what Flask itself refuses."""
    status = error.code or 500
    if status == 429:
        response = problem("slow_down", "Too many requests; wait and try again.")
        response.headers["Retry-After"] = str(seconds_to_wait())
        return response
    if status >= 500:
        return problem("server_error", "Something went wrong on our side.", status)
    response = problem("invalid_request", "There is no such resource or method here.", status)
    allowed = dict(error.get_headers()).get("Allow")
    if allowed:
        response.headers["Allow"] = allowed
    return response
