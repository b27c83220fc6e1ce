"""docs/clauses.md: every file and every test that it names is there."""

import re

import pytest

from tests.source import ROOT

PAGE = (ROOT / "docs" / "clauses.md").read_text(encoding="utf-8")
TABLES = [
    [line.strip("|").split(" | ") for line in table.splitlines()[2:]]
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE)
]


@pytest.mark.parametrize(
    "clause", ["5.3.2.1", "5.3.2.2", "5.3.2.3", "5.3.4", "5.4.1", "5.4.2", "5.4.3"]
)
def test_every_clause_of_the_profile_has_its_rows(clause: str) -> None:
    assert f"| {clause} " in PAGE


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)

    assert len(named) > 30
    assert [file for file, _ in named if not (ROOT / file).is_file()] == []
    lost = [
        test
        for file, test in named
        if test and not re.search(rf"^def {test}\(", (ROOT / file).read_text(), re.MULTILINE)
    ]
    assert lost == []
