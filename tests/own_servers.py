"""Database servers and a Redis of a test's own, to be stopped, stalled and restarted.

In temporary folders, on free ports of loopback, as a user without rights where the test runs as
root; ended with the test.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests import services
from tests.databases import server_address
from tests.shell import free_port

NOBODY = "nobody"
READY_WITHIN = 60.0


@dataclass
class OwnServer:
    """One server, with all the processes that it starts in a group of its own."""

    name: str
    command: Sequence[str]
    folder: Path
    port: int
    stops_with: signal.Signals = signal.SIGTERM
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_unprivileged(),
            )
        ends_at = time.monotonic() + READY_WITHIN
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < ends_at, f"{self.name} does not start"
            time.sleep(0.05)

    def stall(self) -> None:
        """Stops all of it where it stands, without a word to anybody (SIGSTOP).

        Its threads stop one after the other: what is sent after this is read by none.
        """
        self._tell(signal.SIGSTOP)
        assert self.process is not None
        while any(map(_is_running, _with_children(self.process.pid))):
            time.sleep(0.001)

    def go_on(self) -> None:
        self._tell(signal.SIGCONT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        if self.process is None:
            return
        self.go_on()
        self.process.send_signal(self.stops_with)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self._tell(signal.SIGKILL)
            self.process.wait(20)
        self.process = None

    def _tell(self, number: signal.Signals) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            for process in _with_children(self.process.pid):
                os.kill(process, number)

    def _answers(self) -> bool:
        if self.name in ("postgresql", "pgbouncer"):  # it listens before it lets anybody in
            with suppress(psycopg.OperationalError):
                psycopg.connect(f"host=127.0.0.1 port={self.port} user=postgres").close()
                return True
            return False
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
            if self.name == "redis":
                probe.sendall(b"PING\r\n")
            return bool(probe.recv(1))
        return False


def _is_running(process: int) -> bool:
    """Whether a thread of it goes on."""
    states = []
    for thread in Path(f"/proc/{process}/task").glob("*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            states.append(thread.read_text().rpartition(") ")[2][0])
    return any(state not in "TZX" for state in states)


def _with_children(parent: int) -> list[int]:
    """PostgreSQL's backends are sessions of their own."""
    found = [parent]
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            number = int(entry.name)
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(stat[1]) == parent:
                found.append(number)
    return found


def _unprivileged() -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    return {"user": NOBODY, "group": "nogroup", "extra_groups": []}


def _find(*names: str) -> str:
    """The path of a program, also where Debian keeps PostgreSQL's."""
    for name in names:
        if path := shutil.which(name) or shutil.which(name, path="/usr/sbin"):
            return path
        for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True):
            return str(path)
    return services.missing(f"{names[0]} is not installed")


def _make(command: Sequence[str], folder: Path) -> None:
    subprocess.run(
        command, cwd=folder, check=True, capture_output=True, timeout=120, **_unprivileged()
    )


@contextmanager
def own_server(kind: str) -> Iterator[OwnServer]:
    """:param kind: ``postgresql``, ``mariadb``, ``redis``; or ``pgbouncer``, before the tests' own
    PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix=f"qiao-{kind}-", dir=_memory()))
    if os.getuid() == 0:
        shutil.chown(folder, NOBODY, "nogroup")
    server = _SERVERS[kind](folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _postgresql(folder: Path, port: int) -> OwnServer:
    data = folder / "data"
    make = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "-D", str(data))
    _make((_find("initdb"), *make), folder)
    command = (
        *(_find("postgres"), "-D", str(data), "-p", str(port)),
        *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}"),
        *("-c", "fsync=off", "-c", "max_connections=200"),
    )
    return OwnServer("postgresql", command, folder, port, signal.SIGINT)


def _mariadb(folder: Path, port: int) -> OwnServer:
    data = folder / "data"
    options = ("--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal")
    _make((_find("mariadb-install-db"), *options, "--skip-test-db"), folder)
    command = (
        *(_find("mariadbd"), "--no-defaults", f"--datadir={data}", f"--port={port}"),
        *(
            "--bind-address=127.0.0.1",
            f"--socket={folder / 'sock'}",
            f"--pid-file={folder / 'pid'}",
        ),
        *("--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"),
    )
    return OwnServer("mariadb", command, folder, port)


def _redis(folder: Path, port: int) -> OwnServer:
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    return OwnServer("redis", (_find("redis-server"), *options), folder, port)


def _pgbouncer(folder: Path, port: int) -> OwnServer:
    """Each transaction has another server connection than the one before it."""
    behind = server_address("postgresql")
    login = f"user={behind.username}" + (f" password={behind.password}" if behind.password else "")
    (folder / "ini").write_text(
        f"[databases]\n* = host={behind.host} port={behind.port or 5432} {login}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = any\n"
        "unix_socket_dir =\npool_mode = transaction\nserver_round_robin = 1\n"
        "min_pool_size = 3\ndefault_pool_size = 3\n"
    )
    command = (_find("pgbouncer"), str(folder / "ini"))
    return OwnServer("pgbouncer", command, folder, port)


_SERVERS = {
    "postgresql": _postgresql,
    "mariadb": _mariadb,
    "redis": _redis,
    "pgbouncer": _pgbouncer,
}
