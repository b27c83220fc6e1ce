"""Errors for programs, all in one shape: ``{"error": code, "error_description": sentence}``."""

from typing import NoReturn

from flask import Flask, Request, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from app.web.rate_limits import seconds_to_wait
from oidc.protocol.endpoint_paths import PROGRAM_PATHS, below

ROOTS = (*PROGRAM_PATHS, "/.well-known", "/api", "/federation", "/health")
"""Where programs ask: they get JSON and never a page."""


is_for_programs = below(ROOTS)
"""Whether programs ask here, and people do not."""


_is_of_probes = below(("/health",))
_FILES = "/<name>.txt"
"""Where files are that prove a domain: what is not there is nobody's, as at other addresses."""


def wants_json() -> bool:
    """Whether an error is told to whoever asks as JSON, and not with a page.

    What no route knows is nobody's: there it is said by ``Accept``. Browsers name ``text/html``;
    programs do not, but for some that send it whatever they want (Java's URLConnection), so that
    it is not asked where only programs have something to look for.
    """
    path = request.path
    if is_for_programs(path) and (request.url_rule or not _is_of_probes(path)):
        return True
    return is_nobodys() and "text/html" not in request.accept_mimetypes.values()


def is_nobodys() -> bool:
    """Whether there is nothing at this address, whatever is asked of it."""
    rule = request.url_rule
    if rule is None:
        return not isinstance(request.routing_exception, MethodNotAllowed)
    return rule.rule == _FILES


def problem(code: str, hint: str, status: int) -> Response:
    """An error answer."""
    response = jsonify(error=code, error_description=hint)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def http_problem(error: HTTPException) -> Response:
    """The same shape for what Flask itself refuses."""
    status = error.code or 500
    if status == 429:
        response = problem("slow_down", "Too many requests; wait and try again.", 429)
        told = dict(error.get_headers()).get("Retry-After")
        response.headers["Retry-After"] = told or str(seconds_to_wait())
        return response
    if status >= 500:
        return problem("server_error", "Something went wrong on our side.", status)
    if status == 413:
        return problem("too_large", "The body is larger than is taken here.", status)
    response = problem("invalid_request", "There is no such resource or method here.", status)
    response.vary.add("Accept")
    allowed = dict(error.get_headers()).get("Allow")
    if allowed:
        response.headers["Allow"] = allowed
    return response


class JsonRedirects(Flask):
    """Flask, where what leads a program to an address with its slashes put right is JSON, too: no
    error handler is asked about that.
    """

    def raise_routing_exception(self, request: Request) -> NoReturn:
        led = request.routing_exception
        if isinstance(led, RequestRedirect) and is_for_programs(request.path):
            answer = problem("invalid_request", "Ask at the address in Location.", led.code)
            answer.location = led.new_url
            abort(answer)
        super().raise_routing_exception(request)
