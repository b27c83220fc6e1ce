"""Pictures that applications have registered (``logo_uri``), fetched by us and drawn anew.

A person's browser never goes to a stranger's address for one. They are kept in this process for a
day and nowhere else: what they show is the application's own word, not ours (docs/adr/0026).
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from app.branding.pictures import UnusablePicture, redrawn
from oidc.clients.metadata import ClientMetadata
from oidc.clock import Clock
from oidc.outbound.answer import Answer, FetchError

FRESH = 86400
FAILED = 600
"""Seconds after which one that could not be had is tried again."""
MOST = 64
"""Kept in memory: a few megabytes."""
MOST_SIDE = 1024
"""Pixels of what a stranger may have us unpack."""
AT_ONCE = 4
MARK = 16
"""Characters that name an address among those of one application."""


class Kept(NamedTuple):
    """:param picture: a PNG of ours; None where there is none to be had."""

    picture: bytes | None
    until: int


class RegisteredLogos:
    """Fetches each address once in a while; safe for threads, of which few wait at a time."""

    def __init__(self, get: Callable[[str], Answer], clock: Clock) -> None:
        self._get = get
        self._clock = clock
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._fetching: set[str] = set()
        self._lock = threading.Lock()

    def kept(self, address: str) -> Kept | None:
        """What is known of this address and still of use."""
        found = self._kept.get(address)
        return found if found is not None and found.until > self._clock() else None

    def fetch(self, address: str) -> bytes | None:
        """The picture there, drawn anew; None where there is none, or others are at it."""
        with self._lock:
            if address in self._fetching or len(self._fetching) >= AT_ONCE:
                return None
            self._fetching.add(address)
        try:
            return self._keep(address, self._drawn(address))
        finally:
            self._fetching.discard(address)

    def _drawn(self, address: str) -> bytes | None:
        try:
            return redrawn(self._get(address).body, most_side=MOST_SIDE, squared=True)
        except (FetchError, UnusablePicture):
            return None

    def _keep(self, address: str, picture: bytes | None) -> bytes | None:
        until = self._clock() + (FAILED if picture is None else FRESH)
        with self._lock:
            self._kept[address] = Kept(picture, until)
            self._kept.move_to_end(address)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return picture


def path_of(client_id: str, address: str) -> str:
    """Where our pages find the picture at a registered address."""
    return "/logos/registered?" + urlencode({"client_id": client_id, "of": _mark(address)})


def registered_address(metadata: ClientMetadata, mark: str) -> str | None:
    """The address that is meant, if the application has registered it."""
    tagged = (text for name, text in metadata.localised.items() if name.startswith("logo_uri#"))
    known = [address for address in (metadata.logo_uri, *tagged) if address]
    return next((address for address in known if _mark(address) == mark), None)


def nothing() -> bytes:
    """A picture through which one sees the initial below it."""
    from app.branding.drawing import see_through

    return see_through()


def _mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:MARK]
