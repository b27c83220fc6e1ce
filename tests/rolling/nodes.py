"""Two nodes that can be replaced by others, and nginx before them as it is deployed."""

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.checkout import Checkout
from tests.shell import free_port
from tests.source import ROOT

PATIENCE = 90
"""Seconds until a node must answer, and until one that is told to stop has stopped."""
PROBES = 3
"""Seconds after which nginx has asked a node again that it took for dead (``fail_timeout``)."""
_LOG = "$upstream_addr $upstream_status $status"


@dataclass
class Nodes:
    """Two servers with the same settings, each of one version or another.

    :param settings: the environment of both. :param folder: for their logs.
    """

    settings: Mapping[str, str]
    folder: Path
    ports: tuple[int, int] = field(default_factory=lambda: (free_port(), free_port()))
    _running: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, port: int, checkout: Checkout) -> None:
        """Returns when it answers."""
        with (self.folder / f"node-{port}.log").open("ab") as log:
            self._running[port] = subprocess.Popen(
                command(checkout, "serve", "--port", str(port)),
                cwd=checkout.folder,
                env={**os.environ, **self.settings},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ends_at = time.monotonic() + PATIENCE
        while not _answers(f"http://127.0.0.1:{port}/.well-known/openid-configuration"):
            assert self._running[port].poll() is None, f"a node ended: {self.folder}"
            assert time.monotonic() < ends_at, f"a node does not answer: {self.folder}"
            time.sleep(0.2)

    def stop(self, port: int) -> None:
        """As systemd does; returns when it is gone."""
        node = self._running.pop(port)
        node.send_signal(signal.SIGTERM)
        node.wait(PATIENCE)

    def replace(self, port: int, checkout: Checkout) -> None:
        self.stop(port)
        self.start(port, checkout)
        time.sleep(PROBES)

    def end(self) -> None:
        for node in self._running.values():
            with suppress(ProcessLookupError):
                os.killpg(node.pid, signal.SIGKILL)
            node.wait()


def command(checkout: Checkout, *words: str) -> list[str]:
    """One of that version's commands, which have this name in every version."""
    return [checkout.python, "-m", "flask", "--app", "wsgi", *words]


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status == 200
    return False


@contextmanager
def nginx(folder: Path, port: int, nodes: tuple[int, int]) -> Iterator[None]:
    """The deployment's file, without TLS: it comes from the loopback and goes there."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is not installed: apt-get install nginx-light"
    text = (ROOT / "deploy/proxies/nginx.conf").read_text(encoding="utf-8")
    upstream, _, tls = re.split(r"(?=^server \{)", text, maxsplit=2, flags=re.MULTILINE)
    tls = re.sub(r"\n    (listen \[::\]|ssl_)[^\n]*", "", tls)
    site = upstream + tls.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    site = site.replace("$host;", "$http_host;")  # which has a port here
    for old, new in zip((8000, 8001), nodes, strict=True):
        site = site.replace(f"127.0.0.1:{old} ", f"127.0.0.1:{new} ")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{each}_temp_path {folder / each};\n" for each in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder / 'pid'}; error_log {folder / 'nginx.log'};\nevents {{}}\n"
        f"http {{ log_format nodes '{_LOG}'; access_log {folder / 'access.log'} nodes;\n"
        f"{temporary}{site} }}",
        encoding="utf-8",
    )
    running = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        yield
    finally:
        running.terminate()
        running.wait(PATIENCE)


def answered(folder: Path) -> Counter[str]:
    """How many requests each node answered, and how many went to the other one after all."""
    counts: Counter[str] = Counter()
    for line in (folder / "access.log").read_text(encoding="utf-8").splitlines():
        tried = line.rsplit(" ", 1)[0]
        counts[re.findall(r"127\.0\.0\.1:\d+", tried)[-1] if "127" in tried else "none"] += 1
        counts["tried at both"] += "," in tried
    return counts
