"""docs/conformance.md is computed from the record beside it, and says what is not known."""

from pathlib import Path

import pytest

from tests.conformance import table
from tests.conformance.expected import Expected
from tests.conformance.findings import Picture
from tests.conformance.module_run import Outcome
from tests.conformance.plans import PLANS
from tests.conformance.report import Report

CONFIG, BASIC = PLANS[0], PLANS[1]
DAY = "2026-11-28"


def report(*results: tuple[str, str], suite: str = "5.2.4") -> Report:
    """A run of the Basic plan with these modules and results."""
    made = Report(Expected.read(), suite)
    told = made.begin(BASIC)
    told.of = 35
    for module, result in results:
        pictures = (Picture("Sign in", ""),) if result == "REVIEW" else ()
        notes = ("FAILURE A: b | c <d>",) if result == "FAILED" else ()
        made.add(told, module, module, Outcome(result, 1.0, "", notes, pictures))
    return made


def test_document_is_the_record_in_words() -> None:
    shown = (table.DOCS / table.PAGE).read_text(encoding="utf-8")

    assert shown == table.page(table.read_record(), table.qiao_version())


def test_nothing_that_was_not_run_is_said_to_have_been() -> None:
    shown = table.page({}, "9.9.9")

    assert "## Qiao 9.9.9" in shown
    assert shown.count("| not run yet |") == len(PLANS)


def test_run_is_written_with_its_counts_and_pages(tmp_path: Path) -> None:
    ran = report(
        ("oidcc-server", "PASSED"),
        ("oidcc-prompt-login", "REVIEW"),
        ("oidcc-ensure-request-object-with-redirect-uri", "SKIPPED"),
        ("oidcc-scope-email", "FAILED"),
        ("oidcc-scope-phone", "TIMED OUT"),
    )

    table.write(ran, DAY, tmp_path)

    shown = (tmp_path / "conformance.md").read_text(encoding="utf-8")
    assert f"| `basic` | 5.2.4 | {DAY} | 5 of 35 | 1 | 1 | 1 |  | 1 | 1 |" in shown
    assert "| `config` |  | not run yet |" in shown
    assert "| `oidcc-prompt-login` | REVIEW | Sign in |" in shown
    assert "| SKIPPED | Request objects must be signed here" in shown
    assert "| `oidcc-scope-email` | **FAILED** | FAILURE A: b \\| c &lt;d> |" in shown
    assert shown == table.page(table.read_record(tmp_path), table.qiao_version())


def test_later_run_replaces_what_it_ran_and_keeps_the_rest(tmp_path: Path) -> None:
    table.write(report(("oidcc-server", "FAILED"), ("oidcc-scope-all", "PASSED")), DAY, tmp_path)

    table.write(report(("oidcc-server", "PASSED")), "2026-11-29", tmp_path)

    rows = table.read_record(tmp_path)["basic"]["modules"]
    assert [(row["module"], row["result"]) for row in rows] == [
        ("oidcc-server", "PASSED"),
        ("oidcc-scope-all", "PASSED"),
    ]


@pytest.mark.parametrize("other", [("0.0.1", "5.2.4"), (None, "5.3.0")])
def test_results_of_two_versions_are_never_mixed(other: tuple[str | None, str]) -> None:
    before = table.merged({}, report(("oidcc-scope-all", "PASSED")), "0.1.0", DAY)
    version, suite = other

    after = table.merged(
        before, report(("oidcc-server", "PASSED"), suite=suite), version or "0.1.0", DAY
    )

    assert [row["module"] for row in after["basic"]["modules"]] == ["oidcc-server"]


def test_results_of_another_version_of_qiao_are_no_results() -> None:
    record = table.merged({}, report(("oidcc-server", "PASSED")), "0.1.0", DAY)

    shown = table.page(record, "0.2.0")

    assert "oidcc-server" not in shown
    assert shown.count("| not run yet |") == len(PLANS)
