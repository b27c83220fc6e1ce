"""An earlier build and today's, or one build with something and without, compared turn by turn.

Each turn has a slice of both, one right after the other, so that a machine that gets faster or
slower changes both alike; the ratio is taken in each turn, and the median of those is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.measure import Cost


@dataclass(frozen=True)
class Ratio:
    """What the first (an earlier build) costs for each µs of the second: above 1, that is cheaper.

    :param spread: least and greatest of the turns.
    :param with_database: server and database together.
    """

    scenario: str
    earlier_us: float
    now_us: float
    server: float
    spread: tuple[float, float]
    with_database: float


def ratio(scenario: str, earlier: Sequence[Cost], now: Sequence[Cost]) -> Ratio | None:
    """Of the turns in which both did something; None where there is no such turn."""
    turns = [
        (before, after)
        for before, after in zip(earlier, now, strict=True)
        if _server(before) and _server(after)
    ]
    if not turns:
        return None
    server = [_server(before) / _server(after) for before, after in turns]
    whole = [_whole(before) / _whole(after) for before, after in turns]
    return Ratio(
        scenario,
        earlier_us=median(_server(before) for before, _ in turns),
        now_us=median(_server(after) for _, after in turns),
        server=median(server),
        spread=(min(server), max(server)),
        with_database=median(whole),
    )


def told(ratios: Sequence[Ratio], first: str, second: str) -> str:
    """A Markdown table; above 1, the second is the cheaper one."""
    head = (
        "scenario",
        f"{first} µs/op",
        f"{second} µs/op",
        f"{first} ÷ {second}",
        "(turns)",
        "with database",
    )
    lines = [
        (
            each.scenario,
            f"{each.earlier_us:.0f}",
            f"{each.now_us:.0f}",
            f"{each.server:.3f}",
            f"{each.spread[0]:.2f}–{each.spread[1]:.2f}",
            f"{each.with_database:.3f}",
        )
        for each in ratios
    ]
    rows = [head, ("---",) * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _server(cost: Cost) -> float:
    """Microseconds of the server's processor time an operation."""
    return 1e6 * cost.server / cost.operations if cost.operations else 0.0


def _whole(cost: Cost) -> float:
    return 1e6 * (cost.server + cost.database) / cost.operations
