"""Values of declared fields as they are typed: options, files, and questions for what is secret."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from app.management.cli import secrets_entry
from app.management.cli.command import Refusal
from federation import Source
from federation.fields import Field

_OPTIONS = (
    click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="A field's value."),
    click.option("--file", "files", multiple=True, metavar="FIELD=PATH", help="One in a file."),
)


def field_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that fields are given by."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def values_of(
    source: Source, kind: str, given: Iterable[str], files: Iterable[str]
) -> dict[str, str]:
    """What was given, by the fields' names.

    :raises Refusal: naming the fields that there are, for one that is none.
    """
    values = dict(_pair(one) for one in given)
    values |= {name: _read(path) for name, path in map(_pair, files)}
    known = {field.name: field for field in source.credentials.fields_of(kind)}
    unknown = [name for name in values if name not in known]
    if unknown:
        said = ", ".join(map(_described, known.values()))
        raise Refusal([f"{name} is no field; there are: {said}." for name in unknown])
    return values


def asked_for(source: Source, kind: str, values: dict[str, str]) -> dict[str, str]:
    """The values with the secrets that are still missing, asked for or read from standard input."""
    needed = source.credentials.secrets_of(kind)
    missing = [field for field in needed if not values.get(field.name)]
    return values | {field.name: secrets_entry.enter(field.label, None) for field in missing}


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise Refusal([f"Write {name}=VALUE."])
    return name, value


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal([f"{path} cannot be read."]) from error


def _described(field: Field) -> str:
    return f"{field.name} ({field.label})"
