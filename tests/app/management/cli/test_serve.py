"""``serve`` with several workers: started from one, replaced, told to stop, and never left over."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.shell import Shell, free_port, settings

pytestmark = pytest.mark.slow


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def shell(tmp_path: Path, port: int) -> Shell:
    shell = Shell(settings(port, f"sqlite:///{tmp_path / 'qiao.sqlite3'}"))
    assert shell.flask("db", "upgrade").returncode == 0
    return shell


@pytest.fixture
def main(shell: Shell, port: int) -> Iterator["subprocess.Popen[str]"]:
    with shell.serving(port, "--workers", "2") as main:
        yield main


def children(process: int) -> set[int]:
    of_tasks = Path(f"/proc/{process}/task").glob("*/children")
    return {int(child) for each in of_tasks for child in each.read_text().split()}


def until(what: "object", seconds: float = 20) -> None:
    ends_at = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def answers(port: int) -> bool:
    with suppress(requests.ConnectionError):
        return requests.get(f"http://127.0.0.1:{port}/jwks", timeout=10).ok
    return False


def test_worker_that_is_killed_is_replaced(main: "subprocess.Popen[str]", port: int) -> None:
    before = children(main.pid)
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)

    until(lambda: len(children(main.pid) - before) == 1)

    assert all(answers(port) for _ in range(20))


def test_main_process_that_is_killed_takes_its_workers_along(
    main: "subprocess.Popen[str]", port: int
) -> None:
    workers = children(main.pid)
    main.kill()

    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_workers_without_redis_say_that_each_counts_alone_and_stop_when_told(
    main: "subprocess.Popen[str]",
) -> None:
    workers = children(main.pid)
    main.send_signal(signal.SIGTERM)
    said, _ = main.communicate(timeout=30)

    assert main.returncode == 0
    assert "QIAO_REDIS_URL is not set: each worker counts rate limits" in said
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_taken_port_is_told_in_a_sentence(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        result = shell.flask("serve", "--port", str(other.getsockname()[1]))

    assert result.returncode == 1
    assert "Cannot listen at 127.0.0.1:" in result.stderr
    assert "Traceback" not in result.stderr
