"""Clients of the Model Context Protocol: they find Qiao by a server's word and register there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.mcp_servers import Toy, run
from tests.interop.mcp_world import SCOPES, McpDeployment, Toys, described, running_toys
from tests.interop.person import Person
from tests.interop.qiao import Qiao, running_qiao
from tests.interop.script import run as run_script
from tests.mcp_probe.__main__ import main as probe

GRANTED = {"openid": "openid", "mcp:tools": "mcp:tools", "no-scope": "mcp:tools"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mcp")


@pytest.fixture(scope="module")
def document(folder: Path) -> Iterator[str]:
    with described(folder) as address:
        yield address


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
    with running_toys(qiao, made):
        yield made


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
