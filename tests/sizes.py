"""How long the product's modules and functions are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from tests.source import Function, Module, modules

MODULE_CEILING = 300
"""Lines."""
FUNCTION_CEILING = 50
"""Lines from ``def`` to the last one, docstring and all."""
FUNCTION_MEDIAN = 8
"""Lines, counted in the same way."""


@dataclass(frozen=True)
class Sizes:
    """Lines of each module and of each function, by name."""

    modules: Mapping[str, int]
    functions: Mapping[str, int]

    @property
    def median(self) -> float:
        """Of the functions."""
        return median(self.functions.values())

    @property
    def mean(self) -> float:
        """Of the functions."""
        return mean(self.functions.values())


def sizes(of: Sequence[Module] = ()) -> Sizes:
    """Of these modules, or of the whole product."""
    chosen = of or modules()
    return Sizes(
        {module.name: module.lines for module in chosen},
        {
            f"{module.name}.{function.name} (line {function.lineno})": lines(function)
            for module in chosen
            for function in module.functions()
        },
    )


def lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def above(lengths: Mapping[str, int], ceiling: int) -> dict[str, int]:
    """Those that are too long."""
    return {name: length for name, length in lengths.items() if length > ceiling}
