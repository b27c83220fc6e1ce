"""What is not there, or cannot be asked for like that: told within the console, with the way on."""

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from app.accounts.records import receipts
from app.management.console import access, desk, frame
from app.pages.error_texts import OWN, text_for
from app.pages.errors import http_code, http_error, keep_headers, when_again
from app.web.client_address import request_id
from app.web.rate_limits import seconds_until_next
from app.web.tries import TooManyTries

Answer = Response | HTTPException


def refused(error: HTTPException) -> Answer:
    """Says what HTTP itself refuses within the console; outside of it to who is not signed in, and
    where the failure is our own."""
    status = error.code or 500
    if not 400 <= status < 500 or error.response is not None:
        return http_error(error)
    if access.signed_in() is None:
        return _slow_down(error) if status == 429 else http_error(error)
    code = http_code(status)
    page = render_template(
        "admin/nothing_here.html",
        **frame.in_every_page(),
        code=code,
        text=text_for(OWN, code, None),
        receipt=_receipt(),
        was_sent=request.method == "POST",
        request_id=request_id(),
        when=when_again(seconds_until_next(error)) if status == 429 else None,
    )
    return _answer(page, error)


def _slow_down(error: HTTPException) -> Response:
    """Says before the door that there were too many tries, and when the next one is taken."""
    page = render_template(
        "admin/slow_down.html",
        when=when_again(seconds_until_next(error)),
        were_tries=isinstance(error, TooManyTries),
        request_id=request_id(),
    )
    return _answer(page, error)


def _answer(page: str, error: HTTPException) -> Response:
    response = make_response(page, error.code)
    response.headers["Cache-Control"] = "no-store"
    return keep_headers(response, error)


def _receipt() -> receipts.Receipt | None:
    """That the person was erased whom the address is about."""
    person = (request.view_args or {}).get("account_id")
    return receipts.get(desk.session(), person) if person else None
