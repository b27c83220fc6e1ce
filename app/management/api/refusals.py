"""What stands against a change, told as the API tells it."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.management.api.problems import (
    ApiProblem,
    Conflict,
    Invalid,
    NotFound,
    Problem,
    VersionConflict,
)
from app.management.services.refusals import REFUSED, Refusal, refusal_of


@contextmanager
def told() -> Iterator[None]:
    """Turns the packages' exceptions into :class:`~app.management.api.problems.ApiProblem`."""
    try:
        yield
    except REFUSED as error:
        raise _problem(refusal_of(error)) from error


def _problem(refusal: Refusal) -> ApiProblem:
    if refusal.kind == "invalid":
        return Invalid([Problem(one.field, one.message) for one in refusal.problems])
    if refusal.kind == "outrun":
        return VersionConflict()
    if refusal.kind == "missing":
        return NotFound(refusal.message)
    return Conflict(refusal.message, [one._asdict() for one in refusal.dependents])
