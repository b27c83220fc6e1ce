"""Who sends a request: one answer for everything that counts or records by address; its number.

A proxy may have told it (`believe_proxies`), in many spellings: with a port, in brackets, as IPv4
inside IPv6. It is read here once; nothing else of the product looks at ``REMOTE_ADDR``.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from flask import Flask, g, request
from werkzeug.http import parse_list_header
from werkzeug.middleware.proxy_fix import ProxyFix

from app.audit.trail import ORIGIN, Origin
from federation.devices import label_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NO_ADDRESS = "no address"
"""What everything counts as together that is no address, such as ``unknown`` (RFC 7239 6.2)."""
NETWORK_BITS = 64
"""Of an IPv6 address: one household or server has all of the rest (RFC 6177)."""
_NAT64 = IPv6Network("64:ff9b::/96")
_PROXY_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_LONGEST_DEVICE = 100


def setup_origin(app: Flask) -> None:
    """Has the audit trail note where each event comes from."""
    app.extensions[ORIGIN] = origin


def origin() -> Origin:
    """Where this request comes from, as the audit trail keeps it."""
    agent = request.user_agent.string
    device = label_of(agent) or agent.partition("/")[0].replace("\0", "")[:_LONGEST_DEVICE]
    return Origin(client_address(), device or None, request_id())


def request_id() -> str:
    """The name of this request, the same on the page and in the log."""
    if "request_id" not in g:
        sent = request.headers.get("X-Request-Id", "")
        g.request_id = sent if _PROXY_ID.fullmatch(sent) else secrets.token_hex(8)
    return str(g.request_id)


def client_address() -> str | None:
    """Where this request comes from, as it is recorded and shown; None when nobody can tell."""
    found = read_address(request.remote_addr)
    return str(found) if found is not None else None


def address_counted() -> str:
    """Where this request comes from, as limits count it: of IPv6 the network of 64 bits."""
    return counted(request.remote_addr)


def counted(text: str | None) -> str:
    """The same of any address that a server or a proxy says."""
    found = read_address(text)
    if found is None:
        return NO_ADDRESS
    if isinstance(found, IPv4Address):
        return str(found)
    return str(IPv6Network((int(found), NETWORK_BITS), strict=False))


def read_address(text: str | None) -> IPv4Address | IPv6Address | None:
    """The address in what a server or a proxy says; None for what is no address.

    Ports (``203.0.113.7:51234``, ``[2001:db8::7]:51234``), brackets and zones are dropped. IPv4
    inside IPv6 is IPv4: mapped (RFC 4291 2.5.5.2), or through a NAT64 (RFC 6052 2.1).
    """
    try:
        found = ip_address(_without_port((text or "").strip()).partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    if found in _NAT64:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def stands_for_many(text: str, count: int, networks: Sequence[str]) -> bool:
    """Whether whoever connects from there is a proxy of ours; as in `believe_proxies`."""
    found = read_address(text)
    if networks and found is not None:
        return any(found in ip_network(each) for each in networks)
    return count > 0


def believe_proxies(app: Flask, count: int, networks: Sequence[str]) -> None:
    """Takes address, scheme and host of a request from the proxies in front; from none by default.

    :param count: how many proxies there are; 0 for as many as the networks hold.
    :param networks: where they are (CIDR); empty: whoever connects is the nearest of ``count``.
    """
    if networks:
        named = _NamedProxies(app.wsgi_app, count, networks)
        app.wsgi_app = named  # type: ignore[assignment, method-assign]
    elif count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


class _NamedProxies:
    """WSGI middleware that believes X-Forwarded-* of proxies in known networks alone."""

    def __init__(self, inside: "WSGIApplication", most: int, networks: Sequence[str]) -> None:
        self._inside = inside
        self._most = most
        self._networks = [ip_network(each) for each in networks]

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        hops = self._hops(environ)
        if not hops:
            return self._inside(environ, start)
        # Of scheme and host, some proxies add to the header and others replace it.
        proto, host = (min(hops, len(_sent(environ, name))) for name in ("PROTO", "HOST"))
        return ProxyFix(self._inside, x_for=hops, x_proto=proto, x_host=host)(environ, start)

    def _hops(self, environ: "WSGIEnvironment") -> int:
        """How many proxies of ours the request came through, from the nearest on."""
        sent = _sent(environ, "FOR")
        chain = [environ.get("REMOTE_ADDR", ""), *reversed(sent)]
        passed = 0
        while passed < len(chain) and self._is_ours(chain[passed]):
            passed += 1
        hops = min(passed, max(1, len(sent)))
        return min(hops, self._most) if self._most else hops

    def _is_ours(self, text: str) -> bool:
        found = read_address(text)
        return found is not None and any(found in network for network in self._networks)


def _sent(environ: "WSGIEnvironment", name: str) -> list[str]:
    return parse_list_header(environ.get(f"HTTP_X_FORWARDED_{name}", ""))
