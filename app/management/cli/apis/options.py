"""Options that describe an API, and what they say."""

from collections.abc import Callable
from typing import Any

import click

from app.management.cli.command import refuse
from app.management.cli.durations import Duration
from oidc.apis.api import FORMATS, ApiScope

_OPTIONS = (
    click.option("--name", "name_en", help="What people see."),
    click.option("--name-zh", "name_zh", help="What people who read Chinese see."),
    click.option(
        "--scope",
        "scopes",
        multiple=True,
        metavar="NAME[=WORDS[|中文]]",
        help="A scope, with what it lets an application do in both languages; repeat it.",
    ),
    click.option(
        "--default-scope",
        "default_scopes",
        multiple=True,
        help="Given to requests that name the API and no scope; repeat it.",
    ),
    click.option(
        "--token-format", type=click.Choice(FORMATS), help="JWT (RFC 9068), the default, or opaque."
    ),
    click.option(
        "--token-lifetime",
        type=Duration(),
        help="Of its access tokens, such as 15m; 0 leaves it to the application.",
    ),
    click.option(
        "--introspected-by",
        multiple=True,
        metavar="CLIENT",
        help="May introspect its tokens; repeat it.",
    ),
    click.option(
        "--open-to-self-registered/--not-open-to-self-registered",
        default=None,
        help="Whether applications that registered themselves may ask for it.",
    ),
)


def api_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that `add` and `change` share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def members(options: dict[str, Any], before: dict[str, str] | None = None) -> dict[str, Any]:
    """The fields of an API that the options name.

    :param before: the names that it has.
    """
    given = {name: value for name, value in options.items() if value is not None and value != ()}
    names = {tag: given.pop(f"name_{tag}") for tag in ("en", "zh") if f"name_{tag}" in given}
    if names:
        given["name"] = {tag: text for tag, text in {**(before or {}), **names}.items() if text}
    if "scopes" in given:
        given["scopes"] = tuple(map(scope_of, given["scopes"]))
    if "token_lifetime" in given:
        given["token_lifetime"] = given["token_lifetime"] or None
    return given


def scope_of(text: str) -> ApiScope:
    """``orders:read=Read your orders|查看你的订单``."""
    name, _, words = text.partition("=")
    english, _, chinese = words.partition("|")
    said = {"en": english.strip(), "zh": chinese.strip()}
    if not name.strip():
        refuse("Write a scope as NAME=WORDS, such as orders:read=Read your orders.")
    return ApiScope(name.strip(), {tag: word for tag, word in said.items() if word})
