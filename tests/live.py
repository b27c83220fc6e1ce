"""The whole demo as live servers, for tests that speak real HTTP: browsers and foreign clients."""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.demo.deployment import Deployment, Ports
from app.demo.processes import Processes, servers
from app.demo.seed import prepare


@contextmanager
def running_demo(folder: Path) -> Iterator[Deployment]:
    """Qiao, the sandbox and the demo's application on free ports, with a database of their own."""
    deployment = Deployment.at(folder, free_ports())
    processes = Processes(show_line)
    try:
        prepare(deployment)
        for server in servers(deployment):
            processes.start(server)
        for server in servers(deployment):
            processes.wait_until_answers(server)
        yield deployment
    finally:
        processes.stop()


def show_line(name: str, line: str) -> None:
    """What a server says goes to the real standard error: whatever runs in this process meanwhile
    may have put its own in the place of the standard output."""
    print(f"{name} | {line}", file=sys.__stderr__)


def free_ports() -> Ports:
    with ExitStack() as probes:
        found = [probes.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        return Ports(*(probe.getsockname()[1] for probe in found))
