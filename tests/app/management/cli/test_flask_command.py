"""The real ``flask --app wsgi``: a process of its own, as an operator starts it."""

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.shell import SECRET, Shell, free_port, settings

pytestmark = pytest.mark.slow
"""Each test starts the whole product in a process of its own."""


def test_missing_settings_are_all_told_in_one_message() -> None:
    result = Shell({}).flask("clients", "list")

    assert result.returncode == 2
    assert result.stderr.startswith("Qiao cannot start:\n")
    assert "QIAO_ISSUER is missing" in result.stderr
    assert "QIAO_SECRET_KEYS is missing" in result.stderr
    assert "Traceback" not in result.stderr


def test_nonsensical_settings_are_all_told_in_one_message() -> None:
    nonsense = {
        "QIAO_ISSUER": "http://login.example.com",
        "QIAO_SECRET_KEYS": "short",
        "QIAO_DATABASE_URL": "oracle://somewhere",
        "QIAO_TRUSTED_PROXIES": "all",
        "QIAO_ISUER": "x",
    }

    result = Shell(nonsense).flask("serve")

    assert result.returncode == 2
    for name in nonsense:
        assert f"  - {name} " in result.stderr
    assert "short" not in result.stderr


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def shell(tmp_path: Path, port: int) -> Shell:
    return Shell(settings(port, f"sqlite:///{tmp_path / 'qiao.sqlite3'}"))


def test_database_without_tables_is_told_in_a_sentence(shell: Shell) -> None:
    result = shell.flask("clients", "list")

    assert result.returncode == 1
    assert "run qiao db upgrade" in result.stderr
    assert "Traceback" not in result.stderr


def test_migrations_are_told_as_other_commands_tell_what_they_did(shell: Shell) -> None:
    first = shell.flask("db", "upgrade")
    again = shell.flask("db", "upgrade")
    back = shell.flask("db", "downgrade")
    unknown = shell.flask("db", "upgrade", "nope")
    written = shell.flask("db", "upgrade", "--sql", "0001:0002")
    empty = shell.flask("db", "downgrade", "base")

    said = first.stdout.splitlines()
    assert said[0] == "Applied 0001: The tables of the first version."
    assert all(re.match(r"Applied \d{4}: \S", line) for line in said[:-1])
    newest = said[-2][8:12]
    assert said[-1] == f"The database is at {newest}."
    assert again.stdout == f"The database is at {newest} already; nothing was changed.\n"
    assert back.stdout.startswith(f"Took back {newest}: ")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == "Error: Can't locate revision identified by 'nope'\n"
    assert written.stdout.startswith("-- Running upgrade 0001 -> 0002")
    assert empty.stdout.endswith("The database has none of our tables any more.\n")
    assert {one.stderr for one in (first, again, back, written, empty)} == {""}


@pytest.fixture
def server(shell: Shell, port: int) -> Iterator["subprocess.Popen[str]"]:
    """A server that answers, on a migrated database."""
    upgraded = shell.flask("db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    with shell.serving(port) as server:
        yield server


def test_server_serves_keeps_its_secrets_and_stops_when_told(
    server: "subprocess.Popen[str]", shell: Shell, port: int
) -> None:
    answer = requests.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration", timeout=10)

    arguments = Path(f"/proc/{server.pid}/cmdline").read_text()
    doctor = shell.flask("doctor")
    server.send_signal(signal.SIGTERM)
    said, _ = server.communicate(timeout=30)
    assert answer.json()["issuer"] == f"http://127.0.0.1:{port}"
    assert SECRET not in arguments
    assert "answers and names itself" in doctor.stdout
    assert doctor.returncode == 1, doctor.stdout  # nobody can sign in there yet
    assert server.returncode == 0
    assert f"Serving at http://127.0.0.1:{port}" in said
    assert "openid-configuration" not in said
