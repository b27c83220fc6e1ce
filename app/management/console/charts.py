"""Bars for a picture that the server draws: numbers in, paths of an SVG out.

A bar is ten units wide and the picture a hundred high, however large it is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

STEP, GAP, HEIGHT = 10, 1, 100
EASY = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
MOST = 5
"""Colours; what is left shares one more."""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour: its rectangles as one path. ``name`` is None for what shares a colour."""

    name: str | None
    total: int
    path: str


@dataclass(frozen=True, slots=True)
class Chart:
    """:param most: what the full height stands for."""

    series: tuple[Series, ...]
    totals: tuple[int, ...]
    most: int

    @property
    def width(self) -> int:
        return STEP * len(self.totals)


def stacked(bars: Sequence[Mapping[str, int]]) -> Chart:
    """One bar for each mapping, the names on top of one another, the most frequent lowest."""
    sums: dict[str, int] = {}
    for bar in bars:
        for name, count in bar.items():
            sums[name] = sums.get(name, 0) + count
    names = sorted(sums, key=lambda name: (-sums[name], name))
    totals = tuple(sum(bar.values()) for bar in bars)
    most = _round_up(max(totals, default=0))
    own, rest = (names, []) if len(names) <= MOST else (names[:MOST], names[MOST:])
    below = [0] * len(bars)
    drawn = [Series(name, sums[name], _path(bars, (name,), below, most)) for name in own]
    if rest:
        drawn.append(Series(None, sum(sums[name] for name in rest), _path(bars, rest, below, most)))
    return Chart(tuple(drawn), totals, most)


def _path(
    bars: Sequence[Mapping[str, int]], names: Sequence[str], below: list[int], most: int
) -> str:
    """Rectangles on top of what is ``below``, which grows by them."""
    parts = []
    for place, bar in enumerate(bars):
        count = sum(bar.get(name, 0) for name in names)
        if not count:
            continue
        foot, top = (_height(below[place], most), _height(below[place] + count, most))
        below[place] += count
        wide = STEP - 2 * GAP
        parts.append(f"M{place * STEP + GAP} {HEIGHT - foot:g}h{wide}V{HEIGHT - top:g}h-{wide}z")
    return "".join(parts)


def _height(count: int, most: int) -> float:
    return round(HEIGHT * count / most, 1)


def _round_up(value: int) -> int:
    """The next number that is easy to read: a digit or two, and zeros."""
    digits = max(0, len(str(value)) - 2)
    scale: int = 10**digits
    return next(easy * scale for easy in EASY if value <= easy * scale)
