"""Subscribe messages: what people have allowed, and what has arrived."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One that has arrived on somebody's phone."""

    appid: str
    person: str
    template_id: str
    data: Mapping[str, str]
    page: str
    at: int


class Messages:
    """What people have allowed, and what has arrived since the last reset."""

    def __init__(self) -> None:
        self.arrived: list[Message] = []
        self._allowed: Counter[tuple[str, str, str]] = Counter()

    def allow(self, appid: str, person: str, template: str, times: int) -> None:
        self._allowed[appid, person, template] += times

    def take(self, appid: str, person: str, template: str) -> bool:
        """Whether one more may be sent; it is used up."""
        if self._allowed[appid, person, template] < 1:
            return False
        self._allowed[appid, person, template] -= 1
        return True
