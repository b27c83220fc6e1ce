"""expected.json names plans that exist and says why; what it does not name is to pass."""

import json

import pytest

from tests.conformance.expected import FILE, Expected
from tests.conformance.module_run import EVENTS
from tests.conformance.plans import PLANS

ENTRIES = json.loads(FILE.read_text(encoding="utf-8"))
RESULTS = {"PASSED", "REVIEW", "SKIPPED", "WARNING", "FAILED"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["modules"][0])
def test_entry_names_plans_modules_results_and_a_reason(entry: dict[str, list[str]]) -> None:
    assert set(entry) == {"plans", "modules", "results", "reason"}
    assert set(entry["plans"]) <= {plan.key for plan in PLANS}
    assert all(
        module.startswith(("oidcc-", "fapi2-", "openid-ssf-")) for module in entry["modules"]
    )
    assert entry["results"]
    assert set(entry["results"]) <= RESULTS
    assert str(entry["reason"]).endswith(".")


def test_no_module_of_a_plan_is_named_twice() -> None:
    named = [
        (plan, module) for each in ENTRIES for plan in each["plans"] for module in each["modules"]
    ]

    assert len(named) == len(set(named))


def test_nothing_but_the_implicit_flow_may_fail_and_a_complex_subject_alone_may_warn() -> None:
    failing = [
        each for each in ENTRIES if not set(each["results"]) <= {"PASSED", "REVIEW", "SKIPPED"}
    ]

    assert [(each["plans"], each["modules"], each["results"]) for each in failing] == [
        (["dynamic"], ["oidcc-discovery-endpoint-verification"], ["FAILED"]),
        (["caep"], [EVENTS], ["WARNING", "PASSED"]),
    ]


def test_module_that_is_not_named_is_to_pass() -> None:
    expected = Expected.read()

    assert expected.of("config", "oidcc-discovery-endpoint-verification").results == ("PASSED",)
    assert expected.of("dynamic", "oidcc-discovery-endpoint-verification").results == ("FAILED",)
    assert expected.of("dynamic", "oidcc-server-rotate-keys").results == ("PASSED",)
