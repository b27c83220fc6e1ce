"""Reads the body of a push, JSON or XML, into plain fields.

WeChat's samples hold stray spaces in names and values; both are stripped.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from federation.errors import PushRefused

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

Fields = Mapping[str, str]


def fields_of(body: bytes) -> Fields:
    """The members of a flat message as text. Raises ``PushRefused`` for anything else."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    try:
        found = _xml(body) if start == b"<" else _json(body)
        _check_text("".join((*found, *found.values())))
    except (ValueError, LookupError, RecursionError):
        raise PushRefused("neither JSON nor XML") from None
    return {name.strip(): value.strip() for name, value in found.items()}


def _check_text(text: str) -> None:
    """Refuses what JSON can write and no database can hold."""
    if "\0" in text:
        raise ValueError("a zero character")
    text.encode()


def _json(body: bytes) -> dict[str, str]:
    document = json.loads(body.decode("utf-8-sig"), strict=False)
    if not isinstance(document, dict):
        raise ValueError("not an object")
    return {
        name: str(value) for name, value in document.items() if isinstance(value, str | int | float)
    }


def _xml(body: bytes) -> dict[str, str]:
    """The children of the one root element. There are no document types, so no entities either."""
    from xml.parsers import expat  # with the first push that is no JSON

    reader = _Reader(expat.ParserCreate())
    try:
        # Samples write "< OpenPID>"; that is not XML, strictly, by the opening bracket alone.
        reader.parse(body.replace(b"< ", b"<"))
    except expat.ExpatError as error:
        raise ValueError("no XML") from error
    return reader.found


class _Reader:
    def __init__(self, parser: "XMLParserType") -> None:
        self.found: dict[str, str] = {}
        self._depth = 0
        self._name = ""
        self._parser = parser
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def parse(self, body: bytes) -> None:
        self._parser.Parse(body, True)

    def _refuse(self, *declaration: object) -> None:  # noqa: ARG002
        raise ValueError("a document type")

    def _start(self, name: str, attributes: object) -> None:  # noqa: ARG002
        self._depth += 1
        if self._depth == 2:
            self._name = name
            self.found[name] = ""

    def _end(self, name: str) -> None:  # noqa: ARG002
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._depth == 2:
            self.found[self._name] += text
