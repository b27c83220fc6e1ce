"""The sandbox's own time: a source of seconds that scripts can move forward."""

from collections.abc import Callable

Clock = Callable[[], int]


class MovableClock:
    """Unix seconds of ``source`` plus whatever the control API has added."""

    def __init__(self, source: Clock) -> None:
        self._source = source
        self._offset = 0

    def __call__(self) -> int:
        return self._source() + self._offset

    def advance(self, seconds: int) -> None:
        self._offset += seconds

    def reset(self) -> None:
        self._offset = 0
