"""Applications: their servers that this one calls, and apps that nobody has made known."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from urllib.parse import urlsplit

from app.elements import current_federation
from app.enablement import sources
from app.enablement.sources import usable_connections
from app.management.cli.deployment import provider, session, settings
from app.management.cli.doctor.finding import Finding, fail, ok, warn
from federation.devices import in_app
from federation.upstreams import LaunchUpstream
from oidc.clients.client import Client
from oidc.outbound.answer import AddressRefused, FetchError, Unreachable
from oidc.outbound.http_client import Outbound

MOST = 100
"""Servers that are called; of very many, these stand for all."""
AT_ONCE = 8
PEOPLES_GRANTS = frozenset(("authorization_code", "urn:ietf:params:oauth:grant-type:device_code"))
"""By which somebody signs in."""
NAMED = 5
"""Applications that one finding names."""


def check_applications() -> Iterator[Finding]:
    """A connection to each, with its certificate verified; nothing is asked for."""
    servers = dict(islice(_servers(), MOST))
    session().rollback()  # the database is not kept waiting for others
    with ThreadPoolExecutor(AT_ONCE) as callers:
        failures = list(callers.map(partial(_call, provider().outbound), servers))
    for (server, client_id), failure in zip(servers.items(), failures, strict=True):
        if failure is not None:
            yield _told(server, client_id, failure)
    if servers and not any(failures):
        yield ok("applications", f"{len(servers)} servers of applications can be called.")


def check_ways_in() -> Iterator[Finding]:
    """Applications that people are to sign in to, and at which none of them can."""
    found = dict(_people_sign_in_at())
    shut = [client_id for client_id, is_open in found.items() if not is_open]
    if not found:
        yield warn(
            "sign-in",
            "No application is registered that people could sign in to.",
            "Run qiao clients add --help.",
        )
    elif shut:
        # Who has a password of ours gets in by that.
        say = fail if len(shut) == len(found) and not settings().local_login else warn
        yield say(
            "sign-in",
            f"Nobody can sign in by a source to {_named(shut)}: no connection is enabled there.",
            f"Run qiao connections enable <CONNECTION> --client {shut[0]}.",
        )


def _people_sign_in_at() -> Iterator[tuple[str, bool]]:
    """Each application that people sign in to, and whether a connection is open to it."""
    usable = {one.id for one in current_federation().connections.all(session()) if one.enabled}
    after = ""
    while page := provider().clients.page(session(), after):
        after = page[-1].client_id
        there = [
            one.client_id
            for one in page
            if not one.disabled and not PEOPLES_GRANTS.isdisjoint(one.metadata.grant_types)
        ]
        enabled = sources.of_clients(session(), there)
        is_open = {key[0] for key, one in enabled.items() if one.enabled and key[1] in usable}
        yield from ((client_id, client_id in is_open) for client_id in there)


def _named(client_ids: list[str]) -> str:
    return ", ".join(client_ids[:NAMED]) + (" …" if len(client_ids) > NAMED else "")


def check_launches() -> Iterator[Finding]:
    """Apps that launch a source's program without being known to it: people pick a number then."""
    unknown = [client.client_id for client in _clients() if _launches_unknown(client)]
    if unknown:
        yield warn(
            "applications",
            f"Native applications without a mobile AppID: {_named(unknown)}. "
            "Their people are asked for a number at every sign-in.",
            f"Run qiao clients change {unknown[0]} --mobile-app <AppID>.",
        )


def _launches_unknown(client: Client) -> bool:
    """Whether it may sign people in by a launch, and no app of it is registered."""
    metadata = client.metadata
    if metadata.application_type != "native" or metadata.mobile_app_ids or not metadata.first_party:
        return False
    federation = current_federation()
    ways = in_app(usable_connections(session(), federation, client.client_id))
    return any(isinstance(federation.upstream(each), LaunchUpstream) for each in ways)


def _servers() -> Iterator[tuple[str, str]]:
    """Scheme, host and port of each server, once, with an application that named it."""
    known = set()
    for client in _clients():
        for address in _called(client):
            parts = urlsplit(address)
            server = f"{parts.scheme}://{parts.netloc}"
            if server not in known:
                known.add(server)
                yield server, client.client_id


def _clients() -> Iterator[Client]:
    """Those that are not disabled."""
    after = ""
    while page := provider().clients.page(session(), after):
        yield from (client for client in page if not client.disabled)
        after = page[-1].client_id


def _called(client: Client) -> list[str]:
    metadata = client.metadata
    single = (metadata.jwks_uri, metadata.sector_identifier_uri, metadata.backchannel_logout_uri)
    return [address for address in (*single, *metadata.request_uris) if address]


def _call(outbound: Outbound, server: str) -> FetchError | None:
    try:
        outbound.reach(server)
    except FetchError as error:
        return error
    return None


def _told(server: str, client_id: str, failure: FetchError) -> Finding:
    if isinstance(failure, Unreachable) and failure.reason:
        what = f"The certificate of {server} is refused: {failure.reason}."
        mend = f"Tell {client_id}; for an authority of your own see docs/operations.md."
    elif isinstance(failure, AddressRefused):
        what = f"{server} is not called: {str(failure)[0].lower()}{str(failure)[1:]}"
        mend = "A network of your own can be named in QIAO_OUTBOUND_NETWORKS."
    else:
        what = f"{server} does not answer."
        mend = f"Let this server out to it, or ask {client_id}."
    return warn("applications", f"{client_id}: {what}", mend)
