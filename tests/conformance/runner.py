"""Runs plans one after the other, module by module, and says how far it has come."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tests.conformance.configuration import configuration
from tests.conformance.deployment import DeploymentError, Target
from tests.conformance.module_run import ModuleRun
from tests.conformance.plans import Plan
from tests.conformance.report import PlanReport, Report, Row
from tests.conformance.suite import CreatedPlan, Module, Refused, Suite, SuiteError

Show = Callable[[str], None]


@dataclass
class Runner:
    """:param only: patterns of module names; all modules where there is none.

    :param folder: where the suite's logs and the pages that were handed in are saved.
    """

    suite: Suite
    target: Target
    modules: ModuleRun
    report: Report
    folder: Path
    show: Show
    only: Sequence[str] = ()

    def run(self, plans: Sequence[Plan]) -> None:
        """Fills the report, whatever happens; a suite that fails ends the run, not the program."""
        try:
            self.report.suite = self.suite.version()
            self.show(f"Conformance suite {self.report.suite} at {self.suite.base}.")
            for plan in plans:
                self._run_plan(plan)
        except (SuiteError, DeploymentError) as error:
            self.report.end = str(error)
        except KeyboardInterrupt:
            self.report.end = "it was stopped."

    def _run_plan(self, plan: Plan) -> None:
        told = self.report.begin(plan)
        if plan.own_resource and not self.target.resource:
            told.refusal = "It needs an API of its own: give one with --resource."
            self.show(f"\n{plan.key}: not run. {told.refusal}")
            return
        try:
            made = self.suite.create_plan(plan.name, plan.variant, configuration(plan, self.target))
        except Refused as error:
            told.refusal = f"The suite refuses the plan: {error}"
            self.show(f"\n{plan.key}: not run. {told.refusal}")
            return
        self.show(f"\n{plan.key}: {plan.name}, {len(made.modules)} modules")
        self._run_modules(told, made)

    def _run_modules(self, told: PlanReport, made: CreatedPlan) -> None:
        told.of = len(made.modules)
        names = Counter(module.name for module in made.modules)
        wanted = [module for module in made.modules if self._is_wanted(module)]
        try:
            for number, module in enumerate(wanted, 1):
                outcome = self.modules.run(made, module)
                label = module.name if names[module.name] == 1 else _with_variant(module)
                row = self.report.add(told, module.name, label, outcome)
                self._keep_pictures(told.plan, row)
                self._tell(row, f"{number:>3}/{len(wanted)}")
        except (DeploymentError, KeyboardInterrupt):
            self._export(told, made)
            raise
        self._export(told, made)

    def _is_wanted(self, module: Module) -> bool:
        return not self.only or any(fnmatchcase(module.name, each) for each in self.only)

    def _tell(self, row: Row, position: str) -> None:
        outcome = row.outcome
        line = f"  {position}  {row.module}  {outcome.result}  {outcome.seconds:.1f} s"
        headings = ", ".join(picture.heading for picture in outcome.pictures)
        line += f"  [{headings}]" if headings else ""
        if not row.is_expected:
            line += f"  (expected {' or '.join(row.expectation.results)})"
        self.show(line)
        if outcome.notes and not row.is_expected:
            for note in outcome.notes:
                self.show(f"           {note}")
            self.show(f"           {outcome.log}")

    def _keep_pictures(self, plan: Plan, row: Row) -> None:
        """Each page that was handed in, for a person to look at."""
        for number, picture in enumerate(row.outcome.pictures, 1):
            folder = self.folder / "pictures" / plan.key
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{_safe(row.module)}-{number}.html"
            file.write_text(picture.source, encoding="utf-8")

    def _export(self, told: PlanReport, made: CreatedPlan) -> None:
        """What is handed in for a certification; a run is not lost with it."""
        if not told.rows:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        archive = self.folder / f"{told.plan.key}-{_safe(made.id)}.zip"
        try:
            self.suite.export(made, archive)
        except SuiteError as error:
            archive.unlink(missing_ok=True)
            self.show(f"  The logs of {told.plan.key} could not be saved: {error}")
        else:
            self.show(f"  Logs: {archive}")


def _with_variant(module: Module) -> str:
    return module.name + "".join(
        f"[{name}={value}]" for name, value in sorted(module.variant.items())
    )


def _safe(name: str) -> str:
    """A name that the suite gave, as part of a file's name."""
    return "".join(char if char.isalnum() or char in "-_" else "_" for char in name)[:120]
