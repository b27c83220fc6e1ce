"""Small transactions beside the traffic, for commands that go over many rows."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from app.management.cli.deployment import session

Answer = TypeVar("Answer")

ATTEMPTS = 5
"""A batch that lost against the traffic (a deadlock, a locked file) is tried again."""


def in_transaction(step: Callable[[], Answer]) -> Answer:
    """Runs and commits one step; a step that lost against the traffic is run again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            answer = step()
            session().commit()
            break
        except OperationalError:
            session().rollback()
            if attempt == ATTEMPTS:
                raise
    return answer
