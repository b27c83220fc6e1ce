"""The OpenAPI document says what is there, and what is there does as it says."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from app.accounts.identification import contradictions
from app.accounts.records import receipts
from app.database import db
from app.management.api.operations import OPERATIONS
from app.management.services.jobs import store
from oidc.shared_signals.stream import Wanted
from oidc.shared_signals.streams import Streams
from tests.app.management.api.program import Program
from tests.applications import CHEAP
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Deployment, build_deployment, close
from tests.sandbox_server import MINI_PROGRAM, LiveSandbox

BUDGET = 15
"""Seconds for all operations together."""
EXAMPLES = 1
"""Of each operation, of each kind, when there is time; one in any case."""
# What the schema allows can still mean nothing: a redirect URI that is none, a WeChat app that is
# not there.
MEANINGFUL = ("positive_data_acceptance",)


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock)
    yield deployment
    close(deployment)
    sqlite.empty()


def document(app: Flask) -> Any:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.get_json()


def test_every_route_is_described_and_every_described_one_exists(deployment: Deployment) -> None:
    described = {
        (method.upper(), "/api/v1" + path)
        for path, methods in document(deployment.app)["paths"].items()
        for method in methods
    }

    routes = {
        (method, re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in deployment.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
        if rule.endpoint.startswith("api.")
    }
    assert described | {("GET", "/api/v1/openapi.json")} == routes


def test_names_of_operations_are_unique_and_reading_needs_no_more_than_reading() -> None:
    names = [operation.name for operation in OPERATIONS]

    assert len(set(names)) == len(names)
    assert {one.scope for one in OPERATIONS if one.method == "GET"} == {"admin:read"}
    assert {one.scope for one in OPERATIONS if one.method != "GET"} == {"admin:write"}


def test_schemas_are_json_schema(deployment: Deployment) -> None:
    described = document(deployment.app)

    assert described["openapi"].startswith("3.1.")
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def known(program: Program) -> dict[str, str]:
    """Something of each kind, by the names that paths use."""
    program.make(
        "/connections",
        id="wechat",
        mode="wechat-miniprogram",
        display_name={"en": "WeChat"},
        app_id=MINI_PROGRAM.appid,
    )
    program.make("/clients", client_id="shop", redirect_uris=[CALLBACK])
    program.make("/apis", id="orders", resource="https://api.example/orders")
    group = program.make("/groups", name="staff")
    admin = program.make("/administrators", username="lin", role="viewer", password="a" * 12)
    invited = program.make("/invitations", username="mei", role="viewer")
    program.make("/webhooks", id="ops", url="https://127.0.0.1:1/nobody")
    delivery = program.make("/webhooks/ops/test")
    passwords, deployment = CHEAP, program.deployment
    with deployment.app.app_context():
        session, clock = db.session(), deployment.clock
        first, second = (
            passwords.create(session, clock, name, "a" * 12) for name in ("li.lei", "han.meimei")
        )
        conflict = contradictions.note(session, clock, "phone_shared", first, other=second)
        streams = Streams.of(deployment.app.extensions["oidc"])
        stream = streams.create(session, "shop", Wanted(), clock())
        job = store.create(session, clock, "import", "test", {"columns": ["phone"]}, "uploaded")
        receipt = receipts.write(session, clock, "0" * 22, {"account": 1}, actor="test")
        session.commit()
    return {
        "webhook_id": "ops",
        "delivery_id": delivery["id"],
        "source": "wechat",
        "id": MINI_PROGRAM.appid,
        "app_id": MINI_PROGRAM.appid,
        "connection_id": "wechat",
        "client_id": "shop",
        "api_id": "orders",
        "group_id": group["id"],
        "name": "MP_verify_x.txt",
        "preset_id": "gitea",
        "sub": first,
        "sid": "unknown",
        "appid": MINI_PROGRAM.appid,
        "openid": "unknown",
        "passkey_id": "unknown",
        "merge_id": "unknown",
        "conflict_id": conflict,
        "stream_id": stream.id,
        "admin_id": admin["id"],
        "invitation_id": invited["id"],
        "job_id": job.id,
        "part": "1",
        "receipt_id": receipt.id,
    }


@dataclass
class Prober:
    """Sends what schemathesis makes up, once as it is and once about something that is there."""

    headers: dict[str, str]
    ids: dict[str, str]
    ends: float
    tried: set[str] = field(default_factory=set)

    def probe(self, operation: Any, mode: GenerationMode) -> None:
        label = f"{mode.value} {operation.label}"

        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            if time.monotonic() < self.ends or label not in self.tried:
                self.tried.add(label)
                self._send(case)
                there = {name: self.ids[name] for name in case.path_parameters}
                case.path_parameters = there
                self._send(case)

        with suppress(Unsatisfiable):  # nothing can be wrong with a request that says nothing
            send()

    def _send(self, case: Any) -> None:
        excluded = [check for check in CHECKS.get_all() if check.__name__ in MEANINGFUL]
        case.call_and_validate(headers=self.headers, excluded_checks=excluded)


@pytest.mark.slow
def test_whatever_is_sent_nothing_breaks_and_every_answer_is_as_described(
    deployment: Deployment,
) -> None:
    program = Program.of(deployment)
    prober = Prober(
        {"Authorization": f"Bearer {program.token}"}, known(program), time.monotonic() + BUDGET
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", deployment.app)
    refusing = schema.config.checks.negative_data_rejection
    refusing.expected_statuses = [*refusing.expected_statuses, "413"]

    for result in schema.get_all_operations():
        for mode in GenerationMode:
            prober.probe(result.ok(), mode)

    sound = {label for label in prober.tried if label.startswith(GenerationMode.POSITIVE.value)}
    assert len(sound) == len(OPERATIONS)
