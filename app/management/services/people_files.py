"""Files that administrators bring with people in them, as text."""

import re
from typing import IO, TextIO

from app.accounts.imports.decoding import Encoding, Workbook, text_of
from federation.errors import InvalidFields, Problem
from federation.translation import N_

WORKBOOK = N_("This is a spreadsheet's own file. Save it as CSV there, and bring that.")
_FIRST = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))')


def readable(content: IO[bytes], encoding: Encoding = "auto") -> TextIO:
    """The text of a file, in whatever encoding a program wrote it.

    :raises InvalidFields: it is a spreadsheet's own file and no text.
    """
    try:
        return text_of(content, encoding)
    except Workbook as error:
        raise InvalidFields([Problem("file", WORKBOOK)]) from error


def first_column(content: IO[bytes]) -> list[str]:
    """Of a table its first column, of a list its lines; without what is empty.

    Commas, semicolons and tabs part columns, and quotes hold one together that has such in it.

    :raises InvalidFields: it is a spreadsheet's own file and no text.
    """
    firsts = (_first(line.replace("\0", "")) for line in readable(content))
    return [first for first in firsts if first]


def _first(line: str) -> str:
    found = _FIRST.match(line)
    if found is None:
        return ""
    quoted, plain = found.groups()
    return (quoted.replace('""', '"') if quoted is not None else plain).strip()
