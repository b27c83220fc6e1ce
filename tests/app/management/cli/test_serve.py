"""``serve`` with several workers: started from one, replaced, told to stop, and never left over."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


def workers_of(main: int) -> set[int]:
    """Its children but the one that keeps account of what they share."""
    of_tasks = Path(f"/proc/{main}/task").glob("*/children")
    found = {int(child) for each in of_tasks for child in each.read_text().split()}
    return {each for each in found if "spawn_main" in command_of(each)}


def command_of(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


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
    before = workers_of(main.pid)
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)

    until(lambda: len(workers_of(main.pid) - before) == 1)

    assert all(answers(port) for _ in range(20))


def test_worker_that_hangs_and_is_killed_is_replaced_at_once(
    main: "subprocess.Popen[str]", port: int
) -> None:
    """The main process asks each twice a second whether it is well, and waits for what it says."""
    before = workers_of(main.pid)
    os.kill(min(before), signal.SIGSTOP)
    time.sleep(1.5)
    os.kill(min(before), signal.SIGKILL)

    until(lambda: len(workers_of(main.pid) - before) == 1)

    assert all(answers(port) for _ in range(20))


def test_main_process_that_is_killed_takes_its_workers_along(
    main: "subprocess.Popen[str]", port: int
) -> None:
    workers = workers_of(main.pid)
    main.kill()

    until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_workers_without_redis_say_that_each_counts_alone_and_stop_when_told(
    main: "subprocess.Popen[str]",
) -> None:
    workers = workers_of(main.pid)
    main.send_signal(signal.SIGTERM)
    said, _ = main.communicate(timeout=30)

    assert main.returncode == 0
    assert "QIAO_REDIS_URL is not set: each worker counts rate limits" in said
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_server_that_is_told_twice_ends_at_once(
    shell: Shell, port: int, number: signal.Signals, workers: str
) -> None:
    with shell.serving(port, "--workers", workers) as main, unfinished(port):
        main.send_signal(number)
        time.sleep(1)
        assert main.poll() is None
        begun = time.monotonic()
        main.send_signal(number)
        main.communicate(timeout=30)

    assert time.monotonic() - begun < 10
    assert main.returncode == 0


@contextmanager
def unfinished(port: int) -> Iterator[None]:
    """Somebody who takes no answer: the server has something to finish."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET /static/qiao.css HTTP/1.1\r\nHost: x\r\n\r\n" * 200)
        time.sleep(2)
        yield


def test_taken_port_is_told_in_a_sentence(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        result = shell.flask("serve", "--port", str(other.getsockname()[1]))

    assert result.returncode == 1
    assert "Cannot listen at 127.0.0.1:" in result.stderr
    assert "Traceback" not in result.stderr
