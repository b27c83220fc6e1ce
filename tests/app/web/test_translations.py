"""Every sentence exists in both languages, and no sentence escapes translation."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "app/templates").rglob("*.html"))
OURS = sorted((ROOT / "app/translations").rglob("*.po"))
OF_SOURCES = sorted((ROOT / "federation").glob("*/translations/*.po"))
CATALOGS = [*OURS, *OF_SOURCES]
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "N_": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
READ_ALOUD = ("alt", "title", "placeholder", "aria-label", "aria-description")
OUR_NAME = {"Qiao", "桥"}


@cache
def places_of_sentences() -> dict[str, set[Path]]:
    """Each sentence, and the files in which it stands."""
    with (ROOT / "babel.cfg").open() as configuration:
        methods, options = parse_mapping_cfg(configuration)
    places: dict[str, set[Path]] = {}
    for name, _, message, _, _ in extract_from_dir(ROOT, methods, options, KEYWORDS):
        if isinstance(message, str):
            places.setdefault(message, set()).add(ROOT / name)
    return places


def sentences_in_source() -> set[str]:
    return set(places_of_sentences())


def name_of(catalog: Path) -> str:
    return str(catalog.relative_to(ROOT))


def messages(catalog: Path) -> list[Message]:
    with catalog.open("rb") as lines:
        read: Catalog = read_po(lines)
    return [message for message in read if message.id]


def translated(catalog: Path) -> set[str]:
    return {str(each.id) for each in messages(catalog) if each.string and not each.fuzzy}


@pytest.mark.slow
@pytest.mark.parametrize("catalog", OURS, ids=name_of)
def test_every_sentence_is_translated(catalog: Path) -> None:
    of_sources = set().union(*(translated(each) for each in OF_SOURCES))

    missing = sentences_in_source() - translated(catalog) - of_sources

    assert not missing


@pytest.mark.parametrize("catalog", OF_SOURCES, ids=name_of)
def test_source_has_its_own_sentences_in_its_own_folder(catalog: Path) -> None:
    folder = catalog.parents[1]
    alone = {
        sentence
        for sentence, places in places_of_sentences().items()
        if all(place.is_relative_to(folder) for place in places)
    }

    assert translated(catalog) == alone


@pytest.mark.parametrize("catalog", CATALOGS, ids=name_of)
def test_catalog_holds_no_sentence_that_is_no_longer_said(catalog: Path) -> None:
    known = {each.id for each in messages(catalog)}

    assert not known - sentences_in_source()


@pytest.mark.parametrize("catalog", CATALOGS, ids=name_of)
def test_catalog_translates_each_sentence_once(catalog: Path) -> None:
    said = re.findall(r'^msgid ".+"$', catalog.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize("catalog", CATALOGS, ids=name_of)
def test_translations_fill_in_the_same_values(catalog: Path) -> None:
    differing = [
        each.id
        for each in messages(catalog)
        if sorted(PLACEHOLDER.findall(str(each.id)))
        != sorted(PLACEHOLDER.findall(str(each.string)))
    ]

    assert not differing


class Words(HTMLParser):
    """Collects what a person would read or hear that is written into the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += re.findall(r"[^\W\d_]+", data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        for name, value in attrs:
            if name in READ_ALOUD:
                self.handle_data(value or "")


def words_outside_gettext(template: str) -> Iterator[str]:
    tokens = Environment(autoescape=True).lex(template)
    # An expression stands for something without letters: 0.
    page = "".join(text if kind == "data" else "0" for _, kind, text in blank_tags(tokens))
    reader = Words()
    reader.feed(page)
    return (word for word in reader.found if word not in OUR_NAME)


def blank_tags(tokens: Iterator[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    """Leaves out statements and comments, so that they do not break an HTML tag apart."""
    inside = False
    for line, kind, text in tokens:
        if kind in ("block_begin", "comment_begin"):
            inside = True
        elif kind in ("block_end", "comment_end"):
            inside = False
        elif kind == "data" or (kind == "variable_begin" and not inside):
            yield line, kind, text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_says_nothing_outside_of_gettext(template: Path) -> None:
    source = template.read_text(encoding="utf-8")

    assert list(words_outside_gettext(source)) == []


@pytest.mark.parametrize(
    "template",
    ["<p>Hello</p>", '<img alt="A code">', "{% if x %}<b>你好</b>{% endif %}", "{{ x }} left"],
)
def test_plain_words_in_a_template_are_noticed(template: str) -> None:
    assert list(words_outside_gettext(template))
