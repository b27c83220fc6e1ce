"""The error page, and which error gets it."""

import logging
from math import ceil

from flask import Flask, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.accounts.identification.outcomes import SignInRaced
from app.pages.asked_by import application_of, back_to, sign_in_of_page
from app.pages.brand import only_from_memory
from app.pages.connections import source_asked
from app.pages.error_texts import OWN, UPSTREAM, Texts, text_for
from app.sign_in.not_enabled import NotEnabled, note
from app.web.client_address import request_id
from app.web.json_errors import http_problem, is_for_programs, is_nobodys, problem, wants_json
from app.web.rate_limits import seconds_until_next
from federation.errors import FederationError, Unavailable
from oidc.protocol.errors import InteractionGone

log = logging.getLogger(__name__)

_HTTP = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 429: "slow_down"}


def error_page(
    code: str,
    status: int | None = None,
    *,
    texts: Texts = OWN,
    hint: str = "",
    again: str | None = None,
    other: str | None = None,
    back: str | None = None,
    gone: InteractionGone | None = None,
    ours: bool = False,
    wait: int | None = None,
) -> Response:
    """A page in the person's language about an error.

    :param texts: the table that the code is one of.
    :param hint: a sentence for the developer of the application, folded away.
    :param again: address of the page where the same step can be tried again.
    :param other: address of the page where another way can be chosen.
    :param back: where it was that the person came from.
    :param gone: the request that ended, whose application is named.
    :param wait: seconds until it can be tried again.
    :param ours: it is our own failure, so that nothing more is read from the database.

    Where the page belongs to a sign-in that is not over, it wears the brand of the application
    and leads back to it.
    """
    log.info("request %s was answered with the page for %s: %s", request_id(), code, hint or "-")
    text = text_for(texts, code, source_asked())
    parked = None if ours else sign_in_of_page(gone)
    page = render_template(
        "error.html",
        text=text,
        code=code,
        hint=hint,
        again=again,
        other=other,
        back=back,
        request_id=request_id(),
        when=None if wait is None else when_again(wait),
        application=parked.application if parked else application_of(gone),
        interaction_id=parked.id if parked else None,
        task=parked.task if parked else None,
    )
    response = make_response(page, status or text.status)
    response.headers["Cache-Control"] = "no-store"
    return response


def when_again(seconds: int) -> str:
    """When something can be tried again, as a sentence."""
    if seconds <= 90:
        said = _("You can try again in %(number)s seconds.", number=seconds)
    elif seconds <= 90 * 60:
        said = _("You can try again in about %(number)s minutes.", number=ceil(seconds / 60))
    else:
        said = _("You can try again in about %(number)s hours.", number=ceil(seconds / 3600))
    return str(said)


def failure(code: str, status: int) -> Response:
    """Our own failure, as whoever asks reads it: JSON for programs, a page for people.

    Both carry the number of the request and nothing of what happened.
    """
    if not is_for_programs(request.path):
        only_from_memory()
        return error_page(code, status, ours=True)
    machine_code = "server_error" if status == 500 else "temporarily_unavailable"
    response = problem(machine_code, "Something went wrong on our side; try again later.", status)
    response.headers["X-Request-Id"] = request_id()
    return response


def setup_errors(app: Flask) -> None:
    """Answers every error of a page with a page; protocol endpoints answer their own."""
    app.register_error_handler(InteractionGone, interaction_gone)
    app.register_error_handler(FederationError, _federation_error)
    app.register_error_handler(NotEnabled, _not_enabled)
    app.register_error_handler(SignInRaced, _raced)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, http_error)


def interaction_gone(error: InteractionGone, status: int | None = None) -> Response:
    """The page for a parked request that cannot go on in this browser."""
    back = back_to(error) if error.client_id else None
    if error.client_id == "":
        back = url_for("pages.account")  # one of our own pages
    return error_page(f"interaction_{error.reason}", status, back=back, gone=error)


def _federation_error(error: FederationError) -> Response:
    log.warning("request %s: %s", request_id(), error)
    choose = _choose()
    again = request.path if request.method == "GET" else choose
    stays = error.code in ("access_denied", "not_available", "ticket_mismatch")
    response = error_page(error.code, texts=UPSTREAM, again=None if stays else again, other=choose)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _not_enabled(error: NotEnabled) -> Response:
    log.info("request %s: %s", request_id(), error)
    note(error)
    return error_page("not_enabled", other=_choose())


def _raced(_: SignInRaced) -> Response:
    """Nothing was committed, so what the phone confirmed is still there to be finished."""
    log.warning("request %s: lost every race for one person", request_id())
    if is_for_programs(request.path):
        return failure("service_unavailable", 503)
    ticket = request.view_args or {}
    again = url_for("pages.scan", **ticket) if "ticket_id" in ticket else _choose()
    return error_page("server_error", 503, again=again)


def _choose() -> str | None:
    """The page with all ways to sign in, if this is about a parked request."""
    interaction_id = (request.view_args or {}).get("interaction_id")
    if not interaction_id:
        return None
    return url_for("pages.choose", interaction_id=interaction_id, ways="all")


def _form_expired(error: CSRFError) -> Response:
    log.info("request %s: form refused: %s", request_id(), error.description)
    return error_page("form_expired")


def http_code(status: int) -> str:
    """The code of our own texts for what HTTP itself refuses."""
    return _HTTP.get(status, "not_found")


def keep_headers(response: Response, error: HTTPException) -> Response:
    """Says as HTTP wants it what is allowed, and when to come again."""
    if error.code == 429:
        response.headers["Retry-After"] = str(seconds_until_next(error))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def http_error(error: HTTPException) -> Response | HTTPException:
    """The answer to what no view answers: JSON for programs, a page for people."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    if status >= 500:
        log.error("request %s failed", request_id())
        return failure("server_error", status)
    if wants_json():
        return http_problem(error)
    wait = seconds_until_next(error) if status == 429 else None
    page = keep_headers(error_page(http_code(status), status, wait=wait), error)
    if is_nobodys():
        page.vary.add("Accept")
    return page
