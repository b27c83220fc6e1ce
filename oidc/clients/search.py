"""Finding an application by its id or its name, for administration."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from oidc.clients.client import Client, ClientStore
from oidc.database.driver_statement import AnySession
from oidc.database.models import ClientRow

LONGEST_ID = 128
LOOKED_AT = 10
"""Times as many are read as are wanted: other members of a document may hold the text too."""


def search(store: ClientStore, session: AnySession, text: str, limit: int = 20) -> list[Client]:
    """Clients whose id begins with the text, or of whose names it is a part, in any case."""
    document = func.lower(ClientRow.document).contains(text.lower(), autoescape=True)
    begins = ClientRow.client_id.startswith(text, autoescape=True)
    query = (
        select(ClientRow.client_id, ClientRow.document)
        .where(or_(begins, document))
        .order_by(ClientRow.client_id)
        .limit(LOOKED_AT * limit)
    )
    ids = (row.client_id for row in session.execute(query) if _is_meant(row, text))
    known = [store.stored(session, client_id) for client_id in list(islice(ids, limit))]
    return [client for client in known if client is not None]


def some(store: ClientStore, session: AnySession, ids: Iterable[str]) -> list[Client]:
    """Those of these that there are and that are not disabled, in one statement."""
    wanted = {one for one in ids if 0 < len(one) <= LONGEST_ID and "\x00" not in one}
    if not wanted:
        return []
    return store.page(
        session, "", len(wanted), ClientRow.client_id.in_(wanted), ClientRow.disabled.is_(False)
    )


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


def _is_meant(row: Any, text: str) -> bool:
    names = _names(json.loads(row.document))
    return row.client_id.startswith(text) or any(text.lower() in name.lower() for name in names)


def _names(document: dict[str, Any]) -> Iterator[str]:
    """What it is called, in every language that it gave."""
    return (
        value
        for member, value in document.items()
        if member.partition("#")[0] == "client_name" and isinstance(value, str)
    )
