"""A run against the stand-in, without a deployment behind it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conformance.clients import Credentials
from tests.conformance.deployment import Target
from tests.conformance.expected import Entry, Expectation, Expected
from tests.conformance.module_run import ModuleRun, Pace
from tests.conformance.plans import Plan
from tests.conformance.report import Report
from tests.conformance.runner import Runner
from tests.conformance.stand_in import TOKEN, Fault, StandIn, standing_in
from tests.conformance.suite import Patience, Suite

IMPATIENT = Patience(connect=5, answer=5, tries=3, pause=0.01)
QUICK = Pace(whole=4.0, idle=0.3, poll=0.02)
PLAN = Plan("first", "first-plan", {"client_registration": "static_client"})
OTHER = Plan("other", "other-plan")
PICTURES = Entry(("*",), ("hands-a-page-in",), Expectation(("REVIEW",), "it is looked at"))
SKIPS = Entry(("*",), ("is-skipped",), Expectation(("SKIPPED",), "not offered"))
EXPECTED = Expected((PICTURES, SKIPS))


@dataclass
class Played:
    """A deployment that only notes what it is asked to do."""

    target: Target
    asked: list[str] = field(default_factory=list)

    def rotate(self) -> None:
        self.asked.append("rotate")

    def bring_about_events(self, receiver: str) -> None:
        self.asked.append(f"events for {receiver}")


@dataclass
class Run:
    """A runner, the suite that it drives, and what it said."""

    runner: Runner
    suite: StandIn
    deployment: Played
    said: list[str] = field(default_factory=list)

    def of(self, *plans: Plan, only: Sequence[str] = ()) -> Report:
        self.runner.only = only
        self.runner.run(plans or (PLAN,))
        return self.runner.report

    def results(self) -> dict[str, str]:
        report = self.runner.report
        return {row.module: row.outcome.result for plan in report.plans for row in plan.rows}

    def text(self) -> str:
        return "\n".join(self.said)


@pytest.fixture(scope="session")
def credentials() -> Credentials:
    return Credentials.new("qiao")


Begin = Callable[..., Run]


@pytest.fixture
def begin(tmp_path: Path, credentials: Credentials) -> Iterator[Begin]:
    """Makes a run of modules of the stand-in: ``begin("passes", "fails", fault=…)``."""
    with ExitStack() as stack:

        def begin(
            *modules: str,
            fault: Fault | None = None,
            token: str | None = TOKEN,
            calls_itself: str = "",
            patience: Patience = IMPATIENT,
        ) -> Run:
            plans = {PLAN.name: modules, OTHER.name: ("passes",)}
            stand_in = stack.enter_context(standing_in(StandIn(plans, fault, TOKEN, calls_itself)))
            suite = Suite(stand_in.base, token, patience=patience)
            stack.callback(suite.close)
            target = Target("https://op.example", "", credentials)
            said: list[str] = []
            deployment = Played(target)
            module_run = ModuleRun(suite, deployment, QUICK)
            report = Report(EXPECTED)
            runner = Runner(suite, target, module_run, report, tmp_path, said.append)
            return Run(runner, stand_in, deployment, said)

        yield begin
