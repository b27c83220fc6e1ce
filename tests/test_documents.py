"""Documentation under test: what is documented exists, and what exists is documented."""

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.utils import import_string

from app.factory import create_app
from app.management.cli.commands import COMMANDS
from app.settings import Settings
from app.settings_reading import variable
from tests import routes, services
from tests.source import ROOT

DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "adr").glob("[0-9]*.md"))
CLIENTS = sorted((ROOT / "clients").rglob("*.md"))
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
DOCUMENTS = [
    *READMES,
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    *sorted(DOCS.rglob("*.md")),
    *CLIENTS,
]
TWINS = {
    "README.md": "README.zh-CN.md",
    "docs/mobile-apps.md": "docs/zh/mobile-apps.md",
    "docs/operations.md": "docs/zh/operations.md",
    "docs/wechat-setup.md": "docs/zh/wechat-setup.md",
    "clients/miniprogram/README.md": "clients/miniprogram/README.zh-CN.md",
}
WORDS = (
    "app/translations/zh_Hans/LC_MESSAGES/messages.po",
    "federation/wechat/translations/zh_Hans.po",
)
PICTURES = {"docs/pictures/scan.webp": "docs/pictures/scan.zh.webp"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def title(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(issuer="https://login.example.com", secret_keys=("s" * 64,)))


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    documented = set(
        re.findall(r"^\| `(QIAO_\w+)` \|", text("docs/configuration.md"), re.MULTILINE)
    )

    assert documented == {variable(field.name) for field in fields(Settings)}


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    table = text("docs/operations.md").partition("## Commands")[2].partition("\n## ")[0]
    documented = set(re.findall(r"^\| `([a-z -]+)`", table, re.MULTILINE))

    commands = tuple(import_string(late.place) for name, late in COMMANDS.items() if name != "db")
    assert documented == paths(tuple(command for command in commands if not command.hidden))


def paths(commands: "tuple[click.Command, ...]", before: str = "") -> set[str]:
    """``clients add`` and the like; a group alone is no command."""
    found = set()
    for command in commands:
        if isinstance(command, click.Group):
            found |= paths(tuple(command.commands.values()), f"{before}{command.name} ")
        else:
            found.add(f"{before}{command.name}")
    return found


def test_routes_are_documented_as_they_are(app: Flask) -> None:
    assert text("docs/routes.md") == routes.document(app)


def test_every_route_says_what_it_is(app: Flask) -> None:
    assert [path for path, _methods, line in routes.rows(app) if not line] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=title)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=title)
def test_named_files_exist(document: Path) -> None:
    named = re.findall(
        r"`((?:app|oidc|federation|tests|docs|bench|migrations)/[\w./-]+)`",
        document.read_text(encoding="utf-8"),
    )

    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=title)
def test_named_tests_exist(document: Path) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", document.read_text(encoding="utf-8"))

    assert [f"{path}::{name}" for path, name in named if f"def {name}(" not in text(path)] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=title)
def test_decision_says_context_decision_consequences_and_what_would_change_it(
    decision: Path,
) -> None:
    headings = re.findall(r"^## (.+)$", decision.read_text(encoding="utf-8"), re.MULTILINE)

    assert headings == ["Context", "Decision", "Consequences", "What would change our mind"]


def test_every_decision_is_in_the_index_with_its_title_and_a_date() -> None:
    listed = re.findall(
        r"^\| \[(.+)\]\((.+)\) \| 2\d{3}-\d\d-\d\d \|$", text("docs/adr/README.md"), re.MULTILINE
    )

    titles = [path.read_text(encoding="utf-8").partition("\n")[0][2:] for path in DECISIONS]
    assert listed == list(zip(titles, (path.name for path in DECISIONS), strict=True))


@pytest.mark.parametrize("document", DOCUMENTS, ids=title)
def test_named_make_targets_exist(document: Path) -> None:
    named = re.findall(r"(?:^|`|/services )make ([a-z-]+)", document.read_text(), re.MULTILINE)
    targets = re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE)

    assert set(named) <= set(targets)


@pytest.mark.parametrize("english", TWINS)
def test_chinese_twin_has_the_same_headings_tables_and_code(english: str) -> None:
    assert shape(TWINS[english]) == shape(english)


def shape(name: str) -> dict[str, object]:
    """What a translation leaves as it is."""
    fenced = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
    prose = fenced.sub("", text(name))
    return {
        "headings": re.findall(r"^#+(?= )", prose, re.MULTILINE),
        "rows": [row.count("|") for row in re.findall(r"^\|.*", prose, re.MULTILINE)],
        "commands": re.findall(r"^\| (`[a-z -]+`) \|", prose, re.MULTILINE),
        "code": fenced.findall(text(name)),
    }


def test_pages_of_the_console_are_named_by_its_own_words_in_both_languages() -> None:
    words: dict[str, str] = {}
    for catalog in WORDS:
        with (ROOT / catalog).open("rb") as lines:
            words |= {str(one.id): str(one.string) for one in read_po(lines) if one.id}
    asked = "Ask %(source)s now"
    words["Ask WeChat now"] = words[asked].replace("%(source)s", "微信")

    english = named_in_console("docs/wechat-setup.md")

    assert len(english) > 20
    assert [words.get(word, f"no word of the console: {word}") for word in english] == (
        named_in_console("docs/zh/wechat-setup.md")
    )


def named_in_console(page: str) -> list[str]:
    """What the section on the console calls by its words: whatever is bold or italic."""
    section = re.search(r"^### [^\n]*\n(.*?)^## ", text(page), re.DOTALL | re.MULTILINE)
    assert section is not None
    return re.findall(r"\*+([^*|]+)\*+", section[1])


@pytest.mark.parametrize("english", TWINS)
def test_chinese_twin_leads_to_its_original_and_wherever_that_leads(english: str) -> None:
    chinese = TWINS[english]
    both = TWINS | PICTURES
    twin_of = {ROOT / original: ROOT / twin for original, twin in both.items()}

    reached = linked(chinese)
    wanted = linked(english) - {ROOT / chinese} | {ROOT / english}
    assert {page for page in wanted if not {page, twin_of.get(page)} & reached} == set()
    assert ROOT / chinese in linked(english)


def linked(name: str) -> set[Path]:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text(name))
    return {((ROOT / name).parent / link).resolve() for link in links}


@pytest.mark.parametrize("name", TWINS.values())
def test_anchors_of_a_chinese_page_are_headings_of_it(name: str) -> None:
    headings = re.findall(r"^#+ (.+)$", text(name), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}

    assert set(re.findall(r"\]\(#([^)]+)", text(name))) <= anchors


def test_readme_can_be_read_at_one_sitting() -> None:
    assert text("README.md").count("\n") < 150


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh-CN.md", "docs/wechat-setup.md", "docs/zh/wechat-setup.md"]
)
def test_what_sets_the_command_up_does_so_in_a_script_too(name: str, tmp_path: Path) -> None:
    block = next(each for each in text(name).split("```") if "\nqiao db upgrade\n" in each)
    line = block.partition("\nqiao db upgrade\n")[0].rpartition("\n")[2]
    program = tmp_path / ".venv/bin/qiao"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "it runs $*"\n')
    program.chmod(0o755)

    typed = ["bash", "-c", f"{line}\nqiao db upgrade"]
    told = subprocess.run(typed, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (told.returncode, told.stdout) == (0, "it runs db upgrade\n"), told.stderr


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_development_says_by_which_names_a_browser_is_looked_for(name: str) -> None:
    assert [one for one in services.BROWSERS if f"`{one}`" not in text(name)] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readme_leads_to_the_console_the_mini_program_and_a_way_to_deploy(name: str) -> None:
    said = text(name)

    for word in ("qiao admin create", "/admin", "clients/miniprogram", "make demo"):
        assert word in said, word
    for path in ("deploy/compose.yaml", "deploy/systemd", "deploy/helm/qiao"):
        assert path in said, path
        assert (ROOT / path).exists(), path
    assert (ROOT / "deploy/Containerfile").exists()
