"""Which clients hold a word somewhere: what a search begins with."""

import json
from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, or_

from oidc.database.models import ClientRow


def named_by(part: str) -> Iterator[ColumnElement[bool]]:
    """The condition that a client's id or metadata hold this somewhere; none for nothing.

    :param part: in small letters.
    """
    if part:
        written = json.dumps(part, ensure_ascii=False)[1:-1]
        yield or_(
            func.lower(ClientRow.client_id).contains(part, autoescape=True),
            func.lower(ClientRow.document).contains(written, autoescape=True),
        )
