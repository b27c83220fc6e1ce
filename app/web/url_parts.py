"""Routes, and what a variable part of an address may hold."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from werkzeug.datastructures import ImmutableDict
from werkzeug.routing import Map, PathConverter, Rule, UnicodeConverter


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


class Route(Rule):
    """A route whose addresses are built by what is compiled when the first is wanted: to compile
    that for every route is a tenth of the work of a start."""

    _compiled: Mapping[bool, Callable[..., tuple[str, str]]] = MappingProxyType({})

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return _build_with_query if append_unknown else _build

    def builder(self, append_unknown: bool) -> Callable[..., tuple[str, str]]:
        """What Werkzeug compiles for the route.

        :param append_unknown: whether values that it has no part for become the query.
        """
        found = self._compiled.get(append_unknown)
        if found is None:
            found = super()._compile_builder(append_unknown)
            self._compiled = {**self._compiled, append_unknown: found}
        return found


def _build(rule: Route, /, **values: Any) -> tuple[str, str]:
    return rule.builder(False)(rule, **values)


def _build_with_query(rule: Route, /, **values: Any) -> tuple[str, str]:
    return rule.builder(True)(rule, **values)
