"""How often something may be done in a minute or a day."""

from collections import deque

from .errors import WeChatError

MINUTE = 60
DAY = 86400


class Quotas:
    """Counters by name over a sliding window."""

    def __init__(self) -> None:
        self._times: dict[str, deque[int]] = {}

    def spend(self, name: str, limit: int, window: int, now: int) -> None:
        """Count one use.

        :param limit: uses allowed in ``window`` seconds; 0 means no limit.
        :raises WeChatError: 45011 for a window of a minute, 45009 for a longer one.
        """
        times = self._times.setdefault(name, deque())
        while times and times[0] <= now - window:
            times.popleft()
        if limit and len(times) >= limit:
            raise WeChatError(45011 if window <= MINUTE else 45009)
        times.append(now)

    def last(self, name: str) -> int | None:
        """When the name was last used, in Unix seconds."""
        times = self._times.get(name)
        return times[-1] if times else None
