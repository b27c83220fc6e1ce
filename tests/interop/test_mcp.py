"""Clients of the Model Context Protocol: they find Qiao by a server's word and register there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.mcp_servers import Toy, run
from tests.interop.person import Person
from tests.interop.qiao import CONNECTION, OpenDeployment, Qiao, running_qiao
from tests.interop.script import run as run_node
from tests.oidc.outbound.https_server import AUTHORITY, answer, serve

CLIENTS = ("mcp", "fastmcp")
WORDS = "use its tools for you|替你使用它的工具"


class McpDeployment(OpenDeployment):
    """Where applications may also be described by a document of their own."""

    def qiao_environment(self) -> dict[str, str]:
        authority = str(self.folder / AUTHORITY)
        switches = {
            "QIAO_CLIENT_ID_DOCUMENTS": "1",
            "QIAO_SELF_REGISTERED_CONNECTIONS": CONNECTION,
            "SSL_CERT_FILE": authority,
        }
        return {**super().qiao_environment(), **switches}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A document that describes an application, at its address; ``folder`` has whom to believe."""
    folder = tmp_path_factory.mktemp("mcp")
    told: dict[str, Any] = {"redirect_uris": ["http://localhost:4712/callback"]}

    def behave(connection: Any) -> None:
        body = {name: value for name, value in told.items() if name != "folder"}
        answer(json.dumps(body).encode(), "200 OK", "Content-Type: application/json")(connection)

    with serve(folder, behave, name="localhost") as server:
        told |= {"client_id": server.url("/client.json", host="localhost"), "client_name": "Tools"}
        told["grant_types"] = ["authorization_code", "refresh_token"]
        yield {**told, "folder": folder}


@pytest.fixture(scope="module")
def mcp_qiao(document: dict[str, Any]) -> Iterator[Qiao]:
    folder: Path = document["folder"]
    with running_qiao(folder, McpDeployment) as running:
        yield running


@pytest.fixture
def tools_person(mcp_qiao: Qiao) -> Iterator[Person]:
    with mcp_qiao.person("li-lei") as somebody:
        yield somebody


def toy(qiao: Qiao, request: pytest.FixtureRequest, **changes: Any) -> Toy:
    """A server that Qiao knows, with two scopes and one of them as the default."""
    name = f"toy-{abs(hash(request.node.name)) % 10**8}"
    registration = {
        "client_id": f"{name}-server",
        "grant_types": ["client_credentials"],
        "response_types": [],
    }
    client = qiao.register(**registration)
    made = Toy(qiao.issuer, client=client, **changes)
    form = "jwt" if made.verifier == "jwt" else "opaque"
    qiao.operate(
        *("apis", "add", made.resource, "--id", name, "--name", "Tools", "--name-zh", "工具"),
        *("--scope", f"mcp:tools={WORDS}", "--scope", "mcp:admin=erase|清除"),
        *("--default-scope", "mcp:tools", "--token-format", form),
        *("--introspected-by", client["client_id"], "--open-to-self-registered"),
    )
    return made


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("scopes", "granted"),
    [
        (("openid",), {"openid"}),
        (("mcp:tools",), {"mcp:tools"}),
        (None, {"mcp:tools"}),
    ],
    ids=["openid", "mcp:tools", "no-scope"],
)
def test_client_registers_signs_a_person_in_and_calls(
    mcp_qiao: Qiao,
    tools_person: Person,
    client: str,
    scopes: tuple[str, ...] | None,
    granted: set[str],
    request: pytest.FixtureRequest,
) -> None:
    server = toy(mcp_qiao, request, scopes=scopes)

    with server.running():
        told = run(client, tools_person, server=server.resource)

    assert told["sum"] == "5"
    assert told["asked"][0]["resource"] == server.resource
    assert granted <= set(told["tokens"][-1]["scope"].split())


def run_script(library: str, person: Person, **settings: Any) -> dict[str, Any]:
    return run_node("mcp.mjs", person, library=library, **settings)


@pytest.mark.parametrize("library", ["client", "sdk"])
@pytest.mark.parametrize(
    ("scopes", "granted"),
    [(("openid",), {"openid"}), (("mcp:tools",), {"mcp:tools"}), (None, {"mcp:tools"})],
    ids=["openid", "mcp:tools", "no-scope"],
)
def test_typescript_client_registers_signs_a_person_in_and_refreshes_three_at_once(
    mcp_qiao: Qiao,
    tools_person: Person,
    library: str,
    scopes: tuple[str, ...] | None,
    granted: set[str],
    request: pytest.FixtureRequest,
) -> None:
    server = toy(mcp_qiao, request, scopes=scopes)

    with server.running():
        told = run_script(library, tools_person, server=server.resource, refresh=True)

    assert told["sum"] == "5"
    assert told["sums"] == ["5"] * 3
    assert len(told["asked"]) == 1
    assert told["asked"][0]["resource"] == server.resource
    assert granted <= set(told["tokens"][-1]["scope"].split())
