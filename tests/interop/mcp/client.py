"""Python's clients of MCP servers, ``mcp`` and ``fastmcp``: each connects, calls, refreshes."""

import asyncio
import sys
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import fastmcp
import httpx2
from conversation import browse, read, say
from fastmcp.client.auth.oauth import OAuth
from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.oauth2 import AuthorizationCodeResult
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

SETTINGS = read()
CALLBACK = "http://localhost:4712/callback"
TOLD: dict[str, Any] = {"asked": [], "tokens": []}


class Landing:
    """Sends the person to sign in, and keeps where they land."""

    url = ""

    async def go(self, url: str) -> None:
        asked = {name: each[0] for name, each in parse_qs(urlsplit(url).query).items()}
        TOLD["asked"].append(asked)
        self.url = await asyncio.to_thread(browse, url)

    async def result(self) -> AuthorizationCodeResult:
        sent = {name: each[0] for name, each in parse_qs(urlsplit(self.url).query).items()}
        assert "code" in sent, sent
        return AuthorizationCodeResult(
            **{n: sent[n] for n in ("code", "state", "iss") if n in sent}
        )


LANDING = Landing()


class Storage:
    """Keeps everything in memory, and tells what it was given."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens
        TOLD["tokens"].append(tokens.model_dump(mode="json", exclude_none=True))

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info
        TOLD["client"] = client_info.model_dump(mode="json", exclude_none=True)


class FastAuth(OAuth):
    """FastMCP's own, with the person of the test before its browser."""

    async def redirect_handler(self, authorization_url: str) -> None:
        await LANDING.go(authorization_url)

    async def callback_handler(self) -> AuthorizationCodeResult:
        return await LANDING.result()


@asynccontextmanager
async def plain(auth: OAuthClientProvider) -> AsyncIterator[ClientSession]:
    async with (
        httpx2.AsyncClient(auth=auth, timeout=30) as http,
        streamable_http_client(SETTINGS["server"], http_client=http) as (incoming, outgoing, *_),
        ClientSession(incoming, outgoing) as session,
    ):
        await session.initialize()
        yield session


def provider(storage: Storage) -> OAuthClientProvider:
    return OAuthClientProvider(
        server_url=SETTINGS["server"],
        client_metadata=OAuthClientMetadata(
            client_name="Python",
            redirect_uris=[CALLBACK],  # type: ignore[list-item]
            grant_types=["authorization_code", "refresh_token"],
            response_types=["code"],
        ),
        storage=storage,
        redirect_handler=LANDING.go,
        callback_handler=LANDING.result,
        client_metadata_url=SETTINGS.get("document"),
    )


async def run_plain() -> None:
    storage = Storage()
    async with plain(provider(storage)) as session:
        TOLD["sum"] = text(await session.call_tool("add", {"a": 2, "b": 3}))
        if SETTINGS.get("step_up"):
            TOLD["erased"] = text(await session.call_tool("erase", {}))


async def run_fast() -> None:
    auth = FastAuth(
        client_metadata_url=SETTINGS.get("document"), callback_port=SETTINGS.get("callback_port")
    )
    async with fastmcp.Client(SETTINGS["server"], auth=auth) as client:
        TOLD["sum"] = str((await client.call_tool("add", {"a": 2, "b": 3})).data)
        if SETTINGS.get("step_up"):
            TOLD["erased"] = str((await client.call_tool("erase", {})).data)
    tokens = await auth.token_storage_adapter.get_tokens()
    TOLD["tokens"].append(tokens.model_dump(mode="json", exclude_none=True))
    known = await auth.token_storage_adapter.get_client_info()
    TOLD["client"] = known.model_dump(mode="json", exclude_none=True)


def text(result: Any) -> str:
    assert not result.is_error, result
    return str(result.content[0].text)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asyncio.run({"mcp": run_plain, "fastmcp": run_fast}[sys.argv[1]]())
    say({"told": TOLD})
