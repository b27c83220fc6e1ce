"""The access log: one line for each request that was answered, whichever way."""

import logging
import time
from typing import Any

access = logging.getLogger("qiao.access")


def tell(client: Any, method: str, path: bytes, status: int, begun: float) -> None:
    """Where it is asked for (`serve --access-log`).

    :param path: as it was sent: encoded, so that it is one line. Queries hold secrets.
    :param begun: when the request had arrived, on the monotonic clock.
    """
    if access.isEnabledFor(logging.INFO):
        took = 1000 * (time.monotonic() - begun)
        access.info("%s %s %s %d %.1f ms", client[0], method, path.decode("latin-1"), status, took)
