"""The access log, and who counts: told of each request that was answered, whichever way."""

import logging
import time
from collections.abc import Callable
from typing import Any

access = logging.getLogger("qiao.access")
Counter = Callable[[str, Any, int, bytes, float], None]
"""Is told method, what was noted, status, body and the seconds that it took, of each answer."""


def tell(client: Any, method: str, path: bytes, status: int, begun: float) -> None:
    """Where it is asked for (`serve --access-log`).

    :param path: as it was sent: encoded, so that it is one line. Queries hold secrets.
    :param begun: when the request had arrived, on the monotonic clock.
    """
    if access.isEnabledFor(logging.INFO):
        took = round(1000 * (time.monotonic() - begun), 1)
        told = {"address": client[0], "method": method, "path": path.decode("latin-1")}
        told |= {"status": status, "milliseconds": took}
        access.info("%s %s %s %d %.1f ms", *told.values(), extra={"fields": told})
