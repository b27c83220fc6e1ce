"""Reads what the mini program sends when the person agrees."""

from dataclasses import dataclass
from typing import Any

from flask import Request

from federation.upstreams import Codes

LIMIT = 4096
"""Bytes; codes are far shorter."""
CODE_LIMIT = 512
PHONE_KINDS = ("quick", "realtime")


class BadBody(Exception):
    """:param hint: one sentence for the mini program's developer; it never echoes a value."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The person's agreement. Whatever else the body claims (an openid, a phone) is not read."""

    codes: Codes
    number: int | None


def read_confirmation(request: Request) -> Confirmation:
    """The codes and the number from a JSON body.

    :raises BadBody: for anything else.
    """
    body = _json_object(request)
    js_code = _code(body, "js_code")
    if js_code is None:
        raise BadBody("Send js_code, the code that wx.login gave.")
    kind = body.get("phone_kind", "quick")
    if kind not in PHONE_KINDS:
        raise BadBody("phone_kind must be quick or realtime.")
    return Confirmation(Codes(js_code, _code(body, "phone_code"), kind), _number(body))


def _json_object(request: Request) -> dict[str, Any]:
    if (request.content_length or 0) > LIMIT:
        raise BadBody("The body is too large.")
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise BadBody("Send a JSON object.")
    return body


def _code(body: dict[str, Any], name: str) -> str | None:
    code = body.get(name)
    if code is None:
        return None
    if not isinstance(code, str) or not 0 < len(code) <= CODE_LIMIT or not code.isascii():
        raise BadBody(f"{name} must be the string that was given.")
    return code


def _number(body: dict[str, Any]) -> int | None:
    number = body.get("number")
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 99:
        raise BadBody("number must be one of the numbers that were offered.")
    return number
