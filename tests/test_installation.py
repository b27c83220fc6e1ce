"""Which Python `make` takes for its environment: the real Makefile asks stand-ins for several."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = """#!/bin/bash
case "$1 $2" in
    -c*enable-optimizations*) exit {quick};;
    -c*) exit {new};;
    --version*) echo "Python {name}";;
    -m*) [ {venv} = 0 ] && mkdir -p "$3/bin" && echo {name} > "$3/bin/python";;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "bin").mkdir()
    return tmp_path


def stand_in(
    folder: Path, name: str, *, quick: bool = False, new: bool = True, venv: bool = True
) -> str:
    """A program that says of itself what a Python would."""
    path = folder / "bin" / name
    codes = {"quick": int(not (quick and new)), "new": int(not new), "venv": int(not venv)}
    path.write_text(STAND_IN.format(name=name, **codes))
    path.chmod(0o755)
    return str(path)


def made(folder: Path, *arguments: str) -> tuple[str, str]:
    """The Python that was taken, and what was said."""
    # Not what a `make` says that these tests are run by.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environ = {**ours, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    environ.pop("PYTHON", None)
    names = "PYTHONS=python3 python3.14 python3.11"
    command = ["make", "-C", str(folder), ".venv/bin/python", names, *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    taken = folder / ".venv" / "bin" / "python"
    return taken.read_text().strip() if taken.exists() else "", done.stdout + done.stderr


def test_a_quick_python_is_taken_before_the_first_one(folder: Path) -> None:
    for name, quick in (("python3", False), ("python3.14", False), ("python3.11", True)):
        stand_in(folder, name, quick=quick)
    taken, said = made(folder)
    assert taken == "python3.11"
    assert "everything takes" not in said
    assert "make PYTHON=python3 takes it" in said


def test_without_a_quick_one_the_first_that_is_new_enough_is_taken_and_that_is_said(
    folder: Path,
) -> None:
    stand_in(folder, "python3", new=False)
    stand_in(folder, "python3.14")
    stand_in(folder, "python3.11")
    taken, said = made(folder)
    assert taken == "python3.14"
    assert "without --enable-optimizations" in said


def test_the_one_that_is_named_is_taken_as_it_is(folder: Path) -> None:
    stand_in(folder, "python3", quick=True)
    named = stand_in(folder, "mine")
    assert made(folder, f"PYTHON={named}")[0] == "mine"


def test_what_is_named_and_is_none_is_said(folder: Path) -> None:
    stand_in(folder, "python3", quick=True)
    old = stand_in(folder, "old", new=False)
    taken, said = made(folder, f"PYTHON={old}")
    assert taken == "python3"
    assert f"{old} is no Python 3.11" in said


def test_one_that_makes_no_environment_leaves_nothing_behind_and_says_what_to_install(
    folder: Path,
) -> None:
    for name in ("python3", "python3.14", "python3.11"):
        stand_in(folder, name, venv=False)
    taken, said = made(folder)
    assert taken == ""
    assert "python3-venv" in said


def test_none_at_all_says_how_to_name_one(folder: Path) -> None:
    for name in ("python3", "python3.14", "python3.11"):
        stand_in(folder, name, new=False)
    taken, said = made(folder)
    assert taken == ""
    assert "Python 3.11 or newer" in said
