"""JSON from strangers: only what every parser would read alike (RFC 8259 4 and 8.2)."""

import json
from typing import Any


def read(text: str | bytes) -> Any:
    """The value, of UTF-8 alone (RFC 8259 8.1).

    :raises ValueError: it is no JSON, repeats a member, or holds NaN, an infinity or half a
        character.
    """
    text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    text.encode()  # half a character is nothing that can be stored
    try:
        value = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_no_number)
        if "\\u" in text:  # escapes can spell one
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def is_deeper(value: Any, limit: int) -> bool:
    """Whether arrays and objects stand within each other more than ``limit`` times."""
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and (
        limit == 0 or any(is_deeper(inner, limit - 1) for inner in value)
    )


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two parsers may pick different ones of two members with one name (RFC 7515 4, RFC 7519 4)."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is repeated")
    return members


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
