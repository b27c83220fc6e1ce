"""A part of the application that is loaded with the first request for it."""

import inspect
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.web.late_views import LateViews

FIRST = """
import time

said = []
time.sleep(0.1)
"""
SECOND = """
from late_part.first import said

said.append("loaded")

def view(*named, **values):
    return said, named, values
"""


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LateViews:
    """Of two modules, neither of which is loaded."""
    folder = tmp_path / "late_part"
    folder.mkdir()
    for name, content in {"__init__": "", "first": FIRST, "second": SECOND}.items():
        (folder / f"{name}.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    for name in [one for one in sys.modules if one.partition(".")[0] == "late_part"]:
        monkeypatch.delitem(sys.modules, name)
    return LateViews("late_part", ("first", "second"))


def test_nothing_is_loaded_before_a_view_is_called(part: LateViews) -> None:
    view = part.view("second", "view")

    assert (view.__module__, view.__name__) == ("late_part.second", "view")
    assert "late_part" not in sys.modules
    assert view("a", of="b") == (["loaded"], ("a",), {"of": "b"})
    assert inspect.unwrap(view) is sys.modules["late_part.second"].view


def test_requests_that_come_at_once_find_all_of_it_loaded_once(part: LateViews) -> None:
    view = part.view("second", "view")

    with ThreadPoolExecutor(8) as several:
        answers = list(several.map(lambda number: view(number), range(8)))

    assert answers == [(["loaded"], (number,), {}) for number in range(8)]


def test_a_view_is_the_same_however_often_it_is_asked_for(part: LateViews) -> None:
    assert part.view("second", "view") is part.view("second", "view")
    with pytest.raises(KeyError):
        part.view("third", "view")
