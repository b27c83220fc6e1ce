"""`.ci/services` runs a command with the servers that tests need, and leaves nothing behind."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import services
from tests.databases import shared_database
from tests.source import ROOT

VARIABLES = {
    "TEST_POSTGRESQL_URL": "postgresql+psycopg://postgres@127.0.0.1:{port}/{{name}}",
    "TEST_MARIADB_URL": "mysql+pymysql://root@127.0.0.1:{port}/{{name}}",
    "TEST_REDIS_URL": "redis://127.0.0.1:{port}/15",
}
PROGRAMS = ("/usr/lib/postgresql", "mariadbd", "redis-server")
"""Folders or names; root has them installed."""
LOOK = """\
import json, os, sys
from sqlalchemy import create_engine, text
import redis
seen = {}
for variable, database in (("TEST_POSTGRESQL_URL", "postgres"), ("TEST_MARIADB_URL", "mysql")):
    engine = create_engine(os.environ[variable].format(name=database))
    with engine.connect() as connection:
        seen[variable] = connection.scalar(text("SELECT version()"))
seen["TEST_REDIS_URL"] = redis.Redis.from_url(os.environ["TEST_REDIS_URL"]).info()["redis_version"]
places = {variable: os.environ[variable] for variable in seen}
print(json.dumps({"seen": seen, "places": places}))
sys.exit(7)
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def nowhere() -> dict[str, str]:
    """Addresses at which none of the three answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return {name: url.format(port=port) for name, url in VARIABLES.items()}


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / ".ci/services"), *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder that other users reach too, unlike pytest's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_what_does_not_answer_is_started_and_stopped_again(
    nowhere: dict[str, str], folder: Path
) -> None:
    if os.geteuid() and not all(Path(name).exists() or shutil.which(name) for name in PROGRAMS):
        services.missing("PostgreSQL, MariaDB or Redis is not installed")

    ended = run({**nowhere, "TMPDIR": str(folder)}, sys.executable, "-c", LOOK)

    assert ended.returncode == 7, ended.stderr
    told = json.loads(ended.stdout)
    assert all(told["seen"].values())
    for variable, place in told["places"].items():
        assert place != nowhere[variable]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((urlsplit(place).hostname, urlsplit(place).port), 2)
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("shared")
def test_what_answers_is_used(redis_url: str) -> None:
    for dialect in ("postgresql", "mariadb"):
        shared_database(dialect)

    ended = run({}, "echo", "done")

    assert (ended.stdout, ended.stderr, ended.returncode) == ("done\n", "", 0)


def test_without_a_command_it_says_what_it_is_for() -> None:
    ended = run({})

    assert ended.returncode == 2
    assert ".ci/services make test" in ended.stdout
