"""``connections list``."""

from app.elements import current_federation
from app.enablement import sources
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import session
from app.management.cli.tables import print_table
from app.management.services import records
from federation import Connection


@command("list")
@as_json
def list_connections(as_json: bool) -> None:
    """List connections in the order of their buttons, with the applications that may use them."""
    known = current_federation().connections.all(session())
    if as_json:
        print_json([_document(connection) for connection in known])
        return
    rows = [
        (one.id, one.mode, one.label("en"), one.credential.id or "none", _state(one), _clients(one))
        for one in known
    ]
    headings = ("CONNECTION", "MODE", "NAME", "APPID", "STATE", "APPLICATIONS")
    print_table(headings, rows, "There are no connections; see connections add --help.")


def _clients(connection: Connection) -> list[str]:
    enabled = sources.of_connection(session(), connection.id, enabled_only=True)
    return [each.client_id for each in enabled]


def _state(connection: Connection) -> str:
    words = ["enabled" if connection.enabled else "disabled"]
    words += [] if connection.credential.is_usable else ["no usable credential"]
    words += ["login only"] if connection.login_only else []
    return ", ".join(words)


def _document(connection: Connection) -> dict[str, object]:
    """As the API tells it, with the AppID in use, and who may use the connection."""
    return {
        **records.connection(connection, ()),
        **connection.options,
        "app_id": connection.credential.id,
        "uses_default_app": connection.uses_default,
        "clients": _clients(connection),
    }
