"""docs/asvs.md: every requirement of level 2 once, with a reason or a place; few are not met."""

import re
from collections.abc import Iterator

from tests.source import ROOT

NUMBERS = {
    "6": {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    "7": {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    "9": {1: 3, 2: 4},
    "10": {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
}
"""The last requirement of level 1 or 2 in each section; those of level 3 alone come after."""
MOST = 6


def rows() -> list[tuple[str, str, str, str]]:
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    return re.findall(r"^\| ([\d.]+) \| (.*?) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)


def expected() -> Iterator[str]:
    for chapter, sections in NUMBERS.items():
        for section, last in sections.items():
            yield from (f"{chapter}.{section}.{number}" for number in range(1, last + 1))


def test_every_requirement_of_level_2_is_there_once_and_in_order() -> None:
    assert [number for number, *_ in rows()] == list(expected())


def test_what_is_met_says_where_and_what_is_not_says_why() -> None:
    untold = [
        number
        for number, state, why, where in rows()
        if state not in ("met", "n.a.", "**not met**")
        or not why
        or (state == "met" and "`" not in where and "](" not in where)
    ]

    assert untold == []


def test_few_are_not_met() -> None:
    assert len([number for number, state, *_ in rows() if state == "**not met**"]) <= MOST
