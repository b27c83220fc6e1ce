"""The one way in which the provider fetches what a client names: keys, request objects, sectors.

A URL in a registration is a stranger's wish that our server connects somewhere, so (RFC 9700 4.15,
OWASP SSRF): https alone, the name resolved once and the connection made to exactly the address
that was checked, no redirects, a deadline for the whole exchange and a limit on the answer.
"""

import http.client
import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import urlencode, urlsplit

from oidc.aside import aside
from oidc.outbound.addresses import is_loopback, is_public
from oidc.outbound.answer import AddressRefused, Answer, Unreachable, UnusableAnswer
from oidc.outbound.authorities import system_tls
from oidc.outbound.deadline_socket import DeadlineSocket, ExchangeLimitError
from oidc.outbound.names import Names, Resolver
from oidc.protocol.redirect_uris import is_plain

DEADLINE_SECONDS = 5.0
MAX_BODY = 64 * 1024
MAX_HEADERS = 16 * 1024
log = logging.getLogger(__name__)
_CONNECT_SECONDS = 2.0
_MAX_ADDRESSES = 4

Dialer = Callable[[tuple[str, int], float], socket.socket]
"""A TCP connection to an address and port, within some seconds."""


@dataclass(frozen=True)
class Target:
    scheme: str
    host: str
    port: int
    path: str


def resolve(host: str, port: int) -> list[str]:
    """All addresses that the system's resolver gives for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Outbound:
    """A client for hostile URLs; one for the process, safe for threads.

    :param allow_loopback_http: let http and https reach the loopback; for development only.
    :param allowed_networks: CIDR blocks that count as public too, for relying parties within an
        intranet.
    :param tls: what certificates to believe; the system's authorities when left out.
    :param resolver: asked once for each fetch, or for several of the same moment.
    """

    def __init__(
        self,
        *,
        allow_loopback_http: bool = False,
        allowed_networks: Sequence[str] = (),
        deadline: float = DEADLINE_SECONDS,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver = resolve,
        dial: Dialer = socket.create_connection,
    ) -> None:
        self._allow_loopback = allow_loopback_http
        self._networks: tuple[IPv4Network | IPv6Network, ...] = tuple(
            ip_network(network) for network in allowed_networks
        )
        self._deadline = deadline
        # Read with the first connection: a megabyte of certificates, of no use to many a process.
        self._tls = cache(lambda: tls or system_tls())
        self._dial = dial
        self._resolver = resolver
        self._names = Names(resolver)

    def apart(self) -> "Outbound":
        """The same way, with threads of its own for names: what strangers have us look up must not
        hold up people on their way to a source."""
        other = copy(self)
        other._names = Names(self._resolver)
        return other

    def get(self, url: str, *, accept: str = "*/*") -> Answer:
        """The answer to a GET, with status 200.

        :raises FetchError: see `oidc.outbound.answer`.
        """
        answer = self.exchange("GET", url, None, {"Accept": accept})
        if answer.status != 200:
            raise UnusableAnswer("The URL must answer with status 200.", answer.status)
        return answer

    def get_json(self, url: str) -> Any:
        """The JSON value at the URL, whatever its content type says.

        :raises FetchError: see `oidc.outbound.answer`.
        """
        return self.get(url, accept="application/json").json()

    def post_form(self, url: str, data: Mapping[str, str]) -> Answer:
        """As `post`."""
        form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"}
        return self.post(url, urlencode(data).encode(), form)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer, with a status of 200 to 299.

        :raises FetchError: see `oidc.outbound.answer`.
        """
        answer = self.exchange("POST", url, body, headers)
        if not 200 <= answer.status < 300:
            raise UnusableAnswer(
                "The URL must answer with success.",
                answer.status,
                answer.body[:200].decode(errors="replace"),
            )
        return answer

    def reach(self, url: str) -> None:
        """Connects to the URL's server, verifies its certificate, and asks for nothing.

        :raises FetchError: see `oidc.outbound.answer`.
        """
        with self.connected(url):
            pass

    def exchange(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """The answer, whatever its status. Raises as the others."""
        return aside(self._exchange, method, url, body, headers)

    def _exchange(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        with self.connected(url) as (target, connection):
            sent = {"User-Agent": "Qiao", "Accept-Encoding": "identity", "Connection": "close"}
            connection.request(method, target.path, body, {**sent, **headers})
            return _read_answer(connection.getresponse())

    @contextmanager
    def connected(self, url: str) -> Iterator[tuple[Target, http.client.HTTPConnection]]:
        """A connection for one request. :raises FetchError: see `oidc.outbound.answer`."""
        ends_at = time.monotonic() + self._deadline
        target = read_url(url)
        addresses = self._check_addresses(target, ends_at)
        with _failures_told(target.host), self._connect(target, addresses, ends_at) as connection:
            yield target, connection

    def _check_addresses(self, target: Target, ends_at: float) -> list[str]:
        """Those of the host's addresses that we may connect to; asked for once."""
        try:
            found = self._names.addresses(target.host, target.port, ends_at)
        except (OSError, UnicodeError) as error:
            raise Unreachable("The host name of the URL cannot be resolved.") from error
        allowed = [address for address in found if self.may_reach(address, target.scheme)]
        if not allowed:
            raise AddressRefused("The URL must lead to a public address.")
        return allowed[:_MAX_ADDRESSES]

    def may_reach(self, address: str, scheme: str) -> bool:
        """Whether we connect to an address by this scheme."""
        if self._allow_loopback and is_loopback(address):
            return True
        return scheme == "https" and is_public(address, self._networks)

    @contextmanager
    def _connect(
        self, target: Target, addresses: Sequence[str], ends_at: float
    ) -> Iterator[http.client.HTTPConnection]:
        raw = self._dial_first(addresses, target.port, ends_at)
        try:
            if target.scheme == "https":
                # The certificate must be the name's, though we connect to the address.
                raw.settimeout(max(0.001, ends_at - time.monotonic()))
                raw = self._tls().wrap_socket(raw, server_hostname=target.host)
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.default_port = 443 if target.scheme == "https" else 80
            connection.sock = DeadlineSocket(raw, ends_at, MAX_BODY + MAX_HEADERS)
            yield connection
        finally:
            raw.close()

    def _dial_first(self, addresses: Sequence[str], port: int, ends_at: float) -> socket.socket:
        failure: OSError = TimeoutError()
        for address in addresses:
            remaining = ends_at - time.monotonic()
            if remaining <= 0:
                break
            try:
                return self._dial((address, port), min(remaining, _CONNECT_SECONDS))
            except OSError as error:
                failure = error
        raise failure


def read_url(url: str) -> Target:
    """:raises AddressRefused: not an absolute https or http URL of plain characters."""
    if not is_plain(url):
        raise AddressRefused("The URL must hold only plain characters and no fragment.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("The URL must be well-formed.") from error
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc:
        raise AddressRefused("The URL must use https and name a host.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    default = 443 if parts.scheme == "https" else 80
    return Target(parts.scheme, parts.hostname.rstrip("."), port or default, path)


@contextmanager
def _failures_told(host: str) -> Iterator[None]:
    try:
        yield
    except ExchangeLimitError as error:
        raise UnusableAnswer("The answer of the URL is too long.", 0) from error
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message.rstrip(".")
        log.warning("the certificate of %s is refused: %s", host, reason)
        raise Unreachable("The certificate of the URL's host is not valid.", reason) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable("The URL did not give an answer in time.") from error


def _read_answer(response: http.client.HTTPResponse) -> Answer:
    if 300 <= response.status < 400:
        raise UnusableAnswer("The URL must not redirect.", response.status)
    if response.getheader("Content-Encoding", "identity").lower() != "identity":
        raise UnusableAnswer("The answer of the URL must not be compressed.", response.status)
    body = response.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise UnusableAnswer("The answer of the URL is too long.", response.status)
    if response.length:  # bytes that were promised and did not come
        raise UnusableAnswer("The answer of the URL is not whole.", response.status)
    content_type = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    headers = {name.lower(): value for name, value in response.getheaders()}
    max_age = _max_age(headers.get("cache-control", "").lower())
    return Answer(response.status, content_type, body, max_age, headers)


def _max_age(directives: str) -> int | None:
    if re.search(r"\bno-(?:store|cache)\b", directives):
        return 0
    said = re.search(r"(?<![\w-])max-age=([0-9]{1,9})", directives)
    return int(said[1]) if said else None
