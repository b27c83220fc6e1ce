"""Plans are run to their end, and what becomes of each module is told as it is."""

import zipfile
from pathlib import Path

import pytest

from tests.conformance.conftest import OTHER, PLAN, Begin
from tests.conformance.module_run import EVENTS
from tests.conformance.plans import Plan
from tests.conformance.stand_in import VERSION


def test_plan_whose_modules_pass_ends_with_0(begin: Begin) -> None:
    run = begin("passes", "is-skipped", "hands-a-page-in")

    report = run.of()

    assert run.results() == {
        "passes": "PASSED",
        "is-skipped": "SKIPPED",
        "hands-a-page-in": "REVIEW",
    }
    assert report.exit_code == 0
    assert report.suite == VERSION
    assert report.summary()[-1] == "Everything came out as expected."


def test_plans_are_created_with_their_variant_and_run_one_after_the_other(begin: Begin) -> None:
    run = begin("passes")

    report = run.of(PLAN, OTHER)

    names = [(name, variant) for name, variant, _ in run.suite.configurations]
    assert names == [(PLAN.name, dict(PLAN.variant)), (OTHER.name, {})]
    assert [plan.plan.key for plan in report.plans] == ["first", "other"]
    assert all(instance.status == "FINISHED" for instance in run.suite.instances.values())


def test_each_plan_has_an_alias_of_its_own(begin: Begin) -> None:
    run = begin("passes")

    run.of(PLAN, OTHER)

    assert [told["alias"] for _, _, told in run.suite.configurations] == [
        "qiao-first",
        "qiao-other",
    ]


def test_progress_names_every_module_with_its_place_and_result(begin: Begin) -> None:
    run = begin("passes", "hands-a-page-in")

    run.of()

    assert "first: first-plan, 2 modules" in run.text()
    assert "1/2  passes  PASSED" in run.text()
    assert "2/2  hands-a-page-in  REVIEW" in run.text()


def test_page_that_was_handed_in_is_named_and_kept(begin: Begin, tmp_path: Path) -> None:
    run = begin("hands-a-page-in")

    report = run.of()

    [row] = report.plans[0].rows
    assert [picture.heading for picture in row.outcome.pictures] == ["Not registered"]
    assert "[Not registered]" in run.text()
    kept = tmp_path / "pictures" / "first" / "hands-a-page-in-1.html"
    assert "<h1>" in kept.read_text(encoding="utf-8")


def test_logs_are_saved_as_the_suite_exports_them(begin: Begin, tmp_path: Path) -> None:
    run = begin("passes")

    run.of()

    [archive] = tmp_path.glob("*.zip")
    assert archive.name == "first-plan-1.zip"
    assert zipfile.ZipFile(archive).namelist() == ["index.html"]
    assert f"Logs: {archive}" in run.text()


def test_failure_is_told_with_condition_and_clause_and_the_run_goes_on(begin: Begin) -> None:
    run = begin("fails", "passes")

    report = run.of()

    assert run.results() == {"fails": "FAILED", "passes": "PASSED"}
    assert report.exit_code == 1
    assert "FAILURE CheckSomething: it is wrong (OIDCC-3.1.2.6)" in run.text()
    assert "/log-detail.html?log=module-1" in run.text()
    assert "Not as expected: first fails is FAILED, not PASSED." in report.summary()


def test_module_that_waits_for_ever_is_stopped_and_the_next_is_run(begin: Begin) -> None:
    run = begin("waits-for-ever", "passes")

    report = run.of()

    assert run.results() == {"waits-for-ever": "TIMED OUT", "passes": "PASSED"}
    assert "It was WAITING all the time." in run.text()
    assert run.suite.instances["module-1"].stopped
    assert report.exit_code == 1


def test_interrupted_module_is_told_with_its_reason(begin: Begin) -> None:
    run = begin("is-interrupted", "passes")

    report = run.of()

    assert run.results() == {"is-interrupted": "INTERRUPTED", "passes": "PASSED"}
    assert "FAILURE CheckSomething" in run.text()
    assert report.exit_code == 1


def test_picture_that_no_task_hands_in_is_not_waited_for(begin: Begin) -> None:
    run = begin("wants-a-picture", "passes")

    run.of()

    assert run.results() == {"wants-a-picture": "STUCK", "passes": "PASSED"}
    assert "It wants a picture that no task hands in: Upload a screenshot" in run.text()
    assert run.suite.instances["module-1"].stopped


def test_address_for_which_there_is_no_task_is_named(begin: Begin) -> None:
    run = begin("wants-a-person")

    run.of()

    assert run.results() == {"wants-a-person": "STUCK"}
    assert "Nobody was told what to do at https://op.example/x" in run.text()


def test_module_that_cannot_be_made_is_told_in_the_suites_words(begin: Begin) -> None:
    run = begin("cannot-be-made", "passes")

    run.of()

    assert run.results() == {"cannot-be-made": "NOT CREATED", "passes": "PASSED"}
    assert "createTestModule failed: it cannot be made" in run.text()


def test_module_that_does_not_start_by_itself_is_started(begin: Begin) -> None:
    run = begin("is-started-by-hand")

    run.of()

    assert run.results() == {"is-started-by-hand": "PASSED"}
    assert run.deployment.asked == []


def test_rotation_module_is_started_once_the_keys_are_rotated(begin: Begin) -> None:
    run = begin("oidcc-server-rotate-keys")

    run.of()

    assert run.deployment.asked == ["rotate"]
    assert run.results() == {"oidcc-server-rotate-keys": "PASSED"}


def test_events_are_brought_about_once_when_the_suite_waits_for_them(begin: Begin) -> None:
    run = begin(EVENTS)

    run.of()

    place = f"{run.suite.base}/test/a/qiao-first/callback"
    assert run.deployment.asked == [f"events for {place}"]
    assert run.results() == {EVENTS: "PASSED"}


@pytest.mark.parametrize("only", [("passes",), ("pass*",), ("nothing", "*asses")])
def test_only_the_modules_that_were_asked_for_are_run(begin: Begin, only: tuple[str, ...]) -> None:
    run = begin("passes", "fails")

    report = run.of(only=only)

    assert run.results() == {"passes": "PASSED"}
    assert report.plans[0].of == 2
    assert report.exit_code == 0


def test_run_of_nothing_is_no_success(begin: Begin) -> None:
    report = begin("passes").of(only=("nothing",))

    assert report.exit_code == 1
    assert report.summary()[-1] == "Nothing was run."


def test_plan_that_the_suite_does_not_know_is_told_and_the_next_is_run(begin: Begin) -> None:
    run = begin("passes")

    report = run.of(Plan("lost", "no-such-plan"), PLAN)

    assert "The suite refuses the plan: HTTP 404 to POST /api/plan: No plan with name" in run.text()
    assert run.results() == {"passes": "PASSED"}
    assert report.exit_code == 1


def test_plan_that_needs_an_api_is_left_out_where_there_is_none(begin: Begin) -> None:
    run = begin("passes")

    report = run.of(Plan("api", PLAN.name, own_resource=True))

    assert report.plans[0].refusal.startswith("It needs an API of its own")
    assert run.suite.configurations == []
    assert report.exit_code == 1


def test_suite_that_knows_itself_by_another_name_is_not_driven(begin: Begin) -> None:
    run = begin("passes", calls_itself="https://localhost.emobix.co.uk:8443")

    report = run.of()

    assert "start again with SUITE=https://localhost.emobix.co.uk:8443" in report.end
    assert report.exit_code == 1
