"""What is wrong in a file, and where."""

from dataclasses import dataclass

Place = tuple[str | int, ...]
"""The way to a value, such as ``("connections", 0, "mode")``."""


@dataclass(frozen=True, slots=True)
class Fault:
    """:param line: from 1."""

    place: Place
    line: int
    message: str

    def __str__(self) -> str:
        dotted = ".".join(map(str, self.place))
        return (
            f"line {self.line}: {dotted}: {self.message}"
            if dotted
            else (f"line {self.line}: {self.message}")
        )


class Faulty(Exception):
    """Nothing was changed; ``faults`` has everything that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
