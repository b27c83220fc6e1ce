"""What the metadata of an MCP server and of its authorization server must say."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.mcp_probe.demand import Demand, document, get, is_protected, must, should

Metadata = Mapping[str, Any]


def resource_metadata(server: str) -> tuple[Metadata, str, str]:
    """The protected resource metadata of an MCP server, where they were, and its challenge."""
    answer = get(server)
    challenge = answer.headers.get("WWW-Authenticate", "")
    named = re.search(r'resource_metadata="([^"]+)"', challenge)
    for url in (*((named[1],) if named else ()), *well_known(server, "oauth-protected-resource")):
        if told := document(get(url)):
            return told, url, challenge
    return {}, "", challenge


def of_resource(server: str, told: Metadata, challenge: str) -> Iterator[Demand]:
    """RFC 9728, and the server's part of MCP."""
    yield must("the server has protected resource metadata (RFC 9728)", bool(told))
    resource = told.get("resource")
    yield must("`resource` in them is the server's address", resource == server, resource)
    named = told.get("authorization_servers")
    yield must("`authorization_servers` names one at least", bool(named), named)
    yield should("the challenge names the scopes that are wanted", "scope=" in challenge, challenge)


def server_metadata(issuer: str) -> dict[str, Metadata]:
    """The documents that are found, by address, in the order in which clients look."""
    appended = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    urls = [
        well_known(issuer, "oauth-authorization-server")[0],
        well_known(issuer, "openid-configuration")[0],
        appended,
    ]
    found = {url: document(get(url)) for url in dict.fromkeys(urls)}
    return {url: told for url, told in found.items() if "authorization_endpoint" in told}


def of_server(issuer: str, found: Mapping[str, Metadata]) -> Iterator[Demand]:
    """Each document, and what all of them say."""
    yield must("metadata are found (RFC 8414 or OpenID Connect Discovery)", bool(found))
    for url, told in found.items():
        path = urlsplit(url).path
        methods = told.get("code_challenge_methods_supported", [])
        yield must(f"{path}: `issuer` is the address", told["issuer"] == issuer, told["issuer"])
        yield must(f"{path}: PKCE with S256", "S256" in methods, methods)
    if found:
        yield from _of_capabilities(next(iter(found.values())))


def _of_capabilities(told: Metadata) -> Iterator[Demand]:
    bare = [url for name, url in told.items() if name.endswith("_endpoint")]
    bare = [url for url in bare if not is_protected(url)]
    yield must("every endpoint is https", not bare, bare)
    types = told.get("response_types_supported", [])
    yield must("the code flow, and no implicit one (OAuth 2.1)", types == ["code"], types)
    grants = told.get("grant_types_supported", ["authorization_code", "implicit"])
    yield must("no password grant (OAuth 2.1)", "password" not in grants, grants)
    methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    yield must("clients without a secret: `none`", "none" in methods, methods)
    documents = told.get("client_id_metadata_document_supported")
    announced = "not announced" if documents is None else documents
    yield should("client ID metadata documents", documents is True, announced)
    iss = told.get("authorization_response_iss_parameter_supported")
    yield should("`iss` in answers is announced (RFC 9207)", iss is True, iss)


def well_known(url: str, suffix: str) -> tuple[str, ...]:
    """With the path behind it, and at the root (RFC 8414 3.1, RFC 9728 3.1)."""
    parts = urlsplit(url)
    root = f"/.well-known/{suffix}"
    paths = dict.fromkeys((root + parts.path.rstrip("/"), root))
    return tuple(urlunsplit((parts.scheme, parts.netloc, path, "", "")) for path in paths)
