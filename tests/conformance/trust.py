"""Which certificate of the suite is believed: a local suite has one of its own.

The hosted suite's must come from an authority that the system knows. One on this machine or in a
private network may present what it likes: it is believed as it is presented at the start of the
run, and no other afterwards.
"""

import hashlib
import socket
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

TIMEOUT = 10.0


class Untrusted(Exception):
    """The suite's certificate must not be believed; the text says what to do."""


class _Pinned(HTTPAdapter):
    """Speaks to whoever has this very certificate."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, assert_fingerprint=self._fingerprint, **options)


@dataclass(frozen=True)
class Trust:
    """How the suite is recognised.

    :param authorities: a PEM file with what vouches for it; None: the system's.
    :param certificate: its own, in PEM, where it is believed as it was presented.
    """

    authorities: Path | None = None
    certificate: str | None = None

    def session(self) -> requests.Session:
        """A session that talks to no other."""
        http = requests.Session()
        if self.certificate:
            der = ssl.PEM_cert_to_DER_cert(self.certificate)
            http.mount("https://", _Pinned(hashlib.sha256(der).hexdigest()))
            http.trust_env = False  # a bundle of the environment would be asked after all
            http.verify = False
        elif self.authorities:
            http.trust_env = False
            http.verify = str(self.authorities)
        return http

    def bundle(self) -> str:
        """What a server has to believe beside the system's authorities, in PEM."""
        if self.authorities:
            return self.authorities.read_text(encoding="ascii")
        return self.certificate or ""


def addresses(host: str) -> list[str]:
    """Where a name leads. :raises Untrusted: nowhere."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Untrusted(f"There is no {host} ({error.strerror}).") from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def is_near(host: str) -> bool:
    """Whether the name leads to this machine or a private network, and nowhere else."""
    return all(ip_address(found.partition("%")[0]).is_private for found in addresses(host))


def trust_in(base: str, authorities: Path | None = None) -> Trust:
    """How to recognise the suite at this address.

    :raises Untrusted: it is elsewhere and its certificate is nobody's, or it does not answer.
    """
    parts = urlsplit(base)
    host = parts.hostname or ""
    if parts.scheme != "https":
        if parts.scheme == "http" and is_near(host):
            return Trust()
        raise Untrusted(f"SUITE must be the https address of a conformance suite, not {base!r}.")
    if authorities:
        return Trust(authorities)
    place = (host, parts.port or 443)
    try:
        with (
            socket.create_connection(place, TIMEOUT) as connection,
            ssl.create_default_context().wrap_socket(connection, server_hostname=host),
        ):
            return Trust()
    except ssl.SSLCertVerificationError as error:
        if is_near(host):
            return Trust(certificate=ssl.get_server_certificate(place, timeout=TIMEOUT))
        raise Untrusted(
            f"The certificate of {base} is not believed ({error.verify_message}): "
            "give what vouches for it with --suite-ca FILE."
        ) from error
    except OSError as error:
        raise Untrusted(f"{base} does not answer ({error}).") from error
