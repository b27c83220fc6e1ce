"""The product as an operator runs it: commands and servers, each a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import requests

from tests.source import ROOT

SECRET = "a secret of the tests that is long enough"
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


@dataclass
class Shell:
    """A terminal with these settings in its environment and none of ours."""

    settings: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("QIAO_")}
        return ours | self.settings

    def flask(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*FLASK, *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*FLASK, *words],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @contextmanager
    def serving(self, port: int, *words: str) -> "Iterator[subprocess.Popen[str]]":
        """A server that answers, ended in the end."""
        server = self.start("serve", "--port", str(port), *words)
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}", server)
            yield server
        finally:
            with suppress(ProcessLookupError):
                server.kill()
            server.communicate()


def settings(port: int, database_url: str, **more: str) -> dict[str, str]:
    """The least that a deployment sets."""
    return {
        "QIAO_ISSUER": f"http://127.0.0.1:{port}",
        "QIAO_SECRET_KEYS": SECRET,
        "QIAO_DATABASE_URL": database_url,
        **more,
    }


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until_it_answers(url: str, server: "subprocess.Popen[str]") -> None:
    for _ in range(300):
        assert server.poll() is None, server.communicate()[0]
        # It listens before its workers are there.
        with suppress(requests.RequestException):
            requests.get(url, timeout=30)
            return
        time.sleep(0.2)
    raise AssertionError("the server did not answer within a minute")
