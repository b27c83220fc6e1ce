"""What a source is called in a sentence, and which one the page at hand is about."""

from collections.abc import Iterable

from flask import g
from flask_babel import gettext as _

from app.database import db
from app.elements import current_elements
from app.sign_in.federation import current_federation
from federation.connection_store import ConnectionStore
from federation.connections import Connection
from federation.source import Source


def note_connection(connection: Connection) -> Connection:
    """Lets whatever goes wrong from here on be told in the words of this connection's source."""
    g.source_asked = connection.source
    return connection


def source_asked() -> Source | None:
    """The source that this request deals with; None where that is not known."""
    noted: Source | None = g.get("source_asked")
    return noted or _sole(current_elements().sources)


def name_of(source: Source | None) -> str:
    """As it stands in "Connect another …"; a general word for none in particular."""
    return str(_(source.name)) if source is not None else str(_("service"))


def name_of_all(connections: Iterable[Connection]) -> str:
    """What they have in common: the name of their source, where it is one."""
    return name_of(_sole({each.source.id: each.source for each in connections}.values()))


def nameless(connection_id: str | None) -> str:
    """What somebody is called who has no name, and came by this connection."""
    connection = connection_id and _connections().get(db.session(), connection_id)
    source = connection.source if connection else _sole(current_elements().sources)
    if source is None:
        return str(_("somebody without a name"))
    return str(_("a %(source)s user", source=name_of(source)))


def _connections() -> ConnectionStore:
    return current_federation().connections


def _sole(sources: Iterable[Source]) -> Source | None:
    every = list(sources)
    return every[0] if len(every) == 1 else None
