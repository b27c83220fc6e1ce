"""CSV that spreadsheets open as text: nothing in it is a formula, whoever wrote the names."""

import csv
import io
from collections.abc import Iterable

BEGINNING = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Of a file, by which spreadsheets know UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How cells begin that a spreadsheet would run, full-width signs with them."""


def row(cells: Iterable[object]) -> str:
    """One line. A cell that could be run gets an apostrophe, which an import takes back."""
    line = io.StringIO()
    texts = ("" if cell is None else str(cell) for cell in cells)
    csv.writer(line).writerow([_safe(text) for text in texts])
    return line.getvalue()


def _safe(text: str) -> str:
    is_run = text.lstrip(" ").startswith(FORMULA)
    # A telephone number is no formula, and reads better as it is.
    is_number = text[1:].isdigit() and text.startswith("+")
    return "'" + text if is_run and not is_number else text
