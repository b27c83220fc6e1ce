"""Options that describe a group, and what they say."""

from collections.abc import Callable
from typing import Any, TextIO

import click

from app.groups.rules import Rule

_OPTIONS = (
    click.option("--display", help="What administrators read; the name when left out."),
    click.option("--description", help="Whom it is for."),
    click.option(
        "--connection",
        "connections",
        multiple=True,
        help="Whoever has signed in by it is a member; repeat it.",
    ),
    click.option(
        "--email-domain",
        "domains",
        multiple=True,
        help="Whoever has a verified address there is a member; repeat it.",
    ),
    click.option(
        "--phone",
        "phones",
        multiple=True,
        help="Whoever has this verified number is a member; repeat it.",
    ),
    click.option(
        "--phones-from",
        "phone_file",
        type=click.File(encoding="utf-8"),
        metavar="FILE",
        help="A number on each line; - reads from standard input.",
    ),
)


def group_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that `add` and `change` share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def words(options: dict[str, Any]) -> dict[str, str]:
    """The texts that the options name."""
    names = ("name", "display", "description")
    return {name: options[name] for name in names if options.get(name) is not None}


def rules(options: dict[str, Any]) -> dict[str, list[Rule]]:
    """The rules that the options name, by kind; a kind that none is named of is left out."""
    file: TextIO | None = options["phone_file"]
    read = [line.strip() for line in file if line.strip()] if file else []
    given = {
        "connection": options["connections"],
        "email_domain": options["domains"],
        "phone": [*options["phones"], *read],
    }
    return {
        kind: [Rule(kind, one) for one in values if one] for kind, values in given.items() if values
    }
