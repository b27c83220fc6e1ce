"""The members of a JSON object, each with its text exactly as it came: what signatures are over."""

import json
import re
from typing import Any

from federation.oauth.answers import Unreadable

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_float=str, strict=False)


def members(body: bytes) -> dict[str, tuple[Any, str]]:
    """Of an answer, each with its value and its text as it came.

    :raises Unreadable: it is no object, or names something twice.
    """
    try:
        return _members(body.decode("utf-8-sig"))
    except (ValueError, RecursionError, IndexError) as error:
        raise Unreadable("JSON that is not well-formed") from error


def _members(text: str) -> dict[str, tuple[Any, str]]:
    found: dict[str, tuple[Any, str]] = {}
    at, mark = _after(text, 0, "{"), ","
    while mark == ",":
        name, at = _DECODER.raw_decode(text, _skip(text, at))
        begin = _skip(text, _after(text, at, ":"))
        value, end = _DECODER.raw_decode(text, begin)
        if not isinstance(name, str) or name in found:
            raise ValueError("something is no name, or named twice")
        # Escapes can spell half a character, which nothing that stores text will take.
        json.dumps(value, ensure_ascii=False).encode()
        found[name] = value, text[begin:end]
        at = _skip(text, end)
        mark, at = text[at], at + 1
    if mark != "}" or text[at:].strip():
        raise ValueError("it does not end well")
    return found


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _after(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at] != mark:
        raise ValueError(f"no {mark}")
    return at + 1
