"""Reads what the mini program sends: how it was opened, and what the person agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Request
from werkzeug.datastructures import MultiDict

from app.mini_program.entry import Entry
from federation.upstreams import Codes

LIMIT = 4096
"""Bytes; codes are far shorter."""
CODE_LIMIT = 512
PHONE_KINDS = ("quick", "realtime")
SCENE_DIGITS = 5
APP_ID_LIMIT = 64


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
    entry: Entry


def read_entry(query: MultiDict[str, str]) -> Entry:
    """How the mini program was opened, from the query of a GET.

    :raises BadBody: for what WeChat does not tell.
    """
    sent: dict[str, Any] = {}
    for name in ("scene", "referrer_app_id"):
        values = query.getlist(name)
        if len(values) > 1:
            raise BadBody(f"Send {name} once.")
        sent[name] = values[0] if values else None
    scene = sent["scene"]
    if scene is not None and scene.isascii() and scene.isdigit() and len(scene) <= SCENE_DIGITS:
        sent["scene"] = int(scene)
    return _entry(sent)


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
    codes = Codes(js_code, _code(body, "phone_code"), kind)
    return Confirmation(codes, _number(body), _entry(body))


def _json_object(request: Request) -> dict[str, Any]:
    if (request.content_length or 0) > LIMIT:
        raise BadBody("The body is too large.")
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise BadBody("Send a JSON object.")
    return body


def _entry(sent: Mapping[str, Any]) -> Entry:
    scene, app_id = sent.get("scene"), sent.get("referrer_app_id")
    if scene is not None and not (type(scene) is int and 0 <= scene < 10**SCENE_DIGITS):
        raise BadBody("scene must be the number that WeChat gave, such as 1069.")
    if app_id is not None and not (isinstance(app_id, str) and len(app_id) <= APP_ID_LIMIT):
        raise BadBody("referrer_app_id must be the AppID that WeChat gave.")
    return Entry(scene, app_id or None)


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
