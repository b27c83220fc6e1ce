"""Who may call the admin API."""

from typing import Any

import pytest

from tests.app.management.api.program import SERVICE, Program, token_for
from tests.deployment import Deployment
from tests.key_holder import new_key, proof, token_hash

pytestmark = pytest.mark.in_turn


def test_without_a_token_nothing_is_told(program: Program) -> None:
    program.token = None

    answer = program.send("GET", "/clients")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer scope="admin:read", ')
    assert "error" not in answer.headers["WWW-Authenticate"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["nonsense", "qat_nonsense", "é"])
def test_token_that_nobody_issued_is_refused(program: Program, token: str) -> None:
    program.token = token

    answer = program.send("GET", "/clients")

    assert answer.status_code == 401
    assert answer.get_json()["error"] == "invalid_token"


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("admin:read", "GET", "/keys", 200),
        ("admin:read", "POST", "/keys/rotate", 403),
        ("admin:write", "POST", "/keys/rotate", 200),
        ("admin:write", "GET", "/keys", 403),
        ("orders.read", "GET", "/keys", 403),
    ],
)
def test_scope_of_the_operation_is_demanded(
    deployment: Deployment, scope: str, method: str, path: str, status: int
) -> None:
    answer = Program.of(deployment, scope=scope).send(method, path)

    assert answer.status_code == status
    if status == 403:
        assert answer.get_json()["error"] == "insufficient_scope"
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_scope_that_was_taken_away_is_gone_at_once(
    deployment: Deployment, program: Program
) -> None:
    other = Program.of(deployment, "other")
    version = program.get("/clients/other")["version"]
    change = program.send("PATCH", "/clients/other", {"scope": None}, If_Match=f'"{version}"')
    deployment.clock.advance(2)

    answer = other.send("GET", "/clients")

    assert change.status_code == 200, change.text
    assert (answer.status_code, answer.get_json()["error"]) == (403, "insufficient_scope")
    assert "admin:read" in answer.get_json()["error_description"]


def test_token_of_a_person_never_opens_the_api(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application(scope="openid admin:read", first_party=True)
    shop.scope = "openid admin:read"
    started, browser = shop.start(), deployment.browser()
    sent = shop.response(browser.sign_in(started.url, "li-lei").location, started)
    token = shop.redeem(sent["code"], started).get_json()["access_token"]

    answer = Program(deployment, shop, token).send("GET", "/clients")

    assert (answer.status_code, answer.get_json()["error"]) == (403, "insufficient_scope")
    assert "speaks of a person" in answer.get_json()["error_description"]


def test_token_for_another_resource_is_refused(deployment: Deployment, program: Program) -> None:
    ours = token_for(program.client, resource="http://127.0.0.1:8000/api/v1")
    program.token = token_for(program.client, resource="https://orders.example/")

    answer = program.send("GET", "/clients")

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_token")
    assert "another resource" in answer.get_json()["error_description"]
    assert Program(deployment, program.client, ours).send("GET", "/clients").status_code == 200


def test_token_of_a_stopped_client_is_refused(deployment: Deployment, program: Program) -> None:
    other = Program.of(deployment, "other")
    version = program.get("/clients/other")["version"]
    program.send("PATCH", "/clients/other", {"disabled": True}, If_Match=f'"{version}"')
    deployment.clock.advance(2)

    answer = other.send("GET", "/clients")

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_token")
    assert "unknown, expired or revoked" in answer.get_json()["error_description"]


def test_bound_token_needs_its_key(deployment: Deployment) -> None:
    key, now = new_key(), deployment.clock()
    client = deployment.application("ops", scope="admin:read", **SERVICE)
    asked = client.http.post(
        "/token",
        data={"grant_type": "client_credentials"},
        auth=("ops", client.secret or ""),
        headers={"DPoP": proof(key, now, "POST", "/token")},
    )
    token = asked.get_json()["access_token"]
    program = Program(deployment, client, token)
    proved = proof(key, now, "GET", "/api/v1/clients", ath=token_hash(token))

    stolen = program.send("GET", "/clients")
    own = program.send("GET", "/clients", Authorization=f"DPoP {token}", DPoP=proved)

    assert (stolen.status_code, stolen.get_json()["error"]) == (401, "invalid_token")
    assert "bound to a key; use DPoP" in stolen.get_json()["error_description"]
    assert own.status_code == 200, own.text


def test_cookies_of_an_administrator_open_nothing(program: Program) -> None:
    program.token = None

    answer: Any = program.send("GET", "/clients", Cookie="qiao_admin=x; qiao_session=y")

    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
