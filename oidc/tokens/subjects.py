"""The one function through which every ``sub`` that leaves goes."""

from functools import lru_cache

from oidc.clients.client import Client
from oidc.outbound.addresses import is_loopback
from oidc.protocol.pairwise import pairwise_subject, sector_identifier


class SubjectPolicy:
    """Gives the ``sub`` that a client sees of a person (OpenID Connect Core 8).

    :param salt: secret of pairwise subjects; without it clients cannot register for them.
    """

    def __init__(self, salt: str | None) -> None:
        self._salt = salt.encode() if salt else None
        self._pairwise = lru_cache(maxsize=4096)(pairwise_subject)

    @property
    def types(self) -> list[str]:
        return ["public", "pairwise"] if self._salt else ["public"]

    def subject_for(self, client: Client, subject: str) -> str:
        metadata = client.metadata
        if metadata.subject_type != "pairwise":
            return subject
        if self._salt is None:
            raise ValueError("a client is registered for pairwise subjects, but there is no salt")
        sector = sector_identifier(metadata.redirect_uris, metadata.sector_identifier_uri)
        if is_local(sector):
            # Every program on every computer answers there: no two of them are one party.
            sector = f"{sector} {client.client_id}"
        return self._pairwise(sector, subject, self._salt)


def is_local(host: str) -> bool:
    """Whether a host is whatever computer the browser runs on."""
    return host == "localhost" or is_loopback(host)
