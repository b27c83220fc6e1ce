"""Options that describe a connection."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from app.elements import current_federation
from app.management.services.connections import options_of
from federation.catalog import SOURCES
from federation.connections import ASSOCIATIONS, PHONE_RULES
from federation.fields import Field
from federation.sources import options_of_all

_OPTIONS = (
    click.option("--name", "name_en", help="On the button, in English."),
    click.option("--name-zh", help="On the button, in Chinese."),
    click.option("--app", "app_id", help="The credential; the default one when left out."),
    click.option(
        "--login-only/--sign-up", "login_only", default=None, help="Existing accounts only?"
    ),
    click.option("--phone", type=click.Choice(PHONE_RULES), help="Ask for the phone number?"),
    click.option(
        "--association",
        type=click.Choice(ASSOCIATIONS),
        help="How people who are new here find an account that they have.",
    ),
    click.option("--position", type=int, help="Order of the buttons."),
)
_OF_MODES = options_of_all(mode for source in SOURCES for mode in source.modes)
"""What the modes of the catalog let an administrator choose, each an option of its own."""


def _option(declared: Field) -> Callable[..., Any]:
    values = [choice.value for choice in declared.choices]
    kind = click.Choice(values) if values else str
    return click.option(f"--{declared.name.replace('_', '-')}", type=kind, help=declared.label)


def connection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that `add` and `change` share."""
    for option in reversed((*_OPTIONS, *map(_option, _OF_MODES))):
        function = option(function)
    return function


def fields(
    options: Mapping[str, Any], mode: str, names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The fields that the options name.

    :param mode: whose own options they may name too; those of others mean nothing to it.
    :param names: the display names before, which stay where no other is given.
    """
    given = {name: value for name, value in options.items() if value is not None}
    said = {"en": given.pop("name_en", None), "zh": given.pop("name_zh", None)}
    display_name = {**(names or {}), **{key: name for key, name in said.items() if name}}
    chosen = {one.name: given.pop(one.name) for one in _OF_MODES if one.name in given}
    own = options_of(current_federation().sources, mode, chosen)
    return given | {"display_name": display_name, "options": own}
