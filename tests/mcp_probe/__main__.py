"""``make probe-mcp URL=https://…``: each demand, met or not; 1 where one is not."""

import sys
from collections.abc import Iterator

from tests.mcp_probe.behaviour import of_requests, registered
from tests.mcp_probe.demand import REVISION, Demand
from tests.mcp_probe.discovery import (
    of_resource,
    of_server,
    resource_metadata,
    server_metadata,
)


def demands(url: str) -> Iterator[Demand]:
    """Of an authorization server, or of an MCP server and the first one that it names."""
    found = server_metadata(url)
    resource = ""
    if not found:
        told, _where, challenge = resource_metadata(url)
        yield from of_resource(url, told, challenge)
        resource = url
        url = next(iter(told.get("authorization_servers") or [url]))
        found = server_metadata(url)
    yield from of_server(url, found)
    if found:
        metadata = next(iter(found.values()))
        with registered(metadata, resource) as client:
            yield from of_requests(client, metadata)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not arguments[0].startswith(("https://", "http://")):
        print("Say what to probe: make probe-mcp URL=https://login.example.com", file=sys.stderr)
        return 2
    print(f"MCP authorization, revision {REVISION}: {arguments[0]}")
    failed = 0
    for demand in demands(arguments[0]):
        print(demand, flush=True)
        failed += demand.met is False
    print("Every demand that was tried is met." if not failed else f"{failed} not met.")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
