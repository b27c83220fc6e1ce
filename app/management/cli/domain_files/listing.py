"""``domain-files list``."""

from app.domain_files import store
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import provider, session
from app.management.cli.tables import moment, print_table
from app.management.services import records


@command("list")
@as_json
def list_files(as_json: bool) -> None:
    """List the files, with the address of each."""
    known = store.all_files(session())
    if as_json:
        print_json([records.domain_file(one) for one in known])
        return
    rows = [(one.name, provider().url("/" + one.name), moment(one.updated_at)) for one in known]
    print_table(("FILE", "ADDRESS", "SINCE"), rows, "There are none; see domain-files add --help.")
