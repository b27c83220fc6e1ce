"""What the provider and its host read together, so that one statement answers both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, true

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """What somebody else reads in one statement with rows of ours, and understands alone.

    :param join: adds the tables that have the columns to a statement, outer, so that no row of ours
        is lost; given, after it, our columns that they hang on.
    :param is_all: whether nothing else will be asked for a row; given our column of the client.
    """

    columns: tuple[ColumnElement[Any], ...]
    join: Callable[..., Select[Any]]
    is_all: Callable[[ColumnElement[Any]], ColumnElement[bool]] = lambda _client: true()
