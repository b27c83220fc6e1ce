"""Lines of CSV that are safe to open: cells that a spreadsheet would run are made harmless."""

import csv
import io
from collections.abc import Iterable

BEGINNING = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which spreadsheets know UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(cells: Iterable[object]) -> str:
    """One line; a cell that begins like a formula begins with an apostrophe."""
    text = io.StringIO()
    csv.writer(text).writerow([_safe(str(cell)) for cell in cells])
    return text.getvalue()


def _safe(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell
