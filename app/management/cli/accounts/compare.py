"""``accounts compare``: what one decides by whether two accounts are one person."""

from collections.abc import Sequence

import click

from app.audit.trail import masked
from app.management.cli.accounts.show import load
from app.management.cli.command import as_json, command, print_json
from app.management.cli.deployment import ACTOR
from app.management.cli.tables import moment, print_table
from app.management.services import comparison
from app.management.services.comparison import Side
from app.management.services.deployment import acting_as


@command("compare")
@click.argument("one", metavar="ACCOUNT")
@click.argument("other", metavar="ACCOUNT")
@as_json
def compare(one: str, other: str, as_json: bool) -> None:
    """Show two accounts side by side: last sign-in, devices, applications, identities.

    \b
    qiao accounts compare li.lei +8613800138000
    """
    found = comparison.sides(acting_as(ACTOR), load(one).id, load(other).id)
    if as_json:
        print_json([comparison.record(side) for side in found])
        return
    rows = [(name, *values) for name, values in _rows(found) if any(values)]
    print_table(("", *(side.account.id for side in found)), rows, "")


def _rows(found: Sequence[Side]) -> list[tuple[str, list[str]]]:
    return [
        ("name", [side.account.name or "" for side in found]),
        ("phone", [masked(side.account.phone) or "" for side in found]),
        ("e-mail", [side.account.email or "" for side in found]),
        ("username", [side.account.username or "" for side in found]),
        ("identities", [", ".join(each.value for each in side.identities) for side in found]),
        ("last sign-in", [moment(side.last_sign_in) for side in found]),
        ("devices", [", ".join(side.devices) for side in found]),
        ("addresses", [", ".join(side.addresses) for side in found]),
        ("applications", [", ".join(side.applications) for side in found]),
        ("created", [moment(side.account.created_at) for side in found]),
    ]
