"""Scripts for people are read by old browsers: those inside apps, and that of OpenID's suite."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from oidc.authorization.response import FORM_SCRIPT
from tests import services
from tests.source import ROOT

PARSER = Path(__file__).parent / "parse.mjs"
CONSOLE = "app/static/admin.js"
"""Administrators bring a browser of today."""
FOLDERS = ("app", "federation", "oidc")


def complaints(scripts: Mapping[str, str]) -> dict[str, str | None]:
    """What an old browser has against each script; None where it has nothing."""
    if not (PARSER.parent / "node_modules").is_dir():
        services.missing("the parser is not installed: npm ci --prefix tests/interop")
    command = [services.node(), str(PARSER)]
    answer = subprocess.run(command, input=json.dumps(scripts), text=True, capture_output=True)
    assert answer.returncode == 0, answer.stderr
    return dict(json.loads(answer.stdout))


def test_every_script_for_people_parses_as_es2017() -> None:
    found = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.js"))
    }
    scripts = {**found, "form-post.js": FORM_SCRIPT}
    del scripts[CONSOLE]

    said = complaints(scripts)

    assert {"app/static/scan.js", "app/static/signed-out.js", "form-post.js"} <= set(said)
    assert {name: complaint for name, complaint in said.items() if complaint} == {}


def test_pages_for_people_hold_no_script_of_their_own() -> None:
    """The parser sees files alone: whatever a page runs must be one."""
    pages = [
        page
        for folder in FOLDERS
        for page in (ROOT / folder).rglob("*.html")
        if "admin" not in page.parts
    ]

    assert pages
    inline = [page for page in pages if "<script>" in page.read_text(encoding="utf-8")]
    assert inline == []


@pytest.mark.parametrize(
    "newer",
    [
        "var kept = [...list];",
        "show(...list);",
        "var a = list?.length;",
        "try { go(); } catch { stop(); }",
        "async function ask() {}",
        "var ask = async () => 1;",
        "class Page {}",
        "var a = { ...list };",
        "var a = b ?? c;",
    ],
)
def test_parser_stops_at_what_is_newer(newer: str) -> None:
    assert complaints({"script": newer})["script"]


@pytest.mark.parametrize(
    "known",
    [
        "for (const each of list) each.hidden = true;",
        "const say = (what = 1) => `${what}`;",
        'const { a, b = "2".padStart(2) } = c;',
        "fetch(here).then(hear).catch(() => tell(1));",
    ],
)
def test_parser_takes_what_old_browsers_know(known: str) -> None:
    assert complaints({"script": known})["script"] is None
