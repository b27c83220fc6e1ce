"""A stranger with hundreds of slow connections, and everybody else on the same process."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import quantiles

import pytest
import requests

from app.serving.running import allow_files
from tests.shell import Shell, free_port, settings

pytestmark = pytest.mark.slow

SECRET_OF_SHOP = "the-secret-of-the-shop-in-these-tests"
SLOW = 500
"""Connections of each kind."""
PROBES = 40
"""Requests of each kind that are timed."""
ROUNDS = 3
"""The stranger stays for all of them and must not be noticed in one: whatever else this machine
does comes and goes."""
LIMIT = 0.2
"""Seconds that the slowest of a hundred may take; on a machine that is busy with other things, as
much as without the stranger."""
HEAD = b"POST /token HTTP/1.1\r\nHost: x\r\nX-Slow: "
BODY = b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\ngrant_type="
READER = b"GET /static/qiao.css HTTP/1.1\r\nHost: x\r\n\r\n" * 4
"""More than these sockets take while nobody reads."""


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def product(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The whole product in one process; its process id."""
    allow_files()  # for this process too
    folder: Path = tmp_path_factory.mktemp("slow")
    shell = Shell(settings(port, f"sqlite:///{folder / 'qiao.sqlite3'}"))
    assert shell.flask("db", "upgrade").returncode == 0
    made = shell.flask(
        *("clients", "add", "--client-id", "shop", "--name", "Shop", "--json"),
        *("--redirect-uri", "https://shop.example/callback", "--secret", SECRET_OF_SHOP),
        *("--grant-type", "authorization_code", "--grant-type", "client_credentials"),
    )
    assert made.returncode == 0, made.stderr
    with shell.serving(port) as server:
        yield server.pid


class Stranger:
    """Opens connections, says a little, and goes on with one byte a second each."""

    def __init__(self, port: int, kinds: tuple[bytes, ...], drips: bool) -> None:
        self._open: list[socket.socket] = []
        for number in range(SLOW * len(kinds)):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.connect(("127.0.0.1", port))
            connection.setblocking(False)
            with suppress(BlockingIOError):
                connection.sendall(kinds[number % len(kinds)])
            self._open.append(connection)
        self._is_over = threading.Event()
        self._dripping = threading.Thread(target=self._drip if drips else lambda: None)
        self._dripping.start()

    def _drip(self) -> None:
        while not self._is_over.wait(1):
            for connection in self._open:
                with suppress(OSError):
                    connection.send(b"a")

    def close(self) -> None:
        self._is_over.set()
        self._dripping.join()
        for connection in self._open:
            connection.close()


def probes(port: int) -> dict[str, Callable[[], requests.Response]]:
    base, session = f"http://127.0.0.1:{port}", requests.Session()
    asked = {
        "client_id": "shop",
        "redirect_uri": "https://shop.example/callback",
        "response_type": "code",
        "scope": "openid",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    form, shop = {"grant_type": "client_credentials"}, ("shop", SECRET_OF_SHOP)
    return {
        "/jwks": lambda: session.get(f"{base}/jwks", timeout=20),
        "/token": lambda: session.post(f"{base}/token", data=form, auth=shop, timeout=20),
        "sign-in": lambda: requests.get(f"{base}/authorize", params=asked, timeout=20),
    }


def slowest(port: int) -> dict[str, float]:
    """The 99th percentile of each kind, in seconds, one request after the other."""
    found = {}
    for name, ask in probes(port).items():
        took = []
        for _ in range(PROBES):
            begun = time.perf_counter()
            assert ask().status_code == 200
            took.append(time.perf_counter() - begun)
        found[name] = quantiles(took, n=100)[98]
    return found


def until_rested(process: int) -> None:
    """Waits until what they asked for has been made: the process uses no more than a tenth of a
    processor, or half a minute is over."""
    for _ in range(30):
        before = used(process)
        time.sleep(1)
        if used(process) - before < 0.1:
            return


def used(process: int) -> float:
    """Seconds of a processor that it has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def threads(process: int) -> int:
    return len(list(Path(f"/proc/{process}/task").iterdir()))


@pytest.mark.parametrize(
    ("kinds", "drips"),
    [
        pytest.param((HEAD, BODY), True, id="unfinished heads and bodies"),
        pytest.param((READER,), False, id="readers that take nothing"),
    ],
)
def test_slow_clients_are_not_noticed_by_others(
    product: int, port: int, kinds: tuple[bytes, ...], drips: bool
) -> None:
    calm = slowest(port)

    with ExitStack() as stack:
        stranger = Stranger(port, kinds, drips)
        stack.callback(stranger.close)
        until_rested(product)
        found = min((slowest(port) for _ in range(ROUNDS)), key=lambda took: max(took.values()))
        held = threads(product)

    print({name: f"{1000 * took:.0f} ms" for name, took in found.items()}, held, "threads")
    for name, took in found.items():
        assert took < max(LIMIT, 2 * calm[name]), (name, calm, found)
    assert held < 100
