"""What is reached over the network: ourselves as browsers see us, and Redis."""

from collections.abc import Iterator

import redis
import requests

from app.management.cli.deployment import settings
from app.management.cli.doctor.finding import Finding, fail, ok, warn

PATIENCE = 5
"""Seconds."""


def check_issuer() -> Iterator[Finding]:
    """Discovery at the public address must name this very issuer (OIDC Discovery 4.3)."""
    issuer = settings().issuer
    try:
        answer = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=PATIENCE)
    except requests.RequestException as error:
        yield warn(
            "issuer",
            f"{issuer} cannot be reached from here ({type(error).__name__}).",
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


def check_redis() -> Iterator[Finding]:
    url = settings().redis_url
    if url is None:
        yield ok("redis", "Each node counts rate limits for itself (no QIAO_REDIS_URL).")
        return
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError) as error:
        yield fail(
            "redis",
            f"Redis does not answer ({type(error).__name__}); each node counts for itself.",
            "Compare QIAO_REDIS_URL with the server's address and password.",
        )
        return
    yield ok("redis", "Redis answers; rate limits are shared between nodes.")
