"""A suite that misbehaves ends the run with what was reached and a sentence, never a traceback."""

import pytest

from tests.conformance.conftest import Begin
from tests.conformance.stand_in import Fault
from tests.conformance.suite import Patience

# server, plan, and for a module that passes: runner, four looks, log
FIRST_MODULE = 8


def test_trouble_that_passes_is_not_noticed(begin: Begin) -> None:
    run = begin("passes", fault=Fault("500", after=4, times=2))

    report = run.of()

    assert run.results() == {"passes": "PASSED"}
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("500", "answers HTTP 500 to"),
        ("html", "does not answer with JSON (text/html)."),
        ("text", "answers with JSON of another shape than the API's."),
        ("empty", "answers with JSON of another shape than the API's."),
        ("vanish", "does not answer (ConnectionError)."),
    ],
)
def test_suite_that_breaks_in_the_middle_leaves_what_was_reached(
    begin: Begin, kind: str, sentence: str
) -> None:
    run = begin("passes", "passes", "passes", fault=Fault(kind, after=FIRST_MODULE))

    report = run.of()

    assert run.results() == {"passes[v=1]": "PASSED"}
    assert sentence in report.end
    assert report.exit_code == 1
    assert report.summary()[0] == "first: 1 of 3 modules: 1 PASSED"
    assert report.summary()[-1].startswith("The run ended early (modules run: 1): http://localhost")


@pytest.mark.parametrize("kind", ["500", "html", "text", "empty", "vanish"])
def test_suite_that_is_broken_from_the_beginning_is_said_to_be(begin: Begin, kind: str) -> None:
    run = begin("passes", fault=Fault(kind))

    report = run.of()

    assert report.end.startswith("http://localhost")
    assert report.exit_code == 1
    assert run.suite.configurations == []


def test_slow_suite_is_waited_for(begin: Begin) -> None:
    run = begin("passes", fault=Fault("slow", after=2, times=3, seconds=0.4))

    report = run.of()

    assert run.results() == {"passes": "PASSED"}
    assert report.exit_code == 0


def test_suite_that_is_too_slow_ends_the_run(begin: Begin) -> None:
    patience = Patience(connect=1, answer=0.2, tries=2, pause=0.01)
    run = begin("passes", fault=Fault("slow", after=3, seconds=0.6), patience=patience)

    report = run.of()

    assert "does not answer (no answer in time)." in report.end


def test_suite_whose_answers_drip_ends_the_run(begin: Begin) -> None:
    """Each byte is in time."""
    patience = Patience(connect=1, answer=1, whole=0.3, tries=2, pause=0.01)
    run = begin("passes", fault=Fault("drips", after=3, seconds=0.05), patience=patience)

    report = run.of()

    assert "does not answer (no whole answer in time)." in report.end
    assert report.exit_code == 1


def test_wrong_token_is_named(begin: Begin) -> None:
    report = begin("passes", token="another").of()

    assert "is CONFORMANCE_TOKEN right?" in report.end
    assert "HTTP 401" in report.end


def test_logs_that_cannot_be_exported_cost_nothing_else(begin: Begin) -> None:
    run = begin("passes", fault=Fault("html", after=FIRST_MODULE))

    report = run.of()

    assert run.results() == {"passes": "PASSED"}
    assert report.exit_code == 0
    assert "The logs of first could not be saved: " in run.text()
