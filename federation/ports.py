"""What federation asks of its surroundings: the time, a way to keep secrets, a way to the web."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

Clock = Callable[[], int]
"""Gives the present time in whole seconds since the Unix epoch."""


class Cipher(Protocol):
    """Authenticated encryption with one key per purpose.

    Implement ``seal`` so that only ``unseal`` with the same purpose gives the bytes back;
    ``unseal`` raises :class:`ValueError` for anything that was not sealed for that purpose.
    """

    def seal(self, plaintext: bytes, purpose: str) -> str: ...

    def unseal(self, sealed: str, purpose: str) -> bytes: ...


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    :param headers: by their names in small letters.
    """

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def content_type(self) -> str:
        """In small letters, without parameters; empty where it says none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Web(Protocol):
    """The way to servers whose addresses administrators enter.

    Implement ``exchange`` so that it reaches public addresses over TLS alone (and what the
    deployment allows besides), follows nothing, and is bounded in time and size. It sends a request
    once.
    """

    def exchange(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        """:raises OSError: there was no usable answer. The text holds nothing of the request."""
        ...


class NoWeb:
    """Stands where nobody said how to reach other servers: none is."""

    def exchange(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        del method, url, body, headers
        raise OSError("there is no way to other servers here")
