"""One demand, and whether it is met."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

REVISION = "2026-07-28"
TIMEOUT = 20
"""Seconds for one answer."""
NOBODY = "nobody may register here, so there is no client to ask as"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Demand:
    """:param level: ``MUST`` or ``SHOULD``, as the specification has it.

    :param met: None where it could not be tried.
    :param seen: what was seen instead.
    """

    level: str
    words: str
    met: bool | None
    seen: str = ""

    def __str__(self) -> str:
        word = {True: "met", False: "NOT MET", None: "not tried"}[self.met]
        seen = "" if self.met else f" ({NOBODY if self.met is None else self.seen})"
        return f"{word:9}  {self.level:6}  {self.words}{seen}"


def must(words: str, met: bool | None, seen: object = "") -> Demand:
    return Demand("MUST", words, met, str(seen))


def should(words: str, met: bool | None, seen: object = "") -> Demand:
    return Demand("SHOULD", words, met, str(seen))


def get(url: str, **query: str) -> requests.Response:
    """The answer itself: a redirect is not followed."""
    return requests.get(url, params=query or None, allow_redirects=False, timeout=TIMEOUT)


def document(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer; empty where it has none."""
    try:
        told = answer.json() if answer.ok else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def is_protected(url: str) -> bool:
    """Whether it is https, or does not leave this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK
