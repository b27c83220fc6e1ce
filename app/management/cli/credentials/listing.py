"""``credentials list``: without their secrets, and what the sources last said about them."""

from app.elements import current_federation
from app.management.cli.command import as_json, command, print_json
from app.management.cli.credentials.explanations import state_of
from app.management.cli.deployment import session
from app.management.cli.tables import print_table
from federation import Credential, Fault, Source


@command("list")
@as_json
def list_credentials(as_json: bool) -> None:
    """List the credentials of every source."""
    faults: dict[str, dict[str, Fault]] = {}
    known: list[tuple[Source, Credential]] = []
    for store in current_federation().credentials:
        found = store.faults(session())
        faults[store.source.id] = {fault.credential_id: fault for fault in found}
        known += [(store.source, one) for one in store.all(session())]
    if as_json:
        print_json([_document(source, one, faults[source.id]) for source, one in known])
        return
    rows = [
        (source.id, one.id, one.kind, one.name, one.is_default, _state(source, one, faults))
        for source, one in known
    ]
    headings = ("SOURCE", "ID", "KIND", "NAME", "DEFAULT", "STATE")
    print_table(headings, rows, "There are no credentials; see credentials add --help.")


def _state(source: Source, one: Credential, faults: dict[str, dict[str, Fault]]) -> str:
    return state_of(source, one, faults[source.id])


def _document(source: Source, one: Credential, faults: dict[str, Fault]) -> dict[str, object]:
    fault = faults.get(one.id)
    hidden = [field.name for field in source.credentials.fields if field.secret]
    hidden += [field.name for field in source.credentials.fields if field.confidential]
    return {
        "source": source.id,
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "values": {name: value for name, value in one.values.items() if name not in hidden},
        "default": one.is_default,
        "usable": one.is_usable,
        "fault": {"errcode": fault.errcode, "at": fault.at} if fault else None,
    }
