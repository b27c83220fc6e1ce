"""Everything that the API refuses, in one shape: ``{"error", "error_description", …}``."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import Response

STATUS = {
    "invalid_request": 400,
    "invalid_token": 401,
    "insufficient_scope": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "precondition_failed": 412,
    "too_large": 413,
    "unsupported_media_type": 415,
    "precondition_required": 428,
    "slow_down": 429,
    "server_error": 500,
    "temporarily_unavailable": 503,
}
HEADERS = {"Cache-Control": "no-store"}


class Problem(NamedTuple):
    """One member of a body, or one parameter, and one sentence about it."""

    field: str
    message: str


class ApiProblem(Exception):
    """The request changed nothing.

    :param hint: one sentence for the developer of the caller.
    :param problems: everything that is wrong with the body or the parameters.
    :param dependents: what has to go before what was to be deleted can.
    """

    def __init__(
        self,
        code: str,
        hint: str,
        *,
        problems: Sequence[Problem] = (),
        dependents: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.hint = hint
        self.problems = tuple(problems)
        self.dependents = tuple(dependents)

    @property
    def status(self) -> int:
        return STATUS[self.code]

    def response(self) -> Response:
        body: dict[str, Any] = {"error": self.code, "error_description": self.hint}
        if self.problems:
            body["problems"] = [problem._asdict() for problem in self.problems]
        if self.dependents:
            body["dependents"] = [dict(dependent) for dependent in self.dependents]
        return answer(body, self.status)


class TooMany(ApiProblem):
    """More requests than one program or one address may send."""

    def __init__(self, seconds: int) -> None:
        super().__init__("slow_down", "Too many requests; try again after Retry-After seconds.")
        self.seconds = seconds

    def response(self) -> Response:
        response = super().response()
        response.headers["Retry-After"] = str(self.seconds)
        return response


class NotFound(ApiProblem):
    def __init__(self, hint: str = "There is no such record.") -> None:
        super().__init__("not_found", hint)


class Conflict(ApiProblem):
    def __init__(self, hint: str, dependents: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__("conflict", hint, dependents=dependents)


class VersionConflict(ApiProblem):
    def __init__(self) -> None:
        hint = "It is not at the version that If-Match names; read it again."
        super().__init__("precondition_failed", hint)


class Invalid(ApiProblem):
    """The body or the parameters cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("invalid_request", "See problems; nothing was changed.", problems=problems)


def answer(body: Any, status: int = 200) -> Response:
    """JSON that nobody keeps."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(content, status, HEADERS, mimetype="application/json")
