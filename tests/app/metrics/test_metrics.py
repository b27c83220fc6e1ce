"""What Prometheus reads of a real server, and what is counted of a sign-in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from app.metrics import measures
from app.metrics.folder import forget_dead
from app.metrics.happenings import Happenings
from app.metrics.requests import OTHER, RequestCounter, note_requests
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import build_deployment, close
from tests.sandbox_server import LiveSandbox
from tests.services import promtool
from tests.shell import Shell, free_port, settings
from tests.source import ROOT

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The text of the metrics after a few requests, the log, and the operator's probe."""
    folder = tmp_path_factory.mktemp("metrics")
    port, metrics = free_port(), free_port()
    shell = Shell(
        settings(
            port,
            f"sqlite:///{folder / 'qiao.sqlite3'}",
            QIAO_METRICS_PORT=str(metrics),
            QIAO_LOG_FORMAT="json",
        )
    )
    assert shell.flask("db", "upgrade").returncode == 0
    with shell.serving(port, "--workers", "2", "--access-log") as server:
        here = f"http://127.0.0.1:{port}"
        for path in ("/jwks", "/health/ready", "/nowhere/of?code=secret", "/nowhere/else"):
            requests.get(here + path, headers={"Accept": "text/html"}, timeout=10)
        requests.request("INVENTED", here + "/jwks", timeout=10)
        for grant in ("client_credentials", "invented"):
            requests.post(here + "/token", {"grant_type": grant}, timeout=10)
        operator = f"http://127.0.0.1:{metrics}"
        text = requests.get(operator + "/metrics", timeout=10).text
        health = requests.get(operator + "/health", timeout=10).json()
        assert requests.get(operator + "/jwks", timeout=10).status_code == 404
        assert requests.get(here + "/metrics", timeout=10).status_code == 404
        server.terminate()
        log = server.communicate(timeout=30)[0]
    return text, log, health


def samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


def test_requests_are_counted_over_all_workers_and_nobody_makes_up_a_label(
    read: tuple[str, str, dict[str, Any]],
) -> None:
    found = samples(read[0])

    def counted(method: str, route: str, status: str) -> float | None:
        name = "qiao_http_requests_total"
        return value(found, name, method=method, route=route, status=status)

    def tokens(grant: str, result: str) -> float | None:
        return value(found, "qiao_token_requests_total", grant=grant, result=result)

    # One more was asked for while the server began.
    assert counted("GET", "/jwks", "200") == 1
    assert counted("GET", "none", "404") in (2, 3)
    assert tokens("client_credentials", "invalid_client") == 1
    assert tokens("other", "unsupported_grant_type") == 1
    assert value(found, "qiao_refusals_total", route="/token", error="invalid_client") == 1
    assert value(found, "qiao_http_request_duration_seconds_count", route="/jwks") == 1
    assert value(found, "qiao_healthy", part="database") == 1
    assert value(found, "qiao_outbox_waiting", outbox="logout") == 0
    assert value(found, "qiao_outbox_waiting", outbox="security_events") == 0
    assert value(found, "qiao_threads_limit", kind="request") in (256, 512)
    ages = [at for (name, _), at in found.items() if name == "qiao_signing_key_age_seconds"]
    assert ages
    assert all(0 <= age < 60 for age in ages)
    assert "INVENTED" not in read[0]
    assert "nowhere" not in read[0]
    assert read[2] == {"status": "ready", "database": "ok", "migrations": "ok", "keys": "ok"}


def test_lines_of_the_log_are_objects_without_secrets(
    read: tuple[str, str, dict[str, Any]],
) -> None:
    lines = [json.loads(line) for line in read[1].splitlines() if line.startswith("{")]

    asked = [line for line in lines if line.get("path") == "/nowhere/of"]
    assert [(line["method"], line["status"]) for line in asked] == [("GET", 404)]
    pages = [line for line in lines if line["logger"] == "app.pages.errors"]
    assert all(re.fullmatch("[0-9a-f]{16}", line["request"]) for line in pages)
    assert len(pages) >= 2
    assert "secret" not in read[1]


def test_prometheus_linter_is_silent_and_alert_rules_are_rules(
    read: tuple[str, str, dict[str, Any]],
) -> None:
    linted = promtool("check", "metrics", input_=read[0])
    rules = promtool("check", "rules", str(ROOT / "deploy/monitoring/alerts.yaml"))

    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")
    assert rules.returncode == 0, rules.stderr


def test_dashboard_and_rules_name_numbers_that_there_are(
    read: tuple[str, str, dict[str, Any]],
) -> None:
    written = {
        name
        for file in ("grafana-dashboard.json", "alerts.yaml")
        for name in re.findall(r"qiao_[a-z_]+", (ROOT / "deploy/monitoring" / file).read_text())
    }
    known = set(re.findall(r"^# TYPE (\w+)", read[0], re.MULTILINE))
    # What has not happened yet has no line: prometheus-client's own names, without the ending.
    known |= {f"{name}{end}" for name in known for end in ("_bucket", "_count", "_sum")}
    happens = {
        metric._name + "_total"
        for metric in vars(measures).values()
        if hasattr(metric, "_labelnames")
    } | {f"{metric._name}_bucket" for metric in (measures.DURATION, measures.CALL_DURATION)}

    assert written - known - happens == set()
    documented = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert {name for name in written if name.removesuffix("_bucket") not in documented} == set()


def test_sign_in_is_counted_by_connection_mode_rule_and_outcome(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    deployment = build_deployment(sqlite, wechat, clock, shared=False)
    note_requests(deployment.app, "noted", frozenset({"authorization_code"}))
    listening = Happenings(deployment.app)
    try:
        deployment.connection()
        shop = deployment.application(first_party=True)
        browser = deployment.browser()
        started = shop.start()
        choice = browser.get(started.url).location
        scan = browser.submit(browser.get(choice), choice, connection="wechat").location
        browser.get(f"{scan}/status")
        browser.scan(scan, "li-lei")
        browser.submit(browser.get(scan), f"{scan}/finish")
    finally:
        close(deployment)
        sqlite.empty()
    del listening

    sample = REGISTRY.get_sample_value
    how = {"mode": "wechat-miniprogram", "connection": "wechat", "outcome": "created"}
    signed_in = [
        one
        for family in REGISTRY.collect()
        if family.name == "qiao_sign_ins"
        for one in family.samples
        if one.name == "qiao_sign_ins_total"
    ]
    assert [how | {"rule": one.labels["rule"]} == one.labels for one in signed_in] == [True]
    assert sample("qiao_tickets_opened_total") == 1
    assert sample("qiao_tickets_ended_total", {"end": "used"}) == 1
    calls = {"source": "wechat", "call": "/sns/jscode2session"}
    assert sample("qiao_source_calls_total", {**calls, "code": "0"}) == 1
    assert sample("qiao_source_call_duration_seconds_count", calls) == 1


def test_what_is_no_method_and_what_has_no_code_is_counted_as_other() -> None:
    count = RequestCounter()

    count("BREW", None, 503, b'{"error": "slow_down"}', 0.1)
    count("GET", None, 500, b'{"error": "NOT ours"}', 0.1)

    sample = REGISTRY.get_sample_value
    told = {"method": OTHER, "route": "none", "status": "503"}
    assert sample("qiao_http_requests_total", told) == 1
    assert sample("qiao_refusals_total", {"route": "none", "error": "slow_down"}) == 1


def test_what_an_ended_worker_held_is_forgotten_and_what_it_counted_is_not(tmp_path: Path) -> None:
    for name in ("gauge_livesum_4194305.db", "gauge_livesum_1.db", "counter_4194305.db"):
        (tmp_path / name).touch()

    forget_dead(tmp_path)

    assert {file.name for file in tmp_path.iterdir()} == {
        "gauge_livesum_1.db",
        "counter_4194305.db",
    }
