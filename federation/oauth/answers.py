"""Reads what a provider's server answered, whatever it calls it.

Content types lie: JSON comes as ``text/plain`` and ``text/html``, some of the older providers
answer form-encoded (RFC 6749 was a draft then), with a call of a JavaScript function around the
JSON, or with something before it that keeps scripts from reading it. The first characters tell.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from federation.ports import Reply

_CALL = re.compile(r"\s*[A-Za-z_$][\w$.]*\s*\(\s*(\{.*\})\s*\)\s*;?\s*", re.DOTALL)
_GUARD = re.compile(r"(&&&START&&&|\)\]\}',?|(while\(1\)|for\(;;\));)\s*(?=\{)")
_FORM = re.compile(r"[\w.~+%-]+=[^<>\s]*")


class Unreadable(ValueError):
    """Neither JSON nor a form."""


def read(reply: Reply) -> Mapping[str, Any]:
    """The object that an answer holds. Whole numbers stay exact, however long; others stay as they
    were written.

    :raises Unreadable: it holds none.
    """
    text = reply.body.decode("utf-8-sig", "replace").strip()
    if guard := _GUARD.match(text):
        text = text[guard.end() :]
    called = _CALL.fullmatch(text)
    if called:
        text = called[1]
    if text.startswith("{"):
        return _json(text)
    if _FORM.fullmatch(text):
        return dict(parse_qsl(text))
    raise Unreadable("neither JSON nor a form")


def _json(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text, parse_float=str, strict=False)
        # Escapes can spell half a character, which nothing that stores text will take.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Unreadable("JSON that is not well-formed") from error
    if not isinstance(value, dict):
        raise Unreadable("JSON that is no object")
    return value
