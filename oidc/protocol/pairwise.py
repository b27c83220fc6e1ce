"""Subject identifiers that differ between groups of clients (OpenID Connect Core 8.1), and from
session to session (OpenID Connect Ephemeral Subject Identifier 1.0)."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from urllib.parse import urlsplit


def subject_types(salt: str | None) -> tuple[str, ...]:
    """What clients may register for (``subject_types_supported``).

    :param salt: the secret that all but public ones are made with.
    """
    return ("public", "pairwise", "ephemeral") if salt else ("public",)


class InvalidSector(ValueError):
    """``sector_identifier_uri`` does not vouch for the client; the text says why."""


def sector_hosts(redirect_uris: Sequence[str]) -> frozenset[str]:
    """The distinct hosts of the redirect URIs.

    A custom scheme has no host that anybody owns, so it cannot make a sector: it stands in the
    set as the empty string.
    """
    return frozenset(_host(uri) for uri in redirect_uris)


def sector_identifier(redirect_uris: Sequence[str], sector_identifier_uri: str | None) -> str:
    """The host that the client's pairwise subjects are made for (OpenID Connect Core 8.1).

    :raises InvalidSector: there is no ``sector_identifier_uri`` and not exactly one host.
    """
    if sector_identifier_uri is not None:
        host = _host(sector_identifier_uri)
    else:
        hosts = sector_hosts(redirect_uris)
        host = next(iter(hosts)) if len(hosts) == 1 else ""
    if not host:
        raise InvalidSector("sector_identifier_uri must be registered")
    return host


def pairwise_subject(sector: str, subject: str, salt: bytes) -> str:
    """The ``sub`` of a person within a sector: 43 characters, the same at each call.

    :param subject: our own identifier of the person, which it does not reveal.
    :param salt: secret of this provider, at least 16 bytes; a new one makes everybody a stranger.
    """
    if len(salt) < 16:
        raise ValueError("the salt of pairwise subjects must have at least 16 bytes")
    # The lengths keep (sector "ab", subject "c") and ("a", "bc") apart.
    message = f"{len(sector)}:{sector}{len(subject)}:{subject}".encode()
    digest = hmac.digest(salt, b"pairwise subject\x00" + message, "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def ephemeral_subject(client_id: str, subject: str, visit: str, salt: bytes) -> str:
    """The ``sub`` of a person at one client for as long as one session lasts.

    :param visit: the session, or the grant where there is none; another one makes a stranger.
    :param salt: as of `pairwise_subject`.
    """
    # A space is in no host, so that no sector can be taken for it.
    return pairwise_subject(f"ephemeral {client_id}", f"{len(visit)}:{visit}{subject}", salt)


def check_sector_document(document: object, redirect_uris: Sequence[str]) -> None:
    """Refuse a sector whose document does not list every redirect URI of the client.

    :param document: the JSON that was fetched from ``sector_identifier_uri``.
    :raises InvalidSector: OpenID Connect Registration 5.
    """
    if not isinstance(document, list) or not all(isinstance(uri, str) for uri in document):
        raise InvalidSector("sector_identifier_uri must give a JSON array of strings")
    if not set(redirect_uris) <= set(document):
        raise InvalidSector("the document of sector_identifier_uri must list all redirect_uris")


def _host(uri: str) -> str:
    try:
        parts = urlsplit(uri)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.lower() if parts.scheme in {"https", "http"} else ""
