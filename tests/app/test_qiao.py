"""The command ``qiao``, as it is installed: help without settings, faults in a line each."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shell import Shell, settings

pytestmark = pytest.mark.slow
"""Each test starts a process."""
QIAO = Path(sys.executable).parent / "qiao"


def qiao(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [QIAO, *words],
        env=Shell(environment).environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_and_completion_need_no_setting() -> None:
    told = qiao("clients", "add", "--help")
    asked = {"_QIAO_COMPLETE": "bash_complete", "COMP_WORDS": "qiao cli", "COMP_CWORD": "1"}

    assert (told.returncode, told.stderr) == (0, "")
    assert "Register an application." in told.stdout
    assert qiao(**asked).stdout == "plain,clients\n"
    assert "_QIAO_COMPLETE=zsh_complete" in qiao("completion", "zsh").stdout


@pytest.mark.parametrize(
    ("database", "words", "said"),
    [
        ("postgresql://qiao:a-password@127.0.0.1:1/qiao", "db upgrade", "refused"),
        ("postgresql://qiao:a-password@127.0.0.1:1/qiao", "serve", "refused"),
        ("sqlite:////nowhere/qiao.sqlite3", "serve", "unable to open database file"),
        ("sqlite://", "serve", "run qiao db upgrade"),
    ],
)
def test_database_that_cannot_be_used_is_one_line(database: str, words: str, said: str) -> None:
    told = qiao(*words.split(), **settings(8000, database))

    assert told.returncode == 1
    last = told.stderr.splitlines()[-1]
    assert last.startswith("Error: The database ")
    assert said in last
    assert "Traceback" not in told.stderr
    assert "a-password" not in told.stderr


def test_missing_setting_is_one_line() -> None:
    told = qiao("serve", **{**settings(8000, "sqlite://"), "QIAO_ISSUER": ""})

    assert told.returncode == 2
    assert told.stderr.splitlines()[1:] == [
        "  - QIAO_ISSUER is missing: Public address of this server; the issuer of its tokens."
    ]
