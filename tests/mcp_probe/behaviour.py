"""What an authorization server must do: asked by a public client that registers and is removed."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.mcp_probe.demand import TIMEOUT, Demand, document, get, must, should

REDIRECT = "http://127.0.0.1:33418/callback"
OTHER_PORT = "http://127.0.0.1:33419/callback"
STRANGER = "https://client.invalid/client.json"
"""Nobody can fetch this document."""
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(secrets.token_bytes()).digest()).rstrip(b"=").decode()
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of an authorization request: a page, or what was sent to ``place``."""

    status: int
    place: str
    sent: Mapping[str, str]

    @property
    def error(self) -> str:
        return self.sent.get("error", "")


@dataclass(frozen=True, slots=True)
class Client:
    """:param resource: that tokens are asked for; empty: none is known.

    :param scope: asked for then; where a resource is known, it has a default of its own.
    """

    id: str
    authorize: str
    resource: str
    scope: str

    def ask(self, **changed: str | None) -> Asked:
        """Without anybody signed in, so that the answer comes at once."""
        query: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": REDIRECT,
            "state": "probe",
            "prompt": "none",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "resource": self.resource,
            "scope": "" if self.resource else self.scope,
            **changed,
        }
        answer = get(self.authorize, **{name: each for name, each in query.items() if each})
        parts = urlsplit(answer.headers.get("Location", "") or _linked(answer.text, query))
        sent = {name: each[0] for name, each in parse_qs(parts.query).items()}
        return Asked(answer.status_code, parts._replace(query="", fragment="").geturl(), sent)


def _linked(page: str, query: Mapping[str, str | None]) -> str:
    """Where a page leads on: a server need not send people to whom it does not trust by itself."""
    found = re.search(rf'href="({re.escape(str(query["redirect_uri"]))}[^"]*)"', page)
    return unescape(found[1]) if found else ""


@contextmanager
def registered(told: Mapping[str, Any], resource: str) -> Iterator[Client | None]:
    """A client for as long as it is needed; None where nobody can register."""
    url = told.get("registration_endpoint")
    wanted = {
        "client_name": "MCP probe",
        "application_type": "native",
        "redirect_uris": [REDIRECT],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
    }
    known = document(requests.post(url, json=wanted, timeout=TIMEOUT)) if url else {}
    if "client_id" not in known:
        yield None
        return
    try:
        scope = next(iter(told.get("scopes_supported", [])), "")
        yield Client(known["client_id"], told["authorization_endpoint"], resource, scope)
    finally:
        if "registration_client_uri" in known:  # RFC 7592
            bearer = {"Authorization": f"Bearer {known['registration_access_token']}"}
            requests.delete(known["registration_client_uri"], headers=bearer, timeout=TIMEOUT)


def of_requests(client: Client | None, told: Mapping[str, Any]) -> Iterator[Demand]:
    """``not tried`` where there is no client to ask as."""
    right = client.ask() if client else None
    answered = right.place == REDIRECT if right else None
    yield must("an answer reaches the redirect URI", answered, right)
    named = right.sent.get("iss") == told["issuer"] if right else None
    yield should("an error has `iss`, letter by letter (RFC 9207)", named, right)
    taken = answered and right.error != "invalid_target" if right else None
    yield must("`resource` is understood (RFC 8707)", taken, right)
    yield from _of_refusals(client)
    yield must("an unknown code is refused as JSON", *_bogus_code(client, told["token_endpoint"]))


def _of_refusals(client: Client | None) -> Iterator[Demand]:
    without = client.ask(code_challenge=None, code_challenge_method=None) if client else None
    refused = without.error == "invalid_request" if without else None
    yield must("no PKCE, no code", refused, without)
    plain = client.ask(code_challenge_method="plain") if client else None
    yield must(
        "PKCE `plain` is refused", plain.error == "invalid_request" if plain else None, plain
    )
    port = client.ask(redirect_uri=OTHER_PORT) if client else None
    yield must(
        "any port on the loopback (OAuth 2.1 8.4.2)", port and port.place == OTHER_PORT, port
    )
    evil = client.ask(redirect_uri="https://evil.invalid/") if client else None
    yield must("another redirect URI is sent nothing", evil and not evil.place, evil)
    unknown = client.ask(client_id=STRANGER) if client else None
    yield must(
        "a document that cannot be had is sent nothing", unknown and not unknown.place, unknown
    )


def _bogus_code(client: Client | None, url: str) -> tuple[bool | None, str]:
    if client is None:
        return None, ""
    body = {
        "grant_type": "authorization_code",
        "code": "probe",
        "redirect_uri": REDIRECT,
        "client_id": client.id,
        "code_verifier": secrets.token_urlsafe(48),
    }
    answer = requests.post(url, body, timeout=TIMEOUT)
    try:
        error = answer.json().get("error")
    except ValueError:
        error = None
    return error == "invalid_grant", f"{answer.status_code} {error}"
