"""Rows of CSV, one at a time, so that a lost quote or a cut end costs its own row and no other."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import IO, NamedTuple

LONGEST_LINE = 64 * 1024
"""Characters of one line."""
MOST_LINES = 20
"""Lines that one row may take, for line breaks inside its quotes."""
DELIMITERS = ",;\t"


class Cells(NamedTuple):
    """A row: where it begins, its cells, and the reason why they are not to be believed.

    :param is_whole: its line has an end.
    """

    line: int
    cells: list[str]
    reason: str = ""
    is_whole: bool = True


class _Line(NamedTuple):
    number: int
    text: str


class CsvRows:
    """The rows of a text; the first one is as good as any other here."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self._again: deque[_Line] = deque()
        self._number = 0
        self._delimiter = ""
        self._width = 0

    def __iter__(self) -> Iterator[Cells]:
        while (first := self._next()) is not None:
            if first.text.strip():
                yield self._row(first)

    def _next(self) -> _Line | None:
        if self._again:
            return self._again.popleft()
        text = self._text.readline(LONGEST_LINE)
        if not text:
            return None
        self._number += 1
        return _Line(self._number, text)

    def _row(self, first: _Line) -> Cells:
        if len(first.text) >= LONGEST_LINE and not first.text.endswith(("\n", "\r")):
            self._skip_line()
            return Cells(first.number, [], "too_long")
        if not self._delimiter:
            self._delimiter = max(DELIMITERS, key=first.text.count)
        lines = [first]
        while True:
            cells, problem = self._parse(lines)
            if problem != "open_quote" or len(lines) == MOST_LINES:
                break
            following = self._next()
            if following is None:
                break
            lines.append(following)
        if len(lines) > 1 and (problem or (self._width and len(cells) != self._width)):
            # The quote that swallowed lines is a stray one: they are rows of their own.
            self._again.extendleft(reversed(lines[1:]))
            return Cells(first.number, self._as_it_stands(first), "open_quote")
        if problem:
            return Cells(first.number, self._as_it_stands(first), problem)
        self._width = self._width or len(cells)
        return Cells(first.number, cells, is_whole=lines[-1].text.endswith(("\n", "\r")))

    def _as_it_stands(self, line: _Line) -> list[str]:
        """The cells of a row whose quotes cannot be followed, with them: it can be mended then."""
        return line.text.rstrip("\r\n").split(self._delimiter)

    def _parse(self, lines: list[_Line]) -> tuple[list[str], str]:
        reader = csv.reader((one.text for one in lines), delimiter=self._delimiter, strict=True)
        try:
            return next(reader, []), ""
        except csv.Error as error:
            return [], "open_quote" if "unexpected end" in str(error) else "bad_quote"

    def _skip_line(self) -> None:
        while (rest := self._text.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
            pass
