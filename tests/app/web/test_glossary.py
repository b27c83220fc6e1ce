"""One word for one thing: no sentence that people read has a word that the glossary forbids."""

import re
from pathlib import Path

import pytest

from app.management.services import presets
from tests import translations
from tests.app.web.test_translations import CATALOGS, messages

GLOSSARY = translations.ROOT / "docs/glossary.md"


def rows() -> list[list[str]]:
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def forbidden(column: int) -> list[str]:
    return [word for row in rows() for word in re.split(r",\s*", row[column]) if word]


def sentences(tag: str) -> str:
    of_language = (path for path in CATALOGS if tag in str(path))
    return "\n".join(str(each.string) for path in of_language for each in messages(path))


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: path.parent.parent.name + path.name)
def test_no_sentence_has_a_word_that_the_glossary_forbids(catalog: Path) -> None:
    simplified = "zh_Hans" in str(catalog)
    english = re.compile(r"\b(" + "|".join(map(re.escape, forbidden(4))) + r")\b", re.IGNORECASE)
    chinese = re.compile("|".join(map(re.escape, forbidden(5)))) if simplified else None

    wrong = [
        (each.id, found[0])
        for each in messages(catalog)
        for found in (english.search(str(each.id)), chinese and chinese.search(str(each.string)))
        if found
    ]

    assert not wrong


def test_every_chosen_word_is_said_somewhere() -> None:
    """A word that nobody says has been replaced without the glossary."""
    said = {tag: sentences(tag) for tag in ("zh_Hans", "zh_Hant")}

    for row in rows():
        for column, tag in ((2, "zh_Hans"), (3, "zh_Hant")):
            for word in re.split(r",\s*", row[column]):
                assert word in said[tag], (tag, word)


@pytest.mark.parametrize("source", translations.sources(), ids=lambda path: path.parents[1].name)
def test_traditional_chinese_is_derived_and_current(source: Path) -> None:
    path = translations.derived_path(source)

    assert path.read_text("utf-8") == translations.derive(source), "run `make translations`"


def test_notes_of_the_programs_in_traditional_chinese_are_current() -> None:
    assert presets.TRADITIONAL_NOTES.read_text("utf-8") == translations.notes(), (
        "run `make translations`"
    )
