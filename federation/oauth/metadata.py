"""Where a provider's servers are: as configured, or by its metadata, pinned to its issuer.

OpenID Connect Discovery 1.0, 3 and 4.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from federation.errors import FederationError, Misconfigured, Unavailable
from federation.oauth import answers
from federation.oauth.calls import Calls
from federation.oauth.signatures import ASYMMETRIC
from federation.ports import Clock

WELL_KNOWN = "/.well-known/openid-configuration"
FRESH = 3600
"""Seconds for which metadata are taken without asking again."""
KEPT = 86400
"""Seconds for which old ones stand in while the provider does not answer."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ADDRESSES = (*_NEEDED, "userinfo_endpoint", "end_session_endpoint")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Server:
    """Addresses of a provider, empty for those that it has not, and what it says that it can do.

    :param algorithms: that its ID tokens may be signed with.
    :param authentication: the ways of clients at its token endpoint.
    :param sends_issuer: its authorization answers carry ``iss`` (RFC 9207 3).
    """

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str = ""
    issuer: str = ""
    jwks_uri: str = ""
    end_session_endpoint: str = ""
    algorithms: tuple[str, ...] = ASYMMETRIC
    authentication: tuple[str, ...] = ()
    sends_issuer: bool = False


class Metadata:
    """The metadata of issuers, kept in the process. Safe to share between threads."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._known: dict[str, tuple[int, Server]] = {}

    def of(self, issuer: str, credential_id: str) -> Server:
        """:raises Misconfigured: there are none, or they are somebody else's.
        :raises Unavailable: the provider does not answer, and has not for long.
        """
        at, server = self._known.get(issuer, (0, None))
        age = self._clock() - at
        if server is not None and 0 <= age < FRESH:
            return server
        try:
            return self.anew(issuer, credential_id)
        except FederationError as error:
            if server is None or not 0 <= age < KEPT:
                raise
            _log.warning("going on with older metadata of %s: %s", issuer, error)
            return server

    def anew(self, issuer: str, credential_id: str) -> Server:
        """What they say now. Raises as `of` does; what was known before stays then."""
        found = self._fetch(issuer, credential_id)
        self._known[issuer] = (self._clock(), found)
        return found

    def _fetch(self, issuer: str, credential_id: str) -> Server:
        reply = self._calls.get("metadata", issuer.removesuffix("/") + WELL_KNOWN)
        if reply.status >= 500 or reply.status == 429:
            raise Unavailable(f"metadata: HTTP {reply.status}")
        try:
            document = answers.read(reply) if reply.status == 200 else {}
        except answers.Unreadable:
            document = {}
        problem = _problem(issuer, document, reply.status)
        if problem:
            code, detail = problem
            raise Misconfigured(
                f"metadata of {issuer}: {detail}", credential_id=credential_id, errcode=code
            )
        return _server(issuer, document)


def _problem(issuer: str, document: Mapping[str, Any], status: int) -> tuple[str, str] | None:
    """The name of what is wrong, and how our log tells it."""
    if not document:
        return "no_metadata", f"HTTP {status}, and no JSON object"
    if document.get("issuer") != issuer:
        return "issuer_mismatch", "they name another issuer"
    for name in _ADDRESSES:
        value = document.get(name)
        if name in _NEEDED and not value:
            return "bad_metadata", f"{name} is missing"
        if value and not is_address(value, like=issuer):
            return "bad_metadata", f"{name} is no address that is as safe as the issuer"
    return None


def is_address(value: object, *, like: str) -> bool:
    """Whether something is an address of a server, over TLS where another one is."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return False
    safe = ("https",) if like.startswith("https:") else ("https", "http")
    plain = "@" not in parts.netloc and not parts.fragment and " " not in value
    return parts.scheme in safe and bool(parts.hostname) and plain


def _server(issuer: str, document: Mapping[str, Any]) -> Server:
    addresses = {name: str(document.get(name) or "") for name in _ADDRESSES}
    said = _texts(document.get("id_token_signing_alg_values_supported")) or ("RS256",)
    return Server(
        **addresses,
        issuer=issuer,
        algorithms=tuple(alg for alg in ASYMMETRIC if alg in said),
        authentication=_texts(document.get("token_endpoint_auth_methods_supported")),
        sends_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
