"""MCP's servers and clients: their environment of packages, and how they are started."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.demo.processes import Processes, Server
from tests import services
from tests.interop.person import Person
from tests.interop.script import converse
from tests.live import free_ports, show_line

FOLDER = Path(__file__).parent / "mcp"
PYTHON = Path(os.environ.get("MCP_PYTHON", FOLDER / ".venv/bin/python"))
"""With the packages of ``mcp/requirements.lock``: theirs, and none of ours."""


def python() -> str:
    if not PYTHON.is_file():
        services.missing(
            "MCP's packages are not installed: make tests/interop/mcp/.venv/.installed"
        )
    return str(PYTHON)


@dataclass(frozen=True)
class Toy:
    """:param verifier: how it looks at tokens: ``jwt``, ``introspection`` or ``mcp``.

    :param scopes: those that its metadata name; None: they name none.
    """

    issuer: str
    verifier: str = "jwt"
    scopes: tuple[str, ...] | None = None
    client: dict[str, Any] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_ports().qiao)

    @property
    def resource(self) -> str:
        return f"http://127.0.0.1:{self.port}/mcp"

    @contextmanager
    def running(self) -> Iterator[None]:
        names = ("issuer", "verifier", "scopes", "client", "port")
        settings = json.dumps({name: getattr(self, name) for name in names})
        path = "/.well-known/oauth-protected-resource/mcp"
        command = (python(), str(FOLDER / "server.py"))
        server = Server("mcp", command, {"SERVER": settings}, self.port, path)
        processes = Processes(show_line)
        try:
            processes.start(server)
            processes.wait_until_answers(server)
            yield
        finally:
            processes.stop()


def run(client: str, person: Person, **settings: Any) -> dict[str, Any]:
    """What one of Python's clients tells."""
    command = [python(), str(FOLDER / "client.py"), client]
    return converse(command, person, settings)
