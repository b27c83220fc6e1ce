"""``keys list``: every key, and what it does now."""

from dataclasses import asdict

from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import provider, session
from app.management.cli.tables import moment, print_table


@command("list")
@as_json
def list_keys(as_json: bool) -> None:
    """List signing keys: next (published, signs later), active, retired (still published)."""
    states = provider().keys.states(session())
    if as_json:
        print_json([asdict(key) for key in states])
        return
    rows = [
        (
            key.kid,
            key.alg,
            key.state,
            moment(key.created_at),
            moment(key.activated_at),
            moment(key.retired_at),
        )
        for key in states
    ]
    headings = ("KID", "ALG", "STATE", "PUBLISHED", "SIGNS SINCE", "RETIRED")
    print_table(headings, rows, "There are no keys yet; the first sign-in makes one.")
