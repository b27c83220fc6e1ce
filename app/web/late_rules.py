"""Routes whose addresses are built by what is compiled when the first is wanted."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """To compile that for every route is a tenth of the work of a start, and a node builds the
    addresses of few."""

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


def _build(rule: LateRule, /, **values: Any) -> tuple[str, str]:
    return rule.builder(False)(rule, **values)


def _build_with_query(rule: LateRule, /, **values: Any) -> tuple[str, str]:
    return rule.builder(True)(rule, **values)
