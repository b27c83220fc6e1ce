"""A run of the suite ends with a line that says what it left out."""

import os
import socket
import subprocess
import sys

import pytest

from tests.left_out import sentence
from tests.source import ROOT

FEW = "tests/oidc/database/test_driver_statement.py"
"""Takes a second, on each of the databases."""


@pytest.fixture
def nowhere() -> str:
    """An address at which no PostgreSQL answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/{{name}}"


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    """The exit code and the last line of a run of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", FEW, *arguments]
    surroundings = {**os.environ, "CI": "", **environment}
    ended = subprocess.run(
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout.splitlines()[-1]


def test_nothing_left_out_is_said_too() -> None:
    assert sentence([]) == "Left out: nothing."


@pytest.mark.slow
def test_what_was_not_asked_for_is_named() -> None:
    code, line = run("-k", "keyword", TEST_DATABASES="sqlite", CI="true")

    assert line == (
        "Left out: PostgreSQL and MariaDB (TEST_DATABASES=sqlite); "
        f'what is not -k "keyword"; all but {FEW}.'
    )
    assert code == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.slow
def test_server_that_does_not_answer_is_named_with_its_address(nowhere: str) -> None:
    code, line = run(TEST_DATABASES="sqlite,postgresql", TEST_POSTGRESQL_URL=nowhere)

    place = nowhere.partition("@")[2].partition("/")[0]
    assert f"PostgreSQL does not answer at {place} (" in line
    assert code == pytest.ExitCode.OK


@pytest.mark.slow
def test_in_ci_a_server_that_does_not_answer_is_an_error(nowhere: str) -> None:
    code, line = run(TEST_DATABASES="sqlite,postgresql", TEST_POSTGRESQL_URL=nowhere, CI="true")

    assert "PostgreSQL" not in line
    assert code == pytest.ExitCode.TESTS_FAILED
