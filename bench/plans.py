"""What PostgreSQL's plans say of the hot statements, and what in them is not to be borne."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.statements import shortened

FEW = 300
"""Rows of a table that may be read from end to end, and rows that one step may read."""
BUFFERS = 40
"""Pages of 8 KiB that a statement may touch, those of indexes that it writes to included."""
MODES = ("force_custom_plan", "force_generic_plan")
"""A plan for these very values, and the one that a prepared statement ends up with."""


@dataclass(frozen=True)
class Step:
    """One node of a plan that touches a table or an index.

    :param rows: that it looked at, those passed over included; of all its rounds together.
    :param buffers: pages, without those of the nodes below.
    :param ms: with the nodes below.
    :param bounded: it begins and ends at a place of its index.
    """

    what: str
    table: str | None
    index: str | None
    rows: int
    buffers: int
    ms: float
    bounded: bool

    @property
    def told(self) -> str:
        place = " ".join(each for each in (self.table, self.index) if each)
        return f"{self.what} {place}: {self.rows} rows, {self.buffers} buffers, {self.ms:.3f} ms"


def steps(node: Mapping[str, Any]) -> Iterator[Step]:
    """The nodes that touch a table, from the outermost to the innermost."""
    children = node.get("Plans", ())
    if "Relation Name" in node or "Index Name" in node:
        loops = node["Actual Loops"]
        looked_at = node["Actual Rows"] + sum(
            node.get(f"Rows Removed by {reason}", 0) for reason in ("Filter", "Index Recheck")
        )
        yield Step(
            node["Operation"] if node["Node Type"] == "ModifyTable" else node["Node Type"],
            node.get("Relation Name"),
            node.get("Index Name"),
            round(looked_at * loops),
            _buffers(node) - sum(map(_buffers, children)),
            node["Actual Total Time"] * loops,
            "Index Cond" in node or not node["Node Type"].startswith(("Index", "Bitmap Index")),
        )
    for child in children:
        yield from steps(child)


def _buffers(node: Mapping[str, Any]) -> int:
    return sum(node.get(f"Shared {kind} Blocks", 0) for kind in ("Hit", "Read"))


@dataclass(frozen=True)
class Explained:
    """A statement of a scenario, as often as it was explained.

    :param plans: of ``EXPLAIN``, by mode.
    """

    route: str
    statement: str
    plans: Mapping[str, Sequence[Mapping[str, Any]]]

    def buffers(self) -> int:
        """What one execution touched: the median, of the plan that touched more."""
        return max(
            round(median(_buffers(plan["Plan"]) for plan in of)) for of in self.plans.values()
        )

    def ms(self, mode: str) -> float:
        return float(median(plan["Execution Time"] for plan in self.plans[mode]))

    def steps(self, mode: str) -> list[Step]:
        """Those of the execution that was the median by what it touched."""
        plans = sorted((plan["Plan"] for plan in self.plans[mode]), key=_buffers)
        return list(steps(plans[len(plans) // 2]))

    def problems(self, sizes: Mapping[str, int], most: int = BUFFERS) -> list[str]:
        """What is not to be borne, a sentence each.

        :param sizes: rows of each table; beyond `FEW` the number may be any greater one.
        :param most: buffers.
        """
        found = []
        for step in (each for mode in self.plans for each in self.steps(mode)):
            is_large = sizes.get(step.table or "", 0) > FEW
            if step.what == "Seq Scan" and is_large:
                found.append(f"{step.table} is read from end to end")
            elif not step.bounded and (is_large or step.rows > FEW):
                found.append(f"{step.index} is read from end to end")
            elif step.rows > FEW:
                found.append(f"{step.rows} rows of {step.index or step.table} are read")
        if self.buffers() > most:
            found.append(f"{self.buffers()} buffers are touched")
        return list(dict.fromkeys(found))


def explained(found: Sequence[Mapping[str, Any]]) -> list[Explained]:
    """Plans as `bench.explaining` noted them, statement by statement."""
    by_statement: dict[tuple[str, str], dict[str, list[Any]]] = {}
    for each in found:
        key = each["route"], each["statement"]
        by_statement.setdefault(key, {mode: [] for mode in MODES})[each["mode"]].append(
            each["plan"]
        )
    return [Explained(*key, plans) for key, plans in by_statement.items()]


def told(scenario: str, found: Sequence[Explained], sizes: Mapping[str, int], most: int) -> str:
    """The report on one scenario; ``FAIL`` begins a line that says what is not to be borne."""
    lines = [f"{scenario}: {len(found)} statements"]
    for each in found:
        lines.append(f"  {each.route}  {shortened(each.statement)}")
        times = ", ".join(f"{mode.split('_')[1]} {each.ms(mode):.3f} ms" for mode in each.plans)
        lines.append(f"    {times}, {each.buffers()} buffers")
        plans = [each.steps(mode) for mode in each.plans]
        lines += [f"      {step.told}" for step in plans[0]]
        if len({tuple((step.what, step.index) for step in plan) for plan in plans}) > 1:
            lines += [f"      generic: {step.told}" for step in plans[-1]]
        lines += [f"    FAIL {problem}" for problem in each.problems(sizes, most)]
    return "\n".join(lines)
