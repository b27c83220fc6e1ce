"""Where Qiao's processor time goes, from stacks sampled by `bench.inside`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

OURS = ("oidc", "app", "federation")


@dataclass(frozen=True)
class Frame:
    """One function on a stack."""

    function: str
    file: str

    @property
    def owner(self) -> str:
        """The top-level package of the file, ``python`` for the standard library."""
        parts = Path(self.file).parts
        if "site-packages" in parts:
            return parts[parts.index("site-packages") + 1].removesuffix(".py")
        for name in OURS:
            if name in parts[:-1]:
                return name
        return "python"

    @property
    def place(self) -> str:
        parts = Path(self.file).parts
        return f"{'/'.join(parts[-3:])} {self.function}"


@dataclass(frozen=True)
class Stack:
    """Frames from the outermost to the innermost, and how often they were seen."""

    frames: tuple[Frame, ...]
    samples: int


def stacks(found: Iterable[tuple[Sequence[str], int]]) -> list[Stack]:
    """The stacks that `bench.inside` sampled."""
    return [
        Stack(tuple(Frame(*frame.removesuffix(")").rsplit(" (", 1)) for frame in frames), samples)
        for frames, samples in found
    ]


def told(found: Sequence[Stack], total_us: float, top: int = 30) -> str:
    """Four tables, in microseconds of processor time per operation."""
    scale = total_us / (sum(stack.samples for stack in found) or 1)
    owners, ours, alone, inclusive = (Counter[str]() for _ in range(4))
    for stack in found:
        owners[stack.frames[-1].owner] += stack.samples
        alone[stack.frames[-1].place] += stack.samples
        own = [frame for frame in stack.frames if frame.owner in OURS]
        ours[own[-1].place if own else "(outside our code)"] += stack.samples
        for place in {frame.place for frame in stack.frames}:
            inclusive[place] += stack.samples
    return "\n\n".join(
        (
            _table("Self time by package", owners, scale, top),
            _table("Our functions, with the libraries that they call", ours, scale, top),
            _table("All functions, by themselves", alone, scale, top),
            _table("All functions, with everything below them", inclusive, scale, 2 * top),
        )
    )


def _table(title: str, counted: Counter[str], scale: float, top: int) -> str:
    lines = [f"{scale * samples:7.0f} µs  {name}" for name, samples in counted.most_common(top)]
    return "\n".join([title, *lines])
