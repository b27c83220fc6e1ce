"""Which error of the sources is told with which status."""

import logging

from flask import Response, request
from werkzeug.exceptions import HTTPException

from app.database import db
from app.mini_program.blueprint import api
from app.mini_program.entry import BadBody
from app.mini_program.refusals import note_refusal
from app.sign_in.in_app_waiting import tell_who_waits
from app.sign_in.not_enabled import NotEnabled, note
from app.web.json_errors import http_problem, problem
from federation.errors import (
    Denied,
    FederationError,
    Misconfigured,
    TicketError,
    Unavailable,
    WrongNumber,
)

log = logging.getLogger(__name__)

STATUS = {
    "not_believed": 502,
    "another_answered": 400,
    "invalid_request": 400,
    "number_required": 400,
    "phone_required": 400,
    "code_rejected": 400,
    "wrong_number": 403,
    "wrong_entry": 403,
    "access_denied": 403,
    "ticket_unknown": 404,
    "ticket_used": 409,
    "ticket_confirmed": 409,
    "ticket_denied": 409,
    "ticket_expired": 410,
    "temporarily_unavailable": 503,
    "not_available": 503,
}
RETRY_LATER = 60
"""Seconds after which asking again makes sense when an operator has to mend something."""


@api.errorhandler(BadBody)
def _bad_body(error: BadBody) -> Response:
    return problem("invalid_request", error.hint, 400)


@api.errorhandler(NotEnabled)
def _not_enabled(error: NotEnabled) -> Response:
    log.warning("federation: %s", error)
    note(error)
    return _not_available(Misconfigured.hint)


@api.errorhandler(FederationError)
def _federation_error(error: FederationError) -> Response:
    """Only the code and the hint leave; what happened goes to the log."""
    log.warning("federation: %s", error)
    if isinstance(error, TicketError | Misconfigured | Denied):
        note_refusal(error)
        db.session.commit()  # a refusal may have been recorded: a wrong number denies the ticket
    if isinstance(error, WrongNumber | Denied):
        tell_who_waits(str((request.view_args or {}).get("ticket", "")))
    if isinstance(error, Misconfigured):
        return _not_available(error.hint)
    # What only one source says is a refusal of the person.
    response = problem(error.code, error.hint, STATUS.get(error.code, STATUS["access_denied"]))
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _not_available(hint: str) -> Response:
    response = problem(Misconfigured.code, hint, STATUS[Misconfigured.code])
    response.headers["Retry-After"] = str(RETRY_LATER)
    return response


api.register_error_handler(HTTPException, http_problem)
