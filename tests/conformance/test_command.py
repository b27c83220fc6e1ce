"""``make conformance`` as a whole: a real scratch deployment in front of a suite that stands in."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.conformance.__main__ import main
from tests.conformance.certificates import Identity, issue
from tests.conformance.plans import PLANS
from tests.conformance.stand_in import TOKEN, Fault, StandIn, standing_in
from tests.source import ROOT

pytestmark = pytest.mark.slow

BASIC = next(plan.name for plan in PLANS if plan.key == "basic")
MODULES = ("passes", "oidcc-prompt-login")


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return issue(tmp_path_factory.mktemp("suite"), "localhost")


@pytest.fixture
def suite(identity: Identity) -> Iterator[StandIn]:
    """A suite on this machine with a certificate of its own."""
    with standing_in(StandIn({BASIC: MODULES}), identity.server) as suite:
        yield suite


def words(suite: StandIn, folder: Path, *more: str) -> list[str]:
    places = ["--output", str(folder / "output"), "--docs", str(folder / "docs")]
    return ["--suite", suite.base, "--plan", "basic", *places, *more]


def issuer_of(suite: StandIn) -> str:
    [(_, _, told)] = suite.configurations
    return str(told["server"]["discoveryUrl"]).removesuffix("/.well-known/openid-configuration")


def test_run_makes_a_deployment_fills_the_suite_and_writes_the_table(
    suite: StandIn,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CONFORMANCE_TOKEN", TOKEN)

    code = main(words(suite, tmp_path))

    said = capsys.readouterr().out
    assert code == 0, said
    assert "Everything came out as expected." in said
    record = json.loads((tmp_path / "docs" / "conformance.json").read_text())
    assert [(row["module"], row["result"]) for row in record["basic"]["modules"]] == [
        ("passes", "PASSED"),
        ("oidcc-prompt-login", "REVIEW"),
    ]
    page = (tmp_path / "docs" / "conformance.md").read_text()
    assert "| `oidcc-prompt-login` | REVIEW | Not registered |" in page
    assert len(list((tmp_path / "output").glob("basic-*.zip"))) == 1
    log = (tmp_path / "output" / "qiao.log").read_text()
    assert log.startswith("Serving at http")
    assert log.endswith("Stopped.\n")
    assert_gone(suite)


def test_suite_that_vanishes_in_the_middle_takes_the_deployment_along(
    identity: Identity,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CONFORMANCE_TOKEN", TOKEN)
    broken = StandIn({BASIC: MODULES}, Fault("vanish", after=9))
    with standing_in(broken, identity.server) as suite:
        code = main(words(suite, tmp_path))

    said = capsys.readouterr().out
    assert code == 1
    assert f"The run ended early (modules run: 1): {suite.base}" in said
    assert "Traceback" not in said
    assert_gone(suite)
    record = json.loads((tmp_path / "docs" / "conformance.json").read_text())
    assert [row["module"] for row in record["basic"]["modules"]] == ["passes"]


def test_run_that_is_stopped_ends_in_order(identity: Identity, tmp_path: Path) -> None:
    plan = {BASIC: ("passes", "waits-for-ever")}
    with standing_in(StandIn(plan), identity.server) as suite:
        command = [sys.executable, "-m", "tests.conformance", *words(suite, tmp_path)]
        environment = {**os.environ, "CONFORMANCE_TOKEN": TOKEN, "TMPDIR": str(tmp_path)}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as run:  # type: ignore[call-overload]
            wait_for(lambda: any("module-2" in asked for asked in suite.requests))
            for impatient in (signal.SIGTERM, signal.SIGTERM, signal.SIGHUP):
                run.send_signal(impatient)
            said, _ = run.communicate(timeout=60)

        assert run.returncode == 1, said
        assert "The run ended early (modules run: 1): it was stopped." in said
        assert "Traceback" not in said
        assert suite.instances["module-2"].stopped
        assert list(tmp_path.glob("conformance-*")) == []
        assert_gone(suite)


def test_suite_that_wants_a_token_is_not_made_a_deployment_for(
    suite: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(words(suite, tmp_path))

    said = capsys.readouterr().out
    assert code == 1
    assert "is CONFORMANCE_TOKEN right?" in said
    assert "Making a deployment" not in said


@pytest.mark.parametrize("wish", [("--name", "ö.example"), ("--listen", "203.0.113.1")])
def test_deployment_that_does_not_come_up_is_told_in_a_sentence(
    suite: StandIn,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    wish: tuple[str, str],
) -> None:
    monkeypatch.setenv("CONFORMANCE_TOKEN", TOKEN)

    code = main(words(suite, tmp_path, *wish))

    early = "The run ended early (modules run: 0): The deployment does not come up: "
    assert code == 1
    assert early in capsys.readouterr().out
    assert suite.configurations == []


def assert_gone(suite: StandIn) -> None:
    """Nobody listens any more where the suite was led."""
    with pytest.raises(requests.ConnectionError):
        requests.get(issuer_of(suite), timeout=5)


def wait_for(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
