"""The modules of OpenID's Basic and Form Post OP certification plans, in our own words.

Each test id is the name of the module that asks the same; the Form Post plan asks it once more with
``response_mode=form_post``. The relying party is a static
confidential client without PKCE, and the person signs in with a local password.
"""

import json
from collections.abc import Iterator

import pytest

from app.database import db
from tests.applications import CHEAP
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.relying_party import ISSUER, header_of
from tests.sandbox_server import LiveSandbox
from tests.spec.suite import LEAN, NO_PKCE, PASSWORD, PROFILE, PROFILE_CLAIMS, Suite


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock, local_login=True)
    with deployment.app.app_context():
        CHEAP.create(db.session(), clock, "ada", PASSWORD, PROFILE)
        db.session.commit()
    yield deployment
    close(deployment)
    sqlite.empty()


@pytest.fixture(params=[None, pytest.param("form_post", marks=pytest.mark.slow)])
def suite(deployment: Deployment, request: pytest.FixtureRequest) -> Suite:
    client = deployment.application("suite", require_pkce=False, connections=())
    client.scope = "openid"
    return Suite(deployment, client, deployment.browser(), request.param)


def test_oidcc_server(suite: Suite) -> None:
    tokens = suite.tokens()

    claims = suite.claims(tokens)
    assert set(claims) <= LEAN
    assert 0 < tokens["expires_in"] <= 365 * 86400
    assert header_of(tokens["id_token"])["kid"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("profile", PROFILE_CLAIMS | {"updated_at"}),
        ("email", {"email", "email_verified"}),
        ("address", {"address"}),
        ("phone", {"phone_number", "phone_number_verified"}),
    ],
    ids=["profile", "email", "address", "phone"],
)
def test_oidcc_scope(suite: Suite, scope: str, expected: set[str]) -> None:
    tokens = suite.tokens(scope=f"openid {scope}")

    userinfo = suite.userinfo(tokens)
    assert set(userinfo) - {"sub"} == expected
    assert set(suite.claims(tokens)) <= LEAN
    assert {name: userinfo[name] for name in expected & PROFILE.keys()} == {
        name: PROFILE[name] for name in expected & PROFILE.keys()
    }


def test_oidcc_scope_all(suite: Suite) -> None:
    tokens = suite.tokens(scope="phone address email profile openid")

    userinfo = suite.userinfo(tokens)
    assert set(userinfo) == {"sub", "updated_at", *PROFILE}
    assert isinstance(userinfo["updated_at"], int)
    assert userinfo["email_verified"] is True


def test_oidcc_response_type_missing(suite: Suite) -> None:
    assert suite.error(response_type=None)["error"] == "invalid_request"


def test_oidcc_idtoken_signature(suite: Suite) -> None:
    header = header_of(suite.tokens()["id_token"])

    keys = suite.client.http.get("/jwks").get_json()["keys"]
    assert header["alg"] == "RS256"
    assert [key["kid"] for key in keys].count(header["kid"]) == 1
    assert not any({"d", "p", "q", "k"} & key.keys() for key in keys)


def test_oidcc_ensure_request_without_nonce_succeeds(suite: Suite) -> None:
    assert "nonce" not in suite.claims(suite.tokens(nonce=None))


@pytest.mark.parametrize("display", ["page", "popup"])
def test_oidcc_display(suite: Suite, display: str) -> None:
    claims = suite.claims(suite.tokens(display=display))

    assert set(claims) <= LEAN
    assert claims["acr"] == "urn:qiao:acr:password"


def test_oidcc_prompt_login(suite: Suite) -> None:
    first = suite.claims(suite.tokens())
    suite.deployment.clock.advance(2)

    second = suite.claims(suite.tokens(prompt="login"))

    assert second["auth_time"] > first["auth_time"]
    assert second["sub"] == first["sub"]


def test_oidcc_prompt_none_not_logged_in(suite: Suite) -> None:
    error = suite.error(prompt="none", state="s" * 128)

    assert error["error"] == "login_required"
    assert set(error) <= {"error", "error_description", "error_uri", "state", "iss"}


def test_oidcc_prompt_none_logged_in(suite: Suite) -> None:
    first = suite.claims(suite.tokens())

    assert suite.claims(suite.tokens(prompt="none"))["sub"] == first["sub"]


def test_oidcc_max_age_1(suite: Suite) -> None:
    first = suite.claims(suite.tokens())
    suite.deployment.clock.advance(2)

    assert suite.claims(suite.tokens(max_age="1"))["auth_time"] > first["auth_time"]


def test_oidcc_max_age_10000(suite: Suite) -> None:
    first = suite.claims(suite.tokens(max_age="10000"))
    suite.deployment.clock.advance(2)

    assert suite.claims(suite.tokens(max_age="10000"))["auth_time"] == first["auth_time"]


@pytest.mark.parametrize(
    "extra",
    [
        {"extra": "foobar"},
        {"login_hint": "buffy@host.example"},
        {"ui_locales": "se"},
        {"claims_locales": "se"},
    ],
    ids=["unknown-parameter", "login-hint", "ui-locales", "claims-locales"],
)
def test_oidcc_parameter_is_accepted(suite: Suite, extra: dict[str, str]) -> None:
    plain = suite.claims(suite.tokens())

    claims = suite.claims(suite.tokens(**extra))

    assert claims.keys() == plain.keys()
    assert (claims["sub"], claims["aud"]) == (plain["sub"], plain["aud"])


def test_oidcc_id_token_hint(suite: Suite) -> None:
    first = suite.tokens()

    second = suite.tokens(prompt="none", id_token_hint=first["id_token"])

    assert suite.claims(second)["sub"] == suite.claims(first)["sub"]


def test_oidcc_ensure_request_with_acr_values_succeeds(suite: Suite) -> None:
    offered = suite.client.http.get("/.well-known/openid-configuration").get_json()
    asked = offered["acr_values_supported"]

    assert suite.claims(suite.tokens(acr_values=" ".join(asked)))["acr"] in asked


def test_oidcc_codereuse_30seconds(suite: Suite) -> None:
    started, answer = suite.ask()
    code = suite.response(answer, started)["code"]
    tokens = suite.client.redeem(code, started, code_verifier=None).get_json()
    suite.deployment.clock.advance(30)

    again = suite.client.redeem(code, started, code_verifier=None)

    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert suite.client.userinfo(tokens["access_token"]).status_code == 401


def test_oidcc_ensure_registered_redirect_uri(suite: Suite) -> None:
    started = suite.start(redirect_uri="https://shop.example/other", **NO_PKCE)

    answer = suite.browser.get(started.url)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_oidcc_ensure_post_request_succeeds(suite: Suite) -> None:
    started = suite.start(**NO_PKCE)
    form = "application/x-www-form-urlencoded"
    query = started.url.partition("?")[2]

    answer = suite.follow(suite.browser.http.post("/authorize", data=query, content_type=form))

    assert "code" in suite.response(answer, started)


def test_oidcc_server_client_secret_post(suite: Suite) -> None:
    client = suite.deployment.application(
        "posting",
        require_pkce=False,
        connections=(),
        token_endpoint_auth_method="client_secret_post",
    )
    started = suite.start(client, scope="openid", **NO_PKCE)
    answer = suite.follow(suite.browser.get(started.url))
    code = suite.response(answer, started, client)["code"]

    redeemed = client.http.post(
        "/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uri,
            "client_id": "posting",
            "client_secret": client.secret,
        },
    )

    assert redeemed.status_code == 200
    assert client.verified(redeemed.get_json()["id_token"])["aud"] == "posting"


def test_oidcc_claims_essential(suite: Suite) -> None:
    claims = json.dumps({"userinfo": {"name": {"essential": True}}})

    tokens = suite.tokens(claims=claims)

    assert suite.userinfo(tokens)["name"] == PROFILE["name"]
    assert "name" not in suite.claims(tokens)


def test_oidcc_refresh_token(suite: Suite) -> None:
    tokens = suite.tokens(scope="openid offline_access", prompt="consent")
    first = suite.claims(tokens)
    other = suite.deployment.application("client2", connections=())
    suite.deployment.clock.advance(5)

    stolen = other.refresh(tokens["refresh_token"])
    refreshed = suite.client.refresh(tokens["refresh_token"])

    second = suite.claims(refreshed.get_json())
    assert (stolen.status_code, stolen.get_json()["error"]) == (400, "invalid_grant")
    assert refreshed.headers["Cache-Control"] == "no-store"
    assert {name: second[name] for name in ("iss", "sub", "aud", "auth_time")} == {
        name: first[name] for name in ("iss", "sub", "aud", "auth_time")
    }
    assert second["iat"] > first["iat"]
    assert second.get("nonce", first["nonce"]) == first["nonce"]


def test_oidcc_ensure_request_with_valid_pkce_succeeds(suite: Suite) -> None:
    started = suite.start()
    answer = suite.follow(suite.browser.get(started.url))
    code = suite.response(answer, started)["code"]

    assert set(suite.claims(suite.client.redeem(code, started).get_json())) <= LEAN


def test_oidcc_discovery_endpoint_verification(suite: Suite) -> None:
    document = suite.client.http.get("/.well-known/openid-configuration").get_json()

    assert document["issuer"] == ISSUER
    assert document["response_types_supported"] == ["code"]
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert "none" not in document["id_token_signing_alg_values_supported"]
    assert {"openid", "profile", "email", "address", "phone"} <= set(document["scopes_supported"])
    assert {"claims_supported", "userinfo_endpoint", "jwks_uri"} <= document.keys()
