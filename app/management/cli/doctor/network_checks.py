"""What is reached over the network: ourselves as browsers see us, the upstream, Redis."""

from collections.abc import Iterator

import redis
import requests

from app.elements import current_federation
from app.management.cli.deployment import session, settings
from app.management.cli.doctor.finding import Finding, fail, ok, warn
from app.web.redis_circuit import redis_client
from federation.certificates import verifier_reason
from oidc.outbound.authorities import system_authorities

PATIENCE = 5
"""Seconds."""


def check_issuer() -> Iterator[Finding]:
    """Discovery at the public address must name this very issuer (OIDC Discovery 4.3)."""
    issuer = settings().issuer
    document = f"{issuer}/.well-known/openid-configuration"
    try:
        answer = requests.get(document, timeout=PATIENCE, verify=system_authorities() or True)
    except requests.RequestException as error:
        yield warn(
            "issuer",
            f"{issuer} cannot be reached from here ({_cause(error)}).",
            "Start the server and look at its address, certificate and proxy. If only this "
            "machine cannot reach it, all is well.",
        )
        return
    told = _issuer_in(answer)
    if told == issuer:
        yield ok("issuer", f"{issuer} answers and names itself.")
    else:
        yield fail(
            "issuer",
            f"{issuer} answers {answer.status_code} and names {told or 'no issuer'}.",
            "Send that address to this server, and set the same QIAO_ISSUER on every node.",
        )


def _issuer_in(answer: requests.Response) -> str | None:
    try:
        document = answer.json()
    except requests.JSONDecodeError:
        return None
    return document.get("issuer") if isinstance(document, dict) else None


def _cause(error: Exception) -> str:
    """What kind of error it is and, of a certificate that was refused, why."""
    reason = verifier_reason(error)
    return type(error).__name__ + (f": {reason}" if reason else "")


def check_upstream() -> Iterator[Finding]:
    """Asked only of sources that there is a credential of."""
    federation = current_federation()
    asked = [store.source for store in federation.credentials if store.all(session())]
    session().rollback()  # the database is not kept waiting for others
    for answer in filter(None, map(federation.reach, asked)):
        base, problem = answer
        if problem is None:
            yield ok("upstream", f"{base} answers.")
            continue
        yield warn(
            "upstream",
            f"{base} cannot be reached from here ({problem}).",
            "Let this server out to it, and let nothing on the way open TLS: until then"
            " nobody can sign in by it.",
        )


def check_redis() -> Iterator[Finding]:
    url = settings().redis_url
    if url is None:
        yield ok("redis", "Each node counts rate limits for itself (no QIAO_REDIS_URL).")
        return
    try:
        client = redis_client(url)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError) as error:
        yield fail(
            "redis",
            f"Redis does not answer ({_cause(error)}); each node counts for itself.",
            "Compare QIAO_REDIS_URL with the server's address and password.",
        )
        return
    yield ok("redis", "Redis answers; rate limits are shared between nodes.")
