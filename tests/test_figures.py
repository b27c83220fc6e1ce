"""The figures of docs/architecture.md are those of the code, and what passes a limit is told."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from oidc.clock import system_clock
from tests.figures import BUDGETS, DOCUMENT, documented, over, table
from tests.hops import counting, merged
from tests.sizes import Sizes
from tests.source import ROOT

SMALL = Sizes({"app.short": 100}, {"app.short.one": 4, "app.short.two": 8})
WITHIN = {name: budget.files for name, budget in BUDGETS.items()}


@pytest.mark.slow
def test_document_has_the_figures_of_the_code() -> None:
    """In a process of its own: what other tests have already done once would not be counted."""
    command = [sys.executable, "-m", "tests.figures", "--json"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert documented(DOCUMENT.read_text(encoding="utf-8")) == table(json.loads(found.stdout))


def test_called_function_enters_its_file() -> None:
    with counting() as entered:
        system_clock()

    assert entered.files == {Path("oidc/clock.py"): {"system_clock"}}


def test_module_that_is_merely_run_is_not_entered() -> None:
    with counting() as entered:
        runpy.run_path(str(ROOT / "oidc" / "clock.py"))

    assert entered.files == {}


def test_file_of_two_requests_counts_once() -> None:
    first = {Path("oidc/keys.py"): {"one"}, Path("oidc/clients.py"): {"two"}}
    second = {Path("oidc/keys.py"): {"three"}}

    assert merged(first, second) == {
        Path("oidc/clients.py"): {"two"},
        Path("oidc/keys.py"): {"one", "three"},
    }


def test_what_is_just_within_its_limits_is_left_in_peace() -> None:
    assert over(WITHIN, SMALL) == []


def test_one_file_too_many_is_told_with_the_budget() -> None:
    most = BUDGETS["token"].files

    (told,) = over({**WITHIN, "token": most + 1}, SMALL)

    assert f"enters {most + 1} files; {most} is the budget" in told


def test_what_is_too_long_is_told_by_name() -> None:
    long = Sizes({"app.long": 301}, {"app.long.one": 51, "app.long.two": 9})

    assert over(WITHIN, long) == [
        "app.long has 301 lines; 300 is the limit",
        "app.long.one has 51 lines; 50 is the limit",
        "the median function has 30 lines; 8 is the limit",
    ]
