"""The OpenAPI document of the API for phones is valid, complete, and what the API really does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.mini_program.errors import STATUS
from app.mini_program.openapi.refusals import OF_CONFIRMING, OF_DENYING, OF_READING, Refusal
from federation.errors import TicketMismatch, TicketNotConfirmed
from tests.app.mini_program.described import Described
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.test_in_app_sign_in import (
    ENTRY,
    PHONE,
    VERIFIER,
    begin,
    confirm,
    go_on,
    native,
    redeem,
)
from tests.relying_party import ISSUER, RelyingParty
from tests.sandbox_server import MOBILE, LiveSandbox


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock)
    yield deployment
    close(deployment)
    sqlite.empty()


@pytest.fixture
def described(deployment: Deployment) -> Described:
    answer = deployment.app.test_client().get("/federation/v1/openapi.json")
    assert answer.status_code == 200
    return Described(answer.get_json())


class Phone:
    """A mini program with the ticket of an app's launch, every answer checked."""

    def __init__(self, deployment: Deployment, described: Described, launch: Any) -> None:
        self.deployment, self.described = deployment, described
        self.http = deployment.app.test_client(use_cookies=False)
        self.address = "/federation/v1/tickets/" + launch["path"].partition("ticket=")[2]

    def read(self, **query: Any) -> Any:
        headers = {"User-Agent": PHONE}
        answer = self.http.get(self.address, query_string={**ENTRY, **query}, headers=headers)
        return self.described.check(answer)

    def confirm(self, person: str = "li-lei", **body: Any) -> Any:
        sent = {"js_code": self.deployment.wechat.js_code(person), **ENTRY, **body}
        self.described.check_sent(f"{self.address}/confirm", sent)
        return self.described.check(self.http.post(f"{self.address}/confirm", json=sent))

    def deny(self) -> Any:
        return self.described.check(self.http.post(f"{self.address}/deny"))


@dataclass
class App:
    """A native app whose requests and answers are checked."""

    party: RelyingParty
    described: Described

    def post(self, path: str, body: dict[str, str | None]) -> Any:
        sent = {name: value for name, value in body.items() if value is not None}
        self.described.check_sent(path, {"client_id": self.party.client_id, **sent})
        answer = self.party.post(path, body)
        self.described.check(answer)
        return answer

    def begin(self, **changes: str | None) -> Any:
        return begin(self, **changes).get_json()  # type: ignore[arg-type]

    def go_on(self, auth_session: str, **more: str) -> Any:
        return go_on(self, auth_session, **more).get_json()  # type: ignore[arg-type]

    def redeem(self, code: str) -> Any:
        body = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
        return self.post("/token", body).get_json()


def test_document_is_openapi_with_schemas_that_hold(described: Described) -> None:
    document = described.document

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": ISSUER}]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = re.findall(r"#/components/schemas/(\w+)", str(document))
    assert set(names) == set(document["components"]["schemas"])


def test_every_route_of_the_mini_program_is_described(
    deployment: Deployment, described: Described
) -> None:
    routes = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        for rule in deployment.app.url_map.iter_rules()
        if rule.rule.startswith("/federation/v1/tickets")
    }

    told = {path for path in described.document["paths"] if path.startswith("/federation/")}
    assert told == routes


@pytest.mark.parametrize("refusals", [OF_READING, OF_CONFIRMING, OF_DENYING])
def test_errors_of_tickets_have_the_status_that_is_told(refusals: tuple[Refusal, ...]) -> None:
    known = {**STATUS, "snapshot_user": 403, "slow_down": 429, "server_error": 500}

    assert {one.error: one.status for one in refusals} == {
        one.error: known[one.error] for one in refusals
    }


def test_every_error_of_tickets_is_told() -> None:
    told = {one.error for one in (*OF_READING, *OF_CONFIRMING, *OF_DENYING)}

    elsewhere = {"not_believed", "another_answered"}  # of sources whose answers are signed
    assert STATUS.keys() - told == elsewhere
    assert {TicketMismatch.code, TicketNotConfirmed.code} & told == set()


def test_launch_is_as_described(deployment: Deployment, described: Described) -> None:
    deployment.connection(phone="optional")
    app = App(native(deployment), described)

    asked = app.begin(connection="wechat", device="Pixel 9", prompt="login")
    phone = Phone(deployment, described, asked["launch"])
    shown = phone.read()
    waiting = app.go_on(asked["auth_session"])
    codes = {"phone_code": deployment.wechat.phone_code("li-lei"), "phone_kind": "realtime"}
    ended = phone.confirm(number=asked["number"], **codes)
    done = app.go_on(waiting["auth_session"])
    tokens = app.redeem(done["authorization_code"])
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = app.post("/token", refresh).get_json()

    assert (shown["device"], waiting["opened"]) == ("Pixel 9", True)
    assert ended == {"state": "confirmed", "app_parameter": "qiao:confirmed"}
    assert renewed["refresh_token"] != tokens["refresh_token"]


def test_send_auth_is_as_described(deployment: Deployment, described: Described) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = App(native(deployment, connections=("mobile",)), described)

    asked = app.begin(max_age="60")
    state = asked["send_auth"]["state"]
    deployment.wechat.answers(40029, "/sns/oauth2/access_token")
    code = deployment.wechat.oauth_code("li-lei")
    again = app.go_on(asked["auth_session"], wechat_code=code, state=state)
    code = deployment.wechat.oauth_code("li-lei")
    done = app.go_on(again["auth_session"], wechat_code=code, state=state)

    assert (again["reason"], list(done)) == ("code_rejected", ["authorization_code"])


def test_choice_of_connections_is_as_described(
    deployment: Deployment, described: Described
) -> None:
    deployment.connection()
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    app = App(native(deployment, connections=("wechat", "mobile")), described)

    asked = app.begin()
    chosen = app.go_on(asked["auth_session"], connection="mobile")

    assert {one["id"] for one in asked["connections"]} == {"wechat", "mobile"}
    assert "send_auth" in chosen


def test_refusals_of_tickets_are_as_described(deployment: Deployment, described: Described) -> None:
    deployment.connection(phone="required")
    app = native(deployment)

    def fresh() -> Phone:
        return Phone(deployment, described, begin(app).get_json()["launch"])

    phone, denied, late, used = fresh(), fresh(), fresh(), fresh()
    told = [phone.read(scene="x"), phone.read(scene=1065), phone.confirm(), phone.read()]
    told += [phone.confirm(), phone.confirm(referrer_app_id="wxffffffffffffff01")]
    codes = {"phone_code": deployment.wechat.phone_code("li-lei")}
    for errcode in (40029, -1, 40013):
        deployment.wechat.answers(errcode, "/sns/jscode2session")
        told.append(phone.confirm(**codes))
    told += [phone.confirm(number=9), phone.read(), phone.deny()]
    told += [denied.deny(), denied.deny(), denied.read()]
    used.read()
    told += [used.confirm(**codes), used.confirm(**codes), used.deny()]
    deployment.clock.advance(200)
    told += [late.read(), late.deny()]
    late.address += "x"
    told.append(late.read())

    assert [one.get("error", one.get("state")) for one in told] == [
        *("invalid_request", "wrong_entry", "invalid_request", "scanned"),
        *("phone_required", "number_required"),
        *("code_rejected", "temporarily_unavailable", "not_available"),
        *("wrong_number", "ticket_denied", "denied"),
        *("denied", "denied", "ticket_denied"),
        *("confirmed", "ticket_confirmed", "ticket_confirmed"),
        *("ticket_expired", "ticket_expired", "ticket_unknown"),
    ]


def test_refusals_of_the_app_are_as_described(deployment: Deployment, described: Described) -> None:
    deployment.connection()
    app, stranger = native(deployment), native(deployment, "stranger", first_party=False)
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"], "wang-fang")

    told = [
        begin(app, code_challenge=None),
        begin(app, scope="unknown"),
        begin(app, response_type="token"),
        begin(stranger),
        go_on(app, "qas_nonsense"),
        go_on(app, asked["auth_session"]),
        go_on(app, begin(app).get_json()["auth_session"], cancelled="true"),
        app.http.post("/challenge", data={"client_id": "nobody"}),
        redeem(app, "qac_nonsense"),
        app.post("/token", {"grant_type": "password"}),
    ]

    assert [described.check(answer)["error"] for answer in told] == [
        *("invalid_request", "invalid_scope", "unsupported_response_type", "unauthorized_client"),
        *("invalid_session", "access_denied", "access_denied", "invalid_client"),
        *("invalid_grant", "unsupported_grant_type"),
    ]


def test_redirect_to_web_is_as_described(deployment: Deployment, described: Described) -> None:
    deployment.connection(association="ask")
    app = native(deployment)
    asked = begin(app).get_json()
    confirm(deployment, asked["launch"])

    told = described.check(go_on(app, asked["auth_session"]))

    assert told["error"] == "redirect_to_web"
    assert told["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
