"""The options by which a command names people: those of the list in the console."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from app.accounts.records.listing import STATES, Wanted
from app.management.cli.groups.lookup import load

DAY = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])

_OPTIONS = (
    click.option("--search", default="", help="Part of a name, last four digits, e-mail, OpenID…"),
    click.option("--connection", help="Known by an identity that came through it."),
    click.option("--client", help="Has granted this application something."),
    click.option("--group", help="In this group (id or name), by hand or by a rule."),
    click.option("--state", type=click.Choice(STATES), help="Merged ones only where asked for."),
    click.option("--with-phone/--without-phone", default=None, help="Has a phone number or not."),
    click.option("--with-email/--without-email", default=None, help="Has an e-mail or not."),
    click.option("--created-since", type=DAY, help="A day or a time, UTC; from then on."),
    click.option("--created-until", type=DAY, help="Before then."),
    click.option("--seen-since", type=DAY, help="Last signed in from then on."),
    click.option("--seen-until", type=DAY, help="Last signed in before then."),
)


def filtered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds them to a command."""
    for add in reversed(_OPTIONS):
        function = add(function)
    return function


def wanted_of(options: dict[str, Any]) -> Wanted:
    """Whom the options mean; takes them out."""
    times = ("created_since", "created_until", "seen_since", "seen_until")
    return Wanted(
        text=options.pop("search"),
        connection_id=options.pop("connection"),
        client_id=options.pop("client"),
        group_id=_group_id(options.pop("group")),
        state=options.pop("state"),
        has_phone=options.pop("with_phone"),
        has_email=options.pop("with_email"),
        **{name: _seconds(options.pop(name)) for name in times},
    )


def _group_id(name: str | None) -> str | None:
    return load(name).id if name else None


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.replace(tzinfo=UTC).timestamp()) if moment else None
