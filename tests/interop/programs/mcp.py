"""The clients of the Model Context Protocol that are built: what each server's metadata name."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.interop.mcp_servers import Toy
from tests.interop.mcp_world import SCOPES, McpDeployment, Toys, described, running_toys
from tests.interop.programs.installing import Installed
from tests.interop.programs.journey import WHO
from tests.interop.programs.program import SERVERS
from tests.interop.programs.results import Seen
from tests.interop.qiao import Qiao, running_qiao
from tests.interop.script import converse

BY_DOCUMENT = SERVERS[-1]


@dataclass(frozen=True, slots=True)
class World:
    """:param document: the address of what describes a client."""

    qiao: Qiao
    toys: Toys
    document: str


@contextmanager
def running_world(folder: Path) -> Iterator[World]:
    """An authorization server, MCP servers, and a document of a client."""
    folder.mkdir(parents=True)
    with described(folder) as document, running_qiao(folder, McpDeployment) as qiao:
        toys = {name: Toy(qiao.issuer, scopes=scopes) for name, scopes in SCOPES.items()}
        with running_toys(qiao, toys):
            yield World(qiao, toys, document)


def connects(installed: Installed, way: str, world: World) -> Seen:
    """Whether the client signs somebody in and adds two numbers."""
    by_document = way == BY_DOCUMENT
    server = world.toys["mcp:tools" if by_document else way]
    more = {"document": world.document} if by_document else {}
    try:
        with world.qiao.person(WHO) as person:
            told = converse(list(installed.command), person, {"server": server.resource, **more})
    except (AssertionError, OSError, ValueError) as error:
        return Seen(stopped=str(error))
    return Seen() if told["sum"] == "5" else Seen(stopped=f"it told {told}")
