"""What federation asks of its surroundings: the time, and a way to keep secrets at rest."""

from collections.abc import Callable
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
