"""Keeps the pictures of codes that are on somebody's screen, so that a source draws each once.

In this process alone: another node asks the source again.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

KEPT = 512
"""Pictures of about 50 KiB each; the oldest makes room."""


class CodeImages:
    """Pictures by the ticket's id."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._images: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, ticket_id: str, draw: Callable[[], bytes]) -> bytes:
        """The picture; ``draw`` asks the source for it, outside of any lock."""
        with self._lock:
            known = self._images.get(ticket_id)
        if known is not None:
            return known
        image = draw()
        with self._lock:
            self._images[ticket_id] = image
            while len(self._images) > self._kept:
                self._images.popitem(last=False)
        return image


def media_type(image: bytes) -> str:
    """What kind of picture this is, from its first bytes: its label is not reliable."""
    if image.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg"
