"""The demo's servers as child processes: started, waited for, stopped together."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import requests

from app.demo.deployment import HOST, Deployment

PATIENCE = 180.0
"""Seconds until a server that does not answer is given up."""
PAUSE = 0.1
THREADS = "4"


class CannotStart(Exception):
    """A part of the demo does not run; the text says which and what to do."""


@dataclass(frozen=True)
class Server:
    """One part: how it is started, and the address that answers once it is up."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    port: int
    path: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}{self.path}"


def servers(deployment: Deployment) -> tuple[Server, ...]:
    """The three parts, Qiao with the same server as in production."""
    ports = deployment.ports
    return (
        Server(
            "qiao",
            serve(ports.qiao),
            deployment.qiao_environment(),
            ports.qiao,
            "/.well-known/openid-configuration",
        ),
        Server(
            "sandbox",
            (sys.executable, "-m", "federation.sandbox", "--port", str(ports.sandbox)),
            deployment.sandbox_environment(),
            ports.sandbox,
            "/phone",
        ),
        Server(
            "application",
            (sys.executable, "-m", "app.demo.relying_party", "--port", str(ports.application)),
            deployment.application_environment(),
            ports.application,
            "/",
        ),
    )


def serve(port: int) -> tuple[str, ...]:
    """``flask --app wsgi serve``, with as many threads as one person keeps busy."""
    return (
        *(sys.executable, "-m", "flask", "--app", "wsgi", "serve"),
        *("--port", str(port), "--threads", THREADS),
    )


class Processes:
    """Child processes that end with this one, their output handed on line by line.

    Also when this one is killed: each child has a guard, which waits for the end of a pipe that
    only we hold, and then ends the child with all that it has started.
    """

    def __init__(self, show: Callable[[str, str], None]) -> None:
        """:param show: called with the server's name and one line of its output."""
        self._show = show
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._guards: list[subprocess.Popen[bytes]] = []
        self._held: IO[str] | None = None

    def hold(self, folder: Path) -> None:
        """Keeps others out of the demo's folder for as long as this process lives.

        :raises CannotStart: another demo runs there.
        """
        folder.mkdir(parents=True, exist_ok=True)
        held = (folder / "running").open("a")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.close()
            raise CannotStart(
                f"A demo runs in {folder} already. Stop that one, or give this one a folder of its "
                "own as well: python -m app.demo --port 9000 --folder var/another"
            ) from None
        self._held = held

    def start(self, server: Server) -> None:
        """Starts it, unless something else listens there. :raises CannotStart:"""
        check_free(server)
        child = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            server.command,
            env={**outside(), **server.environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._running[server.name] = child
        self._guards.append(guard(child))
        assert child.stdout is not None
        threading.Thread(
            target=self._hand_on, args=(server.name, child.stdout), daemon=True
        ).start()

    def wait_until_answers(self, server: Server) -> None:
        """Returns once the server answers 200.

        :raises CannotStart: when it ended, or never does.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._running[server.name].poll() is not None:
                raise CannotStart(f"{server.name} ended; its last lines are above.")
            if answers(server.url):
                return
            time.sleep(PAUSE)
        raise CannotStart(f"{server.name} does not answer at {server.url}.")

    def wait_until_one_ends(self) -> str:
        """The name of the first server that ends by itself."""
        while True:
            for name, child in self._running.items():
                if child.poll() is not None:
                    return name
            time.sleep(PAUSE)

    def stop(self) -> None:
        """Asks all to end, and ends those that have not after a few seconds.

        Guards go last: should we be ended meanwhile, they see to it.
        """
        for child in self._running.values():
            child.terminate()
        for child in self._running.values():
            try:
                child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._running.clear()
        for watching in self._guards:
            watching.kill()
            watching.communicate()
        self._guards.clear()
        if self._held is not None:
            self._held.close()

    def kill(self) -> None:
        """Ends all at once, with what they have started; `stop` still sees that they are gone."""
        for child in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)

    def _hand_on(self, name: str, output: IO[str]) -> None:
        with output:
            for line in output:
                self._show(name, line.rstrip())


_GUARD = """
cat >/dev/null
kill -s TERM -- -{group} || exit
for _ in 1 2 3 4 5; do sleep 1; kill -s 0 -- -{group} || exit; done
kill -s KILL -- -{group}
"""


def guard(child: subprocess.Popen[str]) -> subprocess.Popen[bytes]:
    """A shell that outlives us by a moment, to end ``child`` and its process group."""
    return subprocess.Popen(  # noqa: S603 - our own text, a number in it
        ("/bin/sh", "-c", _GUARD.format(group=child.pid)),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def outside() -> dict[str, str]:
    """This process's environment without settings of another Qiao."""
    return {name: value for name, value in os.environ.items() if not name.startswith("QIAO_")}


def check_free(server: Server) -> None:
    """:raises CannotStart: something else listens there."""
    if is_taken(server.port):
        raise CannotStart(
            f"Port {server.port} (for {server.name}) is taken by another program. "
            "Stop that one, or choose three other ports: make demo PORT=9000"
        )


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def answers(url: str) -> bool:
    try:
        return bool(requests.get(url, timeout=2).ok)
    except requests.RequestException:
        return False
