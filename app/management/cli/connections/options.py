"""Options that describe a connection."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from federation.connections import ASSOCIATIONS, ENV_VERSIONS, PHONE_RULES

_OPTIONS = (
    click.option("--name", "name_en", help="On the button, in English."),
    click.option("--name-zh", help="On the button, in Chinese."),
    click.option("--app", "app_id", help="AppID; the default mini program when left out."),
    click.option(
        "--login-only/--sign-up", "login_only", default=None, help="Existing accounts only?"
    ),
    click.option("--phone", type=click.Choice(PHONE_RULES), help="Ask for the phone number?"),
    click.option(
        "--association",
        type=click.Choice(ASSOCIATIONS),
        help="How people who are new here find an account that they have.",
    ),
    click.option("--env-version", type=click.Choice(ENV_VERSIONS), help="Mini program version."),
    click.option("--position", type=int, help="Order of the buttons."),
)


def connection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that `add` and `change` share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def fields(options: Mapping[str, Any], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The fields that the options name.

    :param names: the display names before, which stay where no other is given.
    """
    given = {name: value for name, value in options.items() if value is not None}
    said = {"en": given.pop("name_en", None), "zh": given.pop("name_zh", None)}
    display_name = {**(names or {}), **{key: name for key, name in said.items() if name}}
    return given | {"display_name": display_name}
