"""Scripts of other sites: what they may call, and that nothing of ours goes along."""

import pytest

from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import signed_in
from tests.sandbox_server import LiveSandbox

ORIGIN = "https://spa.example"
OPEN = [
    ("/.well-known/openid-configuration", "GET"),
    ("/.well-known/oauth-authorization-server", "GET"),
    ("/jwks", "GET"),
    ("/token", "POST"),
    ("/userinfo", "GET"),
    ("/revoke", "POST"),
    ("/par", "POST"),
    ("/device_authorization", "POST"),
]
CLOSED = ["/authorize", "/introspect", "/challenge", "/sign-out", "/device", "/logout"]


@pytest.mark.parametrize(("path", "method"), OPEN)
def test_fetch_3_2_preflight_is_granted_and_remembered(
    deployment: Deployment, path: str, method: str
) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,dpop",
    }

    answer = deployment.app.test_client().options(path, headers=asked)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert method in answer.headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "DPoP"} <= set(
        answer.headers["Access-Control-Allow-Headers"].split(", ")
    )
    assert int(answer.headers["Access-Control-Max-Age"]) >= 600
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", CLOSED)
def test_rfc9700_2_6_pages_and_back_channels_are_closed(deployment: Deployment, path: str) -> None:
    client = deployment.app.test_client()

    answers = [client.open(path, method=m, headers={"Origin": ORIGIN}) for m in ("GET", "OPTIONS")]

    for answer in answers:
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_rfc6749_5_2_refusal_can_be_read_by_the_script(deployment: Deployment) -> None:
    shop = signed_in(deployment, token_endpoint_auth_method="none").shop

    token = shop.http.post("/token", data={"client_id": "x"}, headers={"Origin": ORIGIN})
    userinfo = shop.http.get("/userinfo", headers={"Origin": ORIGIN})

    for answer in (token, userinfo):
        assert answer.status_code >= 400
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "WWW-Authenticate" in answer.headers["Access-Control-Expose-Headers"]
        assert "DPoP-Nonce" in answer.headers["Access-Control-Expose-Headers"]


def test_fetch_3_2_headers_that_are_asked_for_are_allowed(deployment: Deployment) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Headers": "traceparent,mcp-protocol-version"}

    answer = deployment.app.test_client().options("/token", headers=asked)

    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"traceparent", "mcp-protocol-version", "authorization"} <= set(allowed)


@pytest.mark.parametrize(("path", "method"), [("/token", "GET"), ("/jwks", "POST")])
def test_wrong_method_can_be_read_by_the_script(
    deployment: Deployment, path: str, method: str
) -> None:
    answer = deployment.app.test_client().open(path, method=method, headers={"Origin": ORIGIN})

    assert answer.status_code == 405
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(("rule", "allowed"), [("open", "*"), ("token", None)])
def test_registration_is_open_to_scripts_where_it_is_open(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, rule: str, allowed: str | None
) -> None:
    settings = {"registration": rule, "registration_token": "t" * 40}
    deployment = build_deployment(sqlite, wechat, clock, **settings)
    http = deployment.app.test_client()

    answers = [
        http.open("/register", method=method, headers={"Origin": ORIGIN})
        for method in ("OPTIONS", "POST", "GET")
    ]
    close(deployment)
    sqlite.empty()

    told = [each.headers.get("Access-Control-Allow-Origin") for each in answers]
    assert told == [allowed] * 3
