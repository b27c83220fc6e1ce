"""One word for one thing: no sentence that people read has a word that the glossary forbids."""

import re
from pathlib import Path

import pytest

from app.management.services import presets
from tests import translations
from tests.app.web.test_translations import CATALOGS, messages

GLOSSARY = translations.ROOT / "docs/glossary.md"
PLACE = re.compile(r"%\(\w+\)s")
"""Where a value is put in: its name is not read by anybody."""


def rows(columns: int = 7) -> list[list[str]]:
    """Of the table that has so many columns."""
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    return [row for row in cells if len(row) == columns][2:]


def words(cell: str) -> list[str]:
    return [word for word in re.split(r",\s*", cell) if word]


def forbidden(column: int) -> list[str]:
    return [word for row in rows() for word in words(row[column])]


def of_the_mainland() -> tuple[list[str], list[str]]:
    """What Taiwan does not say, and the words that only have such a word in them."""
    found: list[str] = []
    spared: list[str] = []
    for _, cell in rows(2):
        said, _, allowed = cell.partition(" (")
        found += words(said)
        spared += words(allowed.rstrip(")"))
    return found, spared


def search(catalog: Path, sentence: str) -> re.Match[str] | None:
    """A word that the glossary forbids in the language of the catalog."""
    if "zh_Hans" in str(catalog):
        return re.search("|".join(map(re.escape, forbidden(5))), sentence)
    found, spared = of_the_mainland()
    said = re.sub("|".join(map(re.escape, spared)), " ", sentence)
    return re.search("|".join(map(re.escape, [*forbidden(6), *found])), said)


def sentences(tag: str) -> str:
    of_language = (path for path in CATALOGS if tag in str(path))
    return "\n".join(str(each.string) for path in of_language for each in messages(path))


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: path.parent.parent.name + path.name)
def test_no_sentence_has_a_word_that_the_glossary_forbids(catalog: Path) -> None:
    english = re.compile(r"\b(" + "|".join(map(re.escape, forbidden(4))) + r")s?\b", re.IGNORECASE)

    wrong = [
        (each.id, found[0])
        for each in messages(catalog)
        for found in (
            english.search(PLACE.sub("", str(each.id))),
            search(catalog, str(each.string)),
        )
        if found
    ]

    assert not wrong


def test_words_of_the_mainland_are_found_and_those_that_only_have_one_in_them_are_not() -> None:
    catalog = Path("zh_Hant/messages.po")

    assert len(of_the_mainland()[0]) > 60
    for sentence in ("新用戶", "服務器", "配置", "連接", "手機號", "用戶端登錄"):
        assert search(catalog, sentence), sentence
    for sentence in ("用戶端", "連接埠", "手機號碼", "基本配置"):
        assert not search(catalog, sentence), sentence


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
