"""HTTP connections that keep a total deadline, whatever the other side does.

``requests`` bounds each wait on the socket, so a server that sends one byte every few seconds
can hold a caller for ever. Here every wait gets only what is left of the whole call's time.
(The name look-up comes before any socket and keeps the resolver's own limit.)

Within a call the HTTP library is also kept from logging, at any level.
"""

import logging
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import create_urllib3_context

FAILURES = (requests.RequestException, HTTPError, OSError, ValueError)
"""What a call may end with, but for an answer."""
_deadline: ContextVar[float] = ContextVar("deadline")


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Within this block, waits on sockets of a :class:`DeadlineAdapter` end after ``seconds``."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _outside_our_calls(record: logging.LogRecord) -> bool:  # noqa: ARG001
    return _deadline.get(None) is None


# These log whole addresses, and those that we call hold secrets.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(_outside_our_calls)


def _remaining() -> float:
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError("the whole call took too long")
    return left


class _Socket(socket.socket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_remaining())
        return super().recv_into(*args, **kwargs)


class _TLSSocket(ssl.SSLSocket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_remaining())
        return super().recv_into(*args, **kwargs)


class _HTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _HTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connect(self)


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class DeadlineAdapter(HTTPAdapter):
    """Pools connections like its parent, never retries, and keeps :func:`deadline`."""

    def __init__(self, pool_size: int) -> None:
        super().__init__(pool_connections=4, pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = create_urllib3_context()
        context.sslsocket_class = _TLSSocket
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def _connect(connection: HTTPConnection) -> socket.socket:
    """A socket to the first address that answers; the connect timeout holds for each of them."""
    problem: OSError | None = None
    addresses = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in addresses:
        opened = _Socket(family, kind, protocol)
        try:
            return _connected(opened, address, connection.timeout)
        except OSError as error:
            opened.close()
            problem = error
    raise problem or OSError("the host has no address")


def _connected(opened: _Socket, address: Any, timeout: Any) -> _Socket:
    opened.settimeout(min(timeout, _remaining()))
    opened.connect(address)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # This is also the limit of the TLS handshake that follows.
    opened.settimeout(min(timeout, _remaining()))
    return opened


def bare_session(pool_size: int) -> requests.Session:
    """Pooled connections that keep deadlines; safe to share between threads.

    :param pool_size: idle connections that are kept at most.
    """
    session = requests.Session()
    # Nothing of the machine's may change what is sent: no proxies, no .netrc, no cookies.
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({"User-Agent": "qiao", "Accept-Encoding": "identity"})
    adapter = DeadlineAdapter(pool_size=pool_size)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
