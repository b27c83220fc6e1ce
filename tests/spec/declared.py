"""The tables of docs/clauses.md, as tests read them."""

import re

from tests.source import ROOT

PAGE = (ROOT / "docs" / "clauses.md").read_text(encoding="utf-8")


def rows(*headings: str) -> list[list[str]]:
    """The cells of the one table that begins with these headings."""
    head = re.escape("| " + " | ".join(headings) + " |")
    [table] = re.findall(rf"^{head}.*\n\|[- |]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]


def names(cell: str) -> list[str]:
    """What is written in backticks."""
    return re.findall(r"`([^`]+)`", cell)


def declared(*headings: str) -> list[str]:
    """The names of a table's first column, in order; each row has its clause in the last one."""
    table = rows(*headings)
    assert all(row[-1] for row in table), "a row has no clause"
    return sorted(name for row in table for name in names(row[0]))
