"""Qiao as the authorization server of MCP servers, with a document that describes a client."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from oidc.apis.store import RECHECK_SECONDS
from tests.interop.mcp_servers import Toy
from tests.interop.qiao import CONNECTION, OpenDeployment, Qiao
from tests.oidc.outbound.https_server import AUTHORITY, answer, serve

CALLBACK = "http://localhost:4712/callback"
WORDS = "use its tools for you|替你使用它的工具"
SCOPES: Mapping[str, tuple[str, ...] | None] = {
    "openid": ("openid",),
    "mcp:tools": ("mcp:tools",),
    "no-scope": None,
}
"""What the metadata of a server name."""
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


@contextmanager
def described(folder: Path) -> Iterator[str]:
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


@contextmanager
def running_toys(qiao: Qiao, made: Toys) -> Iterator[None]:
    """MCP servers, each registered as an API whose tools may be used."""
    for name, one in made.items():
        _register(qiao, name.replace(":", "-"), one)
    time.sleep(RECHECK_SECONDS + 1)  # until the server looks again
    with ExitStack() as servers:
        for one in made.values():
            servers.enter_context(one.running())
        yield


def _register(qiao: Qiao, api_id: str, one: Toy) -> None:
    qiao.operate(
        *("apis", "add", one.resource, "--id", api_id, "--name", "Tools", "--name-zh", "工具"),
        *("--scope", f"mcp:tools={WORDS}", "--scope", "mcp:admin=erase|清除"),
        *("--default-scope", "mcp:tools"),
        *(("--introspected-by", one.verifier) if one.client else ()),
        *("--token-format", "jwt" if one.verifier == "jwt" else "opaque"),
        "--open-to-self-registered",
    )
