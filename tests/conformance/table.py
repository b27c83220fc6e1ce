"""docs/conformance.md and the JSON beside it: what each plan came to, the last time it was run.

The JSON is the record, the page is computed from it. A run replaces the plans that it ran and
leaves the others; what another version of Qiao came to is shown as not run yet.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conformance.expected import Expected
from tests.conformance.plans import PLANS, Plan
from tests.conformance.report import PlanReport, Report, Row
from tests.source import ROOT

DOCS = ROOT / "docs"
PAGE, RECORD = "conformance.md", "conformance.json"
HEAD = """# What OpenID's conformance suite says

Written by `make conformance`, from `docs/conformance.json`; [certification.md](certification.md)
tells how to run it. What is not plainly PASSED is named with its reason in
`tests/conformance/expected.json`, and a run fails where a result differs from it. REVIEW means:
passed, and a person looks at the page that was handed in.
"""
COLUMNS = ("PASSED", "REVIEW", "SKIPPED", "WARNING", "FAILED")


def qiao_version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def read_record(folder: Path = DOCS) -> dict[str, Any]:
    """By plan; empty where nothing was ever run."""
    file = folder / RECORD
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def write(report: Report, date: str, folder: Path = DOCS) -> None:
    """Adds a run to the record and computes the page anew.

    :param date: of the run, as it is to be shown.
    """
    record = merged(read_record(folder), report, qiao_version(), date)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")
    (folder / PAGE).write_text(page(record, qiao_version()), encoding="utf-8")


def merged(record: Mapping[str, Any], report: Report, version: str, date: str) -> dict[str, Any]:
    """The record with this run in it: whole plans, or the modules of a plan that were run."""
    about = {"qiao": version, "suite": report.suite, "date": date}
    ran = {told.plan.key: told for told in report.plans if told.rows}
    after = {**record, **{key: _plan(told, record.get(key), about) for key, told in ran.items()}}
    return {plan.key: after[plan.key] for plan in PLANS if plan.key in after}


def page(record: Mapping[str, Any], version: str) -> str:
    """The document for people, on the plans as this version came out of them."""
    current = {key: plan for key, plan in record.items() if plan["qiao"] == version}
    parts = [HEAD, _overview(current, version)]
    parts += [_details(plan, current[plan.key]) for plan in PLANS if plan.key in current]
    return "\n".join(parts)


def _plan(told: PlanReport, before: Any, about: Mapping[str, str]) -> dict[str, Any]:
    rows = {row.module: _row(row) for row in told.rows}
    if before and all(before[name] == about[name] for name in ("qiao", "suite")):
        rows = {**{row["module"]: row for row in before["modules"]}, **rows}
    return {**about, "of": told.of, "modules": list(rows.values())}


def _row(row: Row) -> dict[str, Any]:
    shown = {
        "module": row.module,
        "result": row.outcome.result,
        "expected": row.is_expected,
        "pictures": [picture.heading for picture in row.outcome.pictures],
        "notes": [] if row.is_expected else list(row.outcome.notes),
    }
    return {name: value for name, value in shown.items() if value not in ([], None)}


def _overview(current: Mapping[str, Any], version: str) -> str:
    head = ["plan", "suite", "run", "modules", *(name.lower() for name in COLUMNS), "other"]
    lines = [f"## Qiao {version}", "", _line(head), _line(["---"] * len(head))]
    for plan in PLANS:
        cells = _cells(current[plan.key]) if plan.key in current else ["", "not run yet"]
        lines.append(_line([f"`{plan.key}`", *cells, *[""] * (len(head) - len(cells) - 1)]))
    return "\n".join(lines) + "\n"


def _cells(ran: Mapping[str, Any]) -> list[str]:
    counts = Counter(row["result"] for row in ran["modules"])
    known = [counts.pop(name, 0) for name in COLUMNS]
    numbers = [str(number or "") for number in (*known, sum(counts.values()))]
    return [ran["suite"], ran["date"], f"{len(ran['modules'])} of {ran['of']}", *numbers]


def _details(plan: Plan, ran: Mapping[str, Any]) -> str:
    variant = ", ".join(f"`{name}={value}`" for name, value in plan.variant.items())
    about = f"`{plan.name}`" + (f" with {variant}" if variant else "")
    lines = [f"## {plan.key}", "", about, "", _line(["module", "result", "page or reason"])]
    lines.append(_line(["---"] * 3))
    expected = Expected.read()
    for row in ran["modules"]:
        reason = expected.of(plan.key, row["module"].partition("[")[0]).reason
        shown = "; ".join(row.get("pictures", [])) or "; ".join(row.get("notes", [])) or reason
        result = row["result"] if row["expected"] else f"**{row['result']}**"
        lines.append(_line([f"`{row['module']}`", result, _cell(shown)]))
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(text: str) -> str:
    """Text that somebody else wrote, within one cell."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
