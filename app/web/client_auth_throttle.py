"""Failed client authentications: whoever guesses at a client's secret must soon wait.

They are counted by client *and* by where they come from: a stranger who fails on purpose keeps out
nobody but themselves. Where nobody has failed lately, asking costs one look into a dictionary.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

from app.web import rate_limits

FAILURES = "20/minute;200/hour"
"""By one address for one client; far from what finds 256 random bits, or a secret that a person
made up in years."""
MAX_SUSPECTS = 10_000
_KIND = "failed client authentications"


class ClientAuthThrottle:
    """Remembers who has failed here; the count itself is shared as other limits are."""

    def __init__(self) -> None:
        self._suspects: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def may_go_on(self, client: Callable[[], str]) -> bool:
        """Whether this request's address may authenticate as the client that ``client`` names."""
        if not self._suspects:
            return True
        address = rate_limits.address()
        return address not in self._suspects or rate_limits.has_room(
            FAILURES, _KIND, client(), address
        )

    def note(self, client_id: str) -> None:
        """One more failure."""
        address = rate_limits.address()
        with self._lock:
            self._suspects[address] = None
            self._suspects.move_to_end(address)
            while len(self._suspects) > MAX_SUSPECTS:
                self._suspects.popitem(last=False)
        rate_limits.allows(FAILURES, _KIND, client_id, address)
