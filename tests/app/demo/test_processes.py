"""Servers as child processes: told plainly when they cannot start, never left behind."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.demo.processes import CannotStart, Processes, Server, is_taken
from tests.live import free_ports

SERVER = "import http.server as h; h.test(h.SimpleHTTPRequestHandler, port={}, bind='127.0.0.1')"


def python(program: str, port: int) -> Server:
    return Server("part", (sys.executable, "-c", program), {}, port, "/")


def test_taken_port_is_named_with_what_to_do() -> None:
    processes = Processes(lambda _name, _line: None)

    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(CannotStart, match=r"Port \d+ \(for part\) is taken.*PORT=9000"),
    ):
        processes.start(python("", other.getsockname()[1]))


def test_folder_of_a_running_demo_is_nobody_elses(tmp_path: Path) -> None:
    first, second = (Processes(lambda _name, _line: None) for _ in range(2))
    first.hold(tmp_path / "demo")

    with pytest.raises(CannotStart, match=r"A demo runs in .*demo already.*--folder"):
        second.hold(tmp_path / "demo")

    first.stop()
    second.hold(tmp_path / "demo")
    second.stop()


def test_server_that_ends_is_told_at_once_with_its_last_words() -> None:
    said: list[tuple[str, str]] = []
    processes = Processes(lambda name, line: said.append((name, line)))
    broken = python("print('no such file'); raise SystemExit(1)", free_ports().qiao)
    processes.start(broken)

    with pytest.raises(CannotStart, match="part ended"):
        processes.wait_until_answers(broken)

    processes.stop()
    assert said == [("part", "no such file")]


def test_stop_ends_the_server_and_frees_its_port() -> None:
    processes = Processes(lambda _name, _line: None)
    port = free_ports().qiao
    server = python(SERVER.format(port), port)
    processes.start(server)
    processes.wait_until_answers(server)

    processes.stop()

    assert not is_taken(port)


PARENT = """
import sys
from app.demo.processes import Processes
from tests.app.demo.test_processes import SERVER, python
server = python(SERVER.format({port}), {port})
processes = Processes(lambda _name, _line: None)
processes.start(server)
processes.wait_until_answers(server)
print("up", flush=True)
sys.stdin.read()
"""


STUBBORN = "import signal; signal.signal(signal.SIGTERM, lambda *_: print('no', flush=True)); "


def test_server_that_does_not_stop_when_asked_is_ended_by_a_second_wish() -> None:
    said: list[str] = []
    processes = Processes(lambda _name, line: said.append(line))
    port = free_ports().qiao
    server = python(STUBBORN + SERVER.format(port), port)
    processes.start(server)
    processes.wait_until_answers(server)
    hurried = threading.Timer(0.5, processes.kill)
    hurried.start()
    begun = time.monotonic()

    processes.stop()

    assert time.monotonic() - begun < 4.9
    assert "no" in said
    assert not is_taken(port)


@pytest.mark.slow
def test_server_ends_also_when_its_parent_is_killed() -> None:
    port = free_ports().qiao
    program = PARENT.format(port=port)
    with subprocess.Popen(
        (sys.executable, "-c", program), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        parent.kill()

    deadline = time.monotonic() + 10
    while is_taken(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_taken(port)


def test_settings_of_another_qiao_do_not_reach_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIAO_REDIS_URL", "redis://elsewhere")
    said: list[str] = []
    processes = Processes(lambda _name, line: said.append(line))
    looking = python("import os; print('QIAO_REDIS_URL' in os.environ)", free_ports().qiao)

    processes.start(looking)
    processes.wait_until_one_ends()
    processes.stop()

    assert said == ["False"]
