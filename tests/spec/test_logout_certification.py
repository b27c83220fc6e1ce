"""The modules of OpenID's three logout certification plans, in our own words.

Each case is named after what its module does. The person has a local account, as in a run of the
suite; every case signs in anew.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from app.accounts.passwords import Passwords
from app.database import db
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Deployment, build_deployment, close
from tests.relying_party import ISSUER, b64, header_of, unb64, verify_jws
from tests.sandbox_server import LiveSandbox
from tests.spec.declared import declared
from tests.spec.receiver import receiving
from tests.spec.suite import PASSWORD, PROFILE, Suite

BYE = "https://shop.example/bye"


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock, local_login=True)
    with deployment.app.app_context():
        Passwords.with_costs().create(db.session(), clock, "ada", PASSWORD, PROFILE)
        db.session.commit()
    yield deployment
    close(deployment)
    sqlite.empty()


def run(deployment: Deployment, name: str = "suite", **metadata: Any) -> Suite:
    fields = {"require_pkce": False, "connections": (), "post_logout_redirect_uris": (BYE,)}
    client = deployment.application(name, **{**fields, **metadata})
    client.scope = "openid"
    return Suite(deployment, client, deployment.browser())


def is_signed_in(suite: Suite) -> bool:
    return "code" in suite.error(prompt="none")


def bent(token: str) -> str:
    """The token with another subject and its old signature."""
    head, body, signature = token.split(".")
    claims = json.loads(unb64(body))
    changed = json.dumps({**claims, "sub": "x"}).encode()
    return f"{head}.{b64(changed)}.{signature}"


MODULES: dict[str, tuple[dict[str, str], str]] = {
    "rp-initiated-logout": (
        {"id_token_hint": "right", "post_logout_redirect_uri": BYE, "state": "s"},
        BYE + "?state=s",
    ),
    "no-state": ({"id_token_hint": "right", "post_logout_redirect_uri": BYE}, BYE),
    "no-post-logout-redirect-uri": ({"id_token_hint": "right"}, "done"),
    "only-state": ({"state": "s"}, "question"),
    "no-params": ({}, "question"),
    "no-id-token-hint": ({"post_logout_redirect_uri": BYE, "state": "s"}, "refused"),
    "bad-id-token-hint": (
        {"id_token_hint": "nonsense", "post_logout_redirect_uri": BYE},
        "refused",
    ),
    "modified-id-token-hint": (
        {"id_token_hint": "bent", "post_logout_redirect_uri": BYE},
        "refused",
    ),
    "bad-post-logout-redirect-uri": (
        {"id_token_hint": "right", "post_logout_redirect_uri": "https://evil.example/"},
        "refused",
    ),
    "query-added-to-post-logout-redirect-uri": (
        {"id_token_hint": "right", "post_logout_redirect_uri": BYE + "?foo=bar"},
        "refused",
    ),
}


def test_oidcc_rp_initiated_logout_modules(deployment: Deployment) -> None:
    suite, outcomes = run(deployment), {}

    for name, (parameters, _) in MODULES.items():
        token = suite.tokens(prompt="login")["id_token"]
        hints = {"right": token, "bent": bent(token)}
        sent = {key: hints.get(value, value) for key, value in parameters.items()}
        answer = suite.browser.get("/logout?" + urlencode(sent))
        if answer.status_code == 303:
            outcomes[name] = answer.location
        else:
            kind = {200: "question", 400: "refused"}[answer.status_code]
            outcomes[name] = kind if is_signed_in(suite) else "done"
        assert is_signed_in(suite) == (outcomes[name] in ("question", "refused")), name

    assert outcomes == {name: outcome for name, (_, outcome) in MODULES.items()}


def test_oidcc_logout_discovery_endpoint_verification(deployment: Deployment) -> None:
    document = deployment.browser().get("/.well-known/openid-configuration").get_json()

    assert document["end_session_endpoint"] == ISSUER + "/logout"
    for kind in ("backchannel", "frontchannel"):
        assert document[f"{kind}_logout_supported"] is True
        assert document[f"{kind}_logout_session_supported"] is True


def test_oidcc_backchannel_rp_initiated_logout(deployment: Deployment) -> None:
    with receiving() as receiver:
        suite = run(
            deployment,
            backchannel_logout_uri=receiver.url + "/logout",
            backchannel_logout_session_required=True,
        )
        id_token = suite.tokens()["id_token"]
        sent = {"id_token_hint": id_token, "post_logout_redirect_uri": BYE}
        answer = suite.browser.get("/logout?" + urlencode(sent))
        delivered = deployment.app.test_cli_runner().invoke(args=["logouts", "deliver"])
        assert delivered.exit_code == 0, delivered.output
        receiver.arrived.wait(10)

    [form] = receiver.forms
    signed_in = suite.client.verified(id_token)
    told = verify_jws(form["logout_token"], suite.client.http.get("/jwks").get_json())
    assert answer.location == BYE
    assert header_of(form["logout_token"])["typ"] == "logout+jwt"
    assert (told["iss"], told["aud"]) == (ISSUER, "suite")
    assert (told["sid"], told["sub"]) == (signed_in["sid"], signed_in["sub"])
    assert told["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in told
    assert sorted(told) == declared("token claim")
    assert 0 < told["exp"] - told["iat"] <= 120


def test_oidcc_frontchannel_rp_initiated_logout(deployment: Deployment) -> None:
    suite = run(
        deployment,
        frontchannel_logout_uri="https://shop.example/front?a=b",
        frontchannel_logout_session_required=True,
        redirect_uris=(CALLBACK,),
    )
    id_token = suite.tokens()["id_token"]
    sent = {"id_token_hint": id_token, "post_logout_redirect_uri": BYE, "state": "s"}

    page = suite.browser.get("/logout?" + urlencode(sent))

    sid = suite.client.verified(id_token)["sid"]
    called = "https://shop.example/front?a=b&" + urlencode({"iss": ISSUER, "sid": sid})
    assert page.status_code == 200
    assert called.replace("&", "&amp;") in page.text
    assert f"{BYE}?state=s" in page.text
    assert not is_signed_in(suite)
