"""Clients of the Model Context Protocol: they find Qiao by a server's word and register there."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from oidc.apis.store import RECHECK_SECONDS
from tests.interop.mcp_servers import Toy, run
from tests.interop.person import Person
from tests.interop.qiao import CONNECTION, OpenDeployment, Qiao, running_qiao
from tests.interop.script import run as run_script
from tests.mcp_probe.__main__ import main as probe
from tests.oidc.outbound.https_server import AUTHORITY, answer, serve

CALLBACK = "http://localhost:4712/callback"
WORDS = "use its tools for you|替你使用它的工具"
SCOPES: Mapping[str, tuple[str, ...] | None] = {
    "openid": ("openid",),
    "mcp:tools": ("mcp:tools",),
    "no-scope": None,
}
"""What the metadata of a server name."""
GRANTED = {"openid": "openid", "mcp:tools": "mcp:tools", "no-scope": "mcp:tools"}
Toys = Mapping[str, Toy]


class McpDeployment(OpenDeployment):
    """Where applications may also be described by a document of their own."""

    def qiao_environment(self) -> dict[str, str]:
        return {
            **super().qiao_environment(),
            "QIAO_CLIENT_ID_DOCUMENTS": "1",
            "QIAO_SELF_REGISTERED_CONNECTIONS": CONNECTION,
            "SSL_CERT_FILE": str(self.folder / AUTHORITY),
        }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mcp")


@pytest.fixture(scope="module")
def document(folder: Path) -> Iterator[str]:
    """The address of a document that describes an application."""
    told: dict[str, Any] = {
        "client_name": "Tools",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "refresh_token"],
    }

    def behave(connection: Any) -> None:
        body = json.dumps(told).encode()
        answer(body, "200 OK", "Content-Type: application/json")(connection)

    with serve(folder, behave, name="localhost") as server:
        told["client_id"] = server.url("/client.json", host="localhost")
        yield told["client_id"]


@pytest.fixture(scope="module")
def qiao(document: str, folder: Path) -> Iterator[Qiao]:
    with running_qiao(folder, McpDeployment) as running:
        yield running


@pytest.fixture(scope="module")
def toys(qiao: Qiao) -> Iterator[Toys]:
    """Servers that Qiao knows, by what their metadata name or how they look at tokens."""
    machine = {"grant_types": ["client_credentials"], "response_types": []}
    made = {name: Toy(qiao.issuer, scopes=scopes) for name, scopes in SCOPES.items()}
    methods = {"introspection": "client_secret_post", "mcp": "client_secret_basic"}
    for verifier, method in methods.items():
        client = qiao.register(verifier, token_endpoint_auth_method=method, **machine)
        made[verifier] = Toy(qiao.issuer, verifier, ("mcp:tools",), client)
    for name, one in made.items():
        _register(qiao, name.replace(":", "-"), one)
    time.sleep(RECHECK_SECONDS + 1)  # until the server looks again
    with ExitStack() as servers:
        for one in made.values():
            servers.enter_context(one.running())
        yield made


def _register(qiao: Qiao, api_id: str, one: Toy) -> None:
    qiao.operate(
        *("apis", "add", one.resource, "--id", api_id, "--name", "Tools", "--name-zh", "工具"),
        *("--scope", f"mcp:tools={WORDS}", "--scope", "mcp:admin=erase|清除"),
        *("--default-scope", "mcp:tools"),
        *(("--introspected-by", one.verifier) if one.client else ()),
        *("--token-format", "jwt" if one.verifier == "jwt" else "opaque"),
        "--open-to-self-registered",
    )


def connect(client: str, person: Person, server: Toy, **settings: Any) -> dict[str, Any]:
    """What a client tells that begins with nothing but the server's address."""
    if client in ("mcp", "fastmcp"):
        return run(client, person, server=server.resource, **settings)
    return run_script("mcp.mjs", person, server=server.resource, library=client, **settings)


CLIENTS = pytest.mark.parametrize("client", ["mcp", "fastmcp", "client", "sdk"])


@CLIENTS
@pytest.mark.parametrize("named", SCOPES)
def test_client_registers_signs_a_person_in_and_calls(
    toys: Toys, li_lei: Person, client: str, named: str
) -> None:
    told = connect(client, li_lei, toys[named])

    assert told["sum"] == "5"
    assert told["asked"][0]["resource"] == toys[named].resource
    assert GRANTED[named] in told["tokens"][-1]["scope"].split()


@CLIENTS
def test_client_is_known_by_its_document(
    toys: Toys, li_lei: Person, client: str, document: str
) -> None:
    told = connect(client, li_lei, toys["mcp:tools"], document=document, callback_port=4712)

    assert told["sum"] == "5"
    assert told["asked"][0]["client_id"] == document


@pytest.mark.parametrize("client", ["mcp", "fastmcp", "client"])
def test_client_asks_for_another_scope_when_it_is_wanted(
    toys: Toys, li_lei: Person, client: str
) -> None:
    told = connect(client, li_lei, toys["mcp:tools"], step_up=True)

    assert told["erased"] == "erased"
    assert {"mcp:tools", "mcp:admin"} <= set(told["tokens"][-1]["scope"].split())
    assert len(told["asked"]) == 2


@pytest.mark.parametrize("library", ["client", "sdk"])
def test_three_refreshes_at_once_leave_nobody_out(toys: Toys, li_lei: Person, library: str) -> None:
    told = connect(library, li_lei, toys["mcp:tools"], refresh=True)

    assert told["sums"] == ["5"] * 3
    assert len(told["asked"]) == 1
    # It registers with a secret, so that its refresh token stays.
    assert len({tokens["refresh_token"] for tokens in told["tokens"]}) == 1


@pytest.mark.parametrize("verifier", ["introspection", "mcp"])
def test_server_asks_what_a_token_is_good_for(toys: Toys, li_lei: Person, verifier: str) -> None:
    told = connect("mcp", li_lei, toys[verifier])

    assert told["sum"] == "5"
    assert told["tokens"][-1]["access_token"].startswith("qat_")


def test_probe_finds_every_demand_met(
    toys: Toys, qiao: Qiao, capsys: pytest.CaptureFixture[str]
) -> None:
    code = probe([qiao.issuer])
    said = capsys.readouterr().out
    probe([toys["mcp:tools"].resource])
    of_server = capsys.readouterr().out

    assert code == 0, said
    assert "not tried" not in said
    missing = [line for line in of_server.splitlines() if line.startswith("NOT")]
    assert len(missing) == 1  # FastMCP's challenge
    assert "the challenge names the scopes" in missing[0]
