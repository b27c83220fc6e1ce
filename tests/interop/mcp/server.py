"""A toy MCP server whose access tokens come from Qiao; run in the environment of its own packages.

``SERVER`` in the environment is JSON: ``port``, ``issuer``, ``verifier`` (``jwt``,
``introspection``, ``mcp``), ``scopes`` for its metadata (null: it names none) and ``client`` (id
and secret for introspection).
"""

import json
import os
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import uvicorn
from fastmcp import FastMCP
from fastmcp.server.auth import RemoteAuthProvider, TokenVerifier
from fastmcp.server.auth.providers.introspection import IntrospectionTokenVerifier
from fastmcp.server.auth.providers.jwt import JWTVerifier
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from pydantic import AnyHttpUrl, ConfigDict, TypeAdapter
from starlette.responses import JSONResponse

SETTINGS = json.loads(os.environ["SERVER"])
ISSUER = SETTINGS["issuer"]
HOST = f"http://127.0.0.1:{SETTINGS['port']}"
RESOURCE = f"{HOST}/mcp"
SCOPES = SETTINGS["scopes"]
ADMIN = "mcp:admin"
Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]


def add(a: int, b: int) -> int:
    """The sum."""
    return a + b


def erase() -> str:
    """Wants another scope."""
    return "erased"


class Introspection:
    """What the `mcp` package leaves to whoever uses it: asks Qiao what a token is good for."""

    async def verify_token(self, token: str) -> AccessToken | None:
        client = SETTINGS["client"]
        async with httpx2.AsyncClient() as http:
            answer = await http.post(
                f"{ISSUER}/introspect",
                data={"token": token},
                auth=(client["client_id"], client["client_secret"]),
            )
        told = answer.json()
        if not told["active"]:
            return None
        audience = told.get("aud", [])
        return AccessToken(
            token=token,
            client_id=told["client_id"],
            scopes=told.get("scope", "").split(),
            expires_at=told["exp"],
            resource=RESOURCE if RESOURCE in audience else None,
            subject=told["sub"],
        )


def verifier() -> TokenVerifier:
    if SETTINGS["verifier"] == "jwt":
        return JWTVerifier(jwks_uri=f"{ISSUER}/jwks", issuer=ISSUER, audience=RESOURCE)
    client = SETTINGS["client"]
    return IntrospectionTokenVerifier(
        introspection_url=f"{ISSUER}/introspect",
        client_id=client["client_id"],
        client_secret=client["client_secret"],
        client_auth_method="client_secret_post",
        audience=RESOURCE,
    )


def without_slash(issuer: str) -> AnyHttpUrl:
    """Plain ``AnyHttpUrl(issuer)`` adds a slash, which the issuer has not."""
    exact = ConfigDict(url_preserve_empty_path=True)
    return TypeAdapter(AnyHttpUrl, config=exact).validate_python(issuer)


def fast_application() -> Any:
    auth = RemoteAuthProvider(
        token_verifier=verifier(),
        authorization_servers=[without_slash(ISSUER)],
        base_url=HOST,
        scopes_supported=SCOPES,
    )
    server = FastMCP("toy", auth=auth)
    server.tool(add)
    server.tool(erase)
    return server.http_app(path="/mcp")


def plain_application() -> Any:
    auth = AuthSettings(
        issuer_url=ISSUER,  # type: ignore[arg-type]
        resource_server_url=RESOURCE,  # type: ignore[arg-type]
        required_scopes=SCOPES,
        validate_token_resource=True,
    )
    server = MCPServer("toy", token_verifier=Introspection(), auth=auth)
    server.tool()(add)
    server.tool()(erase)
    return server.streamable_http_app()


class StepUp:
    """Answers a call of ``erase`` with what it wants where the token has not its scope."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return await self._application(scope, receive, send)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        if b'"erase"' in body and b"tools/call" in body and not await may_erase(headers):
            metadata = f"{HOST}/.well-known/oauth-protected-resource/mcp"
            challenge = f'Bearer error="insufficient_scope", scope="{ADMIN}"'
            refused = {"WWW-Authenticate": f'{challenge}, resource_metadata="{metadata}"'}
            answer = JSONResponse({"error": "insufficient_scope"}, 403, refused)
            return await answer(scope, receive, send)
        sent = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return sent.pop() if sent else await receive()

        return await self._application(scope, again, send)


async def may_erase(headers: dict[str, str]) -> bool:
    token = headers.get("authorization", "").partition(" ")[2]
    if not token:
        return True  # the application says what is missing
    known = await (Introspection() if SETTINGS["verifier"] == "mcp" else verifier()).verify_token(
        token
    )
    return known is None or ADMIN in known.scopes


if __name__ == "__main__":
    application = plain_application() if SETTINGS["verifier"] == "mcp" else fast_application()
    uvicorn.run(StepUp(application), host="127.0.0.1", port=SETTINGS["port"], log_level="warning")
