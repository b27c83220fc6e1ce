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

Object = tuple[int, dict[str, Any] | str]
"""The number of a line or of an element, with its members or the reason why there are none."""


def json_lines(text: IO[str]) -> Iterator[Object]:
    """One object a line."""
    number = 0
    while line := text.readline(LONGEST):
        number += 1
        if len(line) >= LONGEST and not line.endswith(("\n", "\r")):
            while (rest := text.readline(LONGEST)) and not rest.endswith(("\n", "\r")):
                pass
            yield number, "too_long"
        elif line.strip():
            yield number, _object(line)


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
            yield number, "cut_short"
            return
        try:
            found, end = _DECODER.raw_decode(buffer)
        except (ValueError, RecursionError):
            resumed = _NEXT_OBJECT.search(buffer)
            is_cut = at_end and resumed is None and buffer.startswith("{")
            yield number, "cut_short" if is_cut else "not_json"
            if resumed is None:
                if not at_end:
                    yield number + 1, "cut_short"
                return
            buffer = buffer[resumed.end() :]
            continue
        buffer = buffer[end:]
        yield number, found if isinstance(found, dict) else "not_json"


def _object(line: str) -> dict[str, Any] | str:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return "not_json"
    return found if isinstance(found, dict) else "not_json"
