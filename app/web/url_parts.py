"""What a variable part of an address may hold."""

from typing import Any

from werkzeug.datastructures import ImmutableDict
from werkzeug.routing import Map, PathConverter, UnicodeConverter


class _Text(UnicodeConverter):
    """A part of a path without control characters: no record has them in its name, and databases
    refuse zero bytes by an error."""

    def __init__(self, *arguments: Any, **lengths: Any) -> None:
        super().__init__(*arguments, **lengths)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")


class _Path(PathConverter):
    """Several such parts."""

    regex = r"[^/\x00-\x1f\x7f][^\x00-\x1f\x7f]*?"


class Routes(Map):
    """A map whose routes take no more than that."""

    default_converters = ImmutableDict(
        {**Map.default_converters, "default": _Text, "string": _Text, "path": _Path}
    )
