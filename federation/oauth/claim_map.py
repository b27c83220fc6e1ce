"""Where a provider tells what of a person: JSON pointers (RFC 6901) into its answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

_POINTER = re.compile(r"(/([^~/]|~[01])*)*")
TRUE = (True, "true", "True", "TRUE", 1, "1")
"""How providers spell a yes (Apple sends the string)."""


@dataclass(frozen=True)
class ClaimMap:
    """Pointers, empty for what the provider does not tell; by default the standard claims of
    OpenID Connect (Core 5.1). Of several, parted by spaces, the first that leads somewhere.

    :param within: to what an ID is one of a kind in, such as a workspace; the name is then both.
    :param shared: to the name that several credentials of the provider share.
    """

    id: str = "/sub"
    within: str = ""
    shared: str = ""
    name: str = "/name /preferred_username /nickname"
    picture: str = "/picture"
    email: str = "/email"
    email_verified: str = "/email_verified"
    phone: str = "/phone_number"
    phone_verified: str = "/phone_number_verified"


NAMES = tuple(one.name for one in fields(ClaimMap))


def is_pointers(text: str) -> bool:
    """Whether a text is JSON pointers, parted by spaces."""
    return all(_POINTER.fullmatch(one) for one in text.split(" "))


def at(document: Any, pointers: str) -> Any:
    """What the first pointer leads to that leads anywhere; None where none does."""
    for pointer in pointers.split():
        found = _follow(document, pointer)
        if found not in (None, ""):
            return found
    return None


def text_at(document: Any, pointers: str) -> str | None:
    """A text, or a whole number as it was written; None for anything else."""
    found = at(document, pointers)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else None


def is_true_at(document: Any, pointers: str) -> bool:
    return at(document, pointers) in TRUE


def _follow(document: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping):
            document = document.get(name)
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return None
    return document
