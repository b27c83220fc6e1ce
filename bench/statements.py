"""How many SQL statements and commits each scenario costs, and which statements they are."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

COLUMN_LIST = re.compile(r"^(SELECT|INSERT INTO \S+) .*?( FROM | VALUES )", re.DOTALL)
PARAMETER = re.compile(r"(%\(\w+\)s|\$\d+)(::\w+)?")
WIDTH = 100


@dataclass(frozen=True)
class Request:
    """One request as `bench.inside` noted it; times in microseconds."""

    route: str
    statements: Sequence[tuple[str, float]]
    commits: int
    rollbacks: int
    processor: float


def shortened(statement: str) -> str:
    """A statement on one line without its list of columns."""
    line = PARAMETER.sub("?", " ".join(statement.split()))
    line = COLUMN_LIST.sub(r"\1 …\2", line)
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def told(scenario: str, operations: int, traced: Sequence[Request]) -> str:
    """The report on one scenario: counts per operation, then each route with its statements."""
    lines = [
        f"{scenario}: {_each(traced, operations, lambda r: len(r.statements))} statements, "
        f"{_each(traced, operations, lambda r: r.commits)} commits, "
        f"{_each(traced, operations, lambda r: r.rollbacks)} rollbacks an operation "
        f"({operations} operations)"
    ]
    routes: dict[str, list[Request]] = defaultdict(list)
    for request in traced:
        routes[request.route].append(request)
    for route, served in routes.items():
        lines += _told_route(route, served)
    return "\n".join(lines)


def _told_route(route: str, served: Sequence[Request]) -> list[str]:
    processor = sum(request.processor for request in served) / len(served)
    in_sql = sum(took for request in served for _, took in request.statements) / len(served)
    lines = [
        f"  {route}  {processor:.0f} µs of processor time, {in_sql:.0f} µs in SQL with waiting"
    ]
    texts: dict[str, list[float]] = defaultdict(list)
    for request in served:
        for text, took in request.statements:
            texts[shortened(text)].append(took)
    for text, times in texts.items():
        mean = sum(times) / len(times)
        lines.append(f"    {len(times) / len(served):.2f} × {mean:5.0f} µs  {text}")
    return lines


def _each(traced: Sequence[Request], operations: int, count: Any) -> str:
    return f"{sum(count(request) for request in traced) / operations:.2f}"
