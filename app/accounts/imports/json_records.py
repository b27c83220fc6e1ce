"""Objects of a JSON array, or of lines of JSON, read one at a time."""

import json
import re
from collections.abc import Iterator
from typing import IO, Any

LONGEST = 64 * 1024
"""Characters of one object."""
_BETWEEN = re.compile(r"\A[\s,]*")
_NEXT_OBJECT = re.compile(r"\}\s*,\s*(?=\{)")
_DECODER = json.JSONDecoder()

SHOWN = 300
"""Characters of what cannot be read that are kept, so that it can be found and mended."""
AS_IT_STANDS = ""
"""The name of the one member of an object that cannot be read: the text, as it stands."""

Object = tuple[int, dict[str, Any], str]
"""The number of a line or of an element, its members, and the reason why it cannot be read."""


def json_lines(text: IO[str]) -> Iterator[Object]:
    """One object a line."""
    number = 0
    while line := text.readline(LONGEST):
        number += 1
        if len(line) >= LONGEST and not line.endswith(("\n", "\r")):
            while (rest := text.readline(LONGEST)) and not rest.endswith(("\n", "\r")):
                pass
            yield _unread(number, line, "too_long")
        elif line.strip():
            yield _object(number, line)


def json_array(text: IO[str]) -> Iterator[Object]:
    """The elements of one array; its bracket is the next character."""
    text.read(1)
    buffer, number, at_end = "", 0, False
    while True:
        buffer = _BETWEEN.sub("", buffer, count=1)
        if len(buffer) < LONGEST and not at_end:
            more = text.read(LONGEST)
            buffer, at_end = buffer + more, not more
            continue
        if buffer.startswith("]"):
            return
        number += 1
        if not buffer:
            yield number, {}, "cut_short"
            return
        try:
            found, end = _DECODER.raw_decode(buffer)
        except (ValueError, RecursionError):
            resumed = _NEXT_OBJECT.search(buffer)
            is_cut = at_end and resumed is None and buffer.startswith("{")
            stands = buffer[: resumed.start() + 1] if resumed else buffer
            yield _unread(number, stands, "cut_short" if is_cut else "not_json")
            if resumed is None:
                if not at_end:
                    yield number + 1, {}, "cut_short"
                return
            buffer = buffer[resumed.end() :]
            continue
        yield _told(number, found, buffer[:end])
        buffer = buffer[end:]


def _object(number: int, line: str) -> Object:
    try:
        return _told(number, json.loads(line), line)
    except (ValueError, RecursionError):
        return _unread(number, line, "not_json")


def _told(number: int, found: Any, text: str) -> Object:
    return (number, found, "") if isinstance(found, dict) else _unread(number, text, "not_json")


def _unread(number: int, text: str, reason: str) -> Object:
    return number, {AS_IT_STANDS: text.strip()[:SHOWN]}, reason
