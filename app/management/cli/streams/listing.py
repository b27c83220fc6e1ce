"""``streams list``."""

import click

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import provider, session
from app.management.cli.tables import moment, print_table
from app.management.services import event_streams, records


@command("list")
@click.option("--client", "client_id", help="Only those of this application.")
@as_json
def list_streams(client_id: str | None, as_json: bool) -> None:
    """List the streams, with how many events wait in each and what failed last."""
    known = event_streams.listed(provider(), session(), client_id)
    if as_json:
        print_json([records.event_stream(one) for one in known])
        return
    rows = [
        (
            one.stream.id,
            one.stream.client_id,
            "push" if one.stream.is_pushed else "poll",
            one.stream.status,
            one.pending,
            moment(one.stream.delivered_at),
            one.stream.last_error,
        )
        for one in known
    ]
    headings = ("STREAM", "CLIENT", "BY", "STATUS", "WAITING", "DELIVERED", "LAST ERROR")
    print_table(headings, rows, "There are none.")
