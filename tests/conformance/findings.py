"""What the suite's log of a module says: what failed, and which pages were handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

TROUBLE = ("FAILURE", "WARNING")
MOST = 300
"""Characters of the suite's own words that are shown."""


@dataclass(frozen=True)
class Picture:
    """A page that was handed in. :param heading: its first heading; :param source: all of it."""

    heading: str
    source: str


def troubles(log: Iterable[Any]) -> list[str]:
    """The failures and warnings, a line for each: condition, message, clauses."""
    return [_sentence(entry) for entry in log if _of(entry, "result") in TROUBLE]


def pictures(log: Iterable[Any]) -> list[Picture]:
    """The pages that the browser handed in, in their order."""
    pages = (_of(entry, "page_source") for entry in log if "matched_regexp" in _known(entry))
    return [Picture(heading(page), page) for page in pages if page]


def wanted_pictures(log: Iterable[Any]) -> list[str]:
    """What the pictures are to show that the suite still waits for."""
    return [_of(entry, "msg")[:MOST] for entry in log if _of(entry, "upload")]


def says(log: Iterable[Any], words: str) -> bool:
    """Whether a message has these words."""
    return any(words in _of(entry, "msg") for entry in log)


def heading(page: str) -> str:
    """The text of a page's first heading, or its title, or nothing."""
    reader = _Headings()
    reader.feed(page)
    return " ".join((reader.heading or reader.title).split())


class _Headings(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._within: list[str] = []
        self.heading = self.title = ""
        self._closed: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in ("h1", "title") and tag not in self._closed:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            self._within.remove(tag)
            self._closed.add(tag)

    def handle_data(self, data: str) -> None:
        if "h1" in self._within:
            self.heading += data
        elif "title" in self._within:
            self.title += data


def _sentence(entry: Mapping[str, Any]) -> str:
    clauses = entry.get("requirements")
    shown = ", ".join(map(str, clauses)) if isinstance(clauses, list) else ""
    said = f"{_of(entry, 'result')} {_of(entry, 'src')}: {_of(entry, 'msg')[:MOST]}"
    return f"{said} ({shown})" if shown else said


def _known(entry: object) -> Mapping[str, Any]:
    return entry if isinstance(entry, dict) else {}


def _of(entry: object, name: str) -> str:
    value = _known(entry).get(name)
    return value if isinstance(value, str) else ""
