"""Which connections an application may use right now."""

from sqlalchemy.orm import Session

from app.enablement import sources
from federation import Connection, Federation


def usable_connections(
    session: Session, federation: Federation, client_id: str | None
) -> list[Connection]:
    """The connections that are on and enabled for the application, in the order of its buttons.

    The application's own order comes first; where it says nothing, the connections' positions do.

    :param client_id: None for our own pages, which may use all that are on.
    """
    if client_id is None:
        return federation.connections.enabled(session)
    enabled = sources.of_client(session, client_id, enabled_only=True)
    places = {each.connection_id: each.position for each in enabled}
    usable = [each for each in federation.connections.enabled(session) if each.id in places]
    return sorted(usable, key=lambda each: places[each.id])
