"""The results of a run: gathered as they come, so that what was reached is never lost."""

from collections import Counter
from dataclasses import dataclass, field

from tests.conformance.expected import Expectation, Expected
from tests.conformance.module_run import Outcome
from tests.conformance.plans import Plan


@dataclass(frozen=True)
class Row:
    """:param module: its name, with the variant where a plan has it more than once."""

    module: str
    outcome: Outcome
    expectation: Expectation

    @property
    def is_expected(self) -> bool:
        return self.outcome.result in self.expectation.results


@dataclass
class PlanReport:
    """:param of: how many modules the plan has, whether they were run or not."""

    plan: Plan
    of: int = 0
    rows: list[Row] = field(default_factory=list)
    refusal: str = ""

    def counts(self) -> Counter[str]:
        return Counter(row.outcome.result for row in self.rows)


@dataclass
class Report:
    """:param suite: its version. :param end: why the run ended before its time."""

    expected: Expected
    suite: str = "unknown"
    plans: list[PlanReport] = field(default_factory=list)
    end: str = ""

    def begin(self, plan: Plan) -> PlanReport:
        self.plans.append(PlanReport(plan))
        return self.plans[-1]

    def add(self, plan: PlanReport, module: str, label: str, outcome: Outcome) -> Row:
        row = Row(label, outcome, self.expected.of(plan.plan.key, module))
        plan.rows.append(row)
        return row

    @property
    def surprises(self) -> list[tuple[PlanReport, Row]]:
        return [(plan, row) for plan in self.plans for row in plan.rows if not row.is_expected]

    @property
    def exit_code(self) -> int:
        """0 when all that was to be run was run and came out as expected."""
        rows = sum(len(plan.rows) for plan in self.plans)
        refused = any(plan.refusal for plan in self.plans)
        return 1 if self.end or refused or self.surprises or not rows else 0

    def summary(self) -> list[str]:
        """Sentences for the end of a run: each plan, each surprise, and what ended it."""
        lines = [f"{plan.plan.key}: {_counted(plan)}" for plan in self.plans]
        lines += [
            f"Not as expected: {plan.plan.key} {row.module} is {row.outcome.result}, "
            f"not {' or '.join(row.expectation.results)}."
            for plan, row in self.surprises
        ]
        if self.end:
            done = sum(len(plan.rows) for plan in self.plans)
            lines.append(f"The run ended early (modules run: {done}): {self.end}")
        elif not any(plan.rows for plan in self.plans):
            lines.append("Nothing was run.")
        elif not self.exit_code:
            lines.append("Everything came out as expected.")
        return lines


def _counted(plan: PlanReport) -> str:
    if plan.refusal:
        return f"not run. {plan.refusal}"
    results = ", ".join(f"{count} {result}" for result, count in sorted(plan.counts().items()))
    return f"{len(plan.rows)} of {plan.of} modules: {results or 'none'}"
