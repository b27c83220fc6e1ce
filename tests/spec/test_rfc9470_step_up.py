"""RFC 9470: an API wants another sign-in than the one that the token comes from."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.database import db
from app.enablement.contexts import LOOK_EVERY
from federation.connections import ConnectionFields
from tests.applications import CHEAP
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import Started, verify_jws
from tests.sandbox_server import LiveSandbox
from tests.spec.suite import PASSWORD

WECHAT = "urn:qiao:acr:wechat"
BY_PASSWORD = "urn:qiao:acr:password"


@pytest.fixture
def story(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[SignedIn]:
    """Somebody has signed in with WeChat, where passwords are possible too."""
    deployment = build_deployment(sqlite, wechat, clock, local_login=True)
    with deployment.app.app_context():
        CHEAP.create(db.session(), clock, "ada", PASSWORD, {"name": "Ada"})
        db.session.commit()
    yield signed_in(deployment)
    close(deployment)
    sqlite.empty()


def ask(story: SignedIn, **changes: str) -> tuple[Started, Any]:
    started = story.shop.start(**changes)
    return started, story.browser.get(started.url)


def by_password(story: SignedIn, answer: Any) -> Any:
    """Signs in with the password on the page that the answer leads to."""
    page = story.browser.get(answer.location)
    fields = {"username": "ada", "password": PASSWORD}
    done = story.browser.submit(page, answer.location + "/password", **fields)
    return story.browser.get(done.location)


def redeemed(story: SignedIn, started: Started, answer: Any) -> Any:
    code = story.shop.response(answer.location, started)["code"]
    return story.shop.redeem(code, started).get_json()


def essential(acr: str) -> str:
    return json.dumps({"id_token": {"acr": {"essential": True, "values": [acr]}}})


def test_6_2_introspection_tells_how_and_when_the_person_signed_in(
    story: SignedIn, clock: TestClock
) -> None:
    tokens = story.tokens()
    clock.advance(100)
    refreshed = story.shop.refresh(tokens["refresh_token"]).get_json()

    for token in (tokens["access_token"], refreshed["access_token"], refreshed["refresh_token"]):
        told = story.shop.post("/introspect", {"token": token}).get_json()
        assert (told["acr"], told["auth_time"]) == (WECHAT, clock() - 100)


def test_6_2_token_of_an_application_itself_tells_of_no_sign_in(story: SignedIn) -> None:
    client = story.browser.deployment.application(
        "job", grant_types=("client_credentials",), scope="jobs"
    )
    token = client.token({"grant_type": "client_credentials", "scope": "jobs"}).get_json()

    told = client.post("/introspect", {"token": token["access_token"]}).get_json()

    assert told["active"]
    assert told["sub"] == "job"
    assert not {"acr", "auth_time"} & told.keys()


def test_6_1_jwt_access_token_tells_it_too(story: SignedIn, clock: TestClock) -> None:
    api = story.browser.deployment.application("api", access_token_format="jwt", first_party=True)
    started = api.start()
    code = api.response(story.browser.get(started.url).location, started)["code"]

    token = api.redeem(code, started).get_json()["access_token"]

    claims = verify_jws(token, api.http.get("/jwks").get_json())
    assert (claims["acr"], claims["auth_time"]) == (WECHAT, clock())


def test_5_acr_that_can_be_reached_leads_to_another_sign_in(story: SignedIn) -> None:
    started, asked = ask(story, acr_values=f"urn:example:gold {BY_PASSWORD}")
    tokens = redeemed(story, started, by_password(story, asked))
    again, silent = ask(story, acr_values=BY_PASSWORD)

    assert asked.location.startswith("/sign-in/")
    assert story.shop.verified(tokens["id_token"])["acr"] == BY_PASSWORD
    told = story.shop.post("/introspect", {"token": tokens["access_token"]}).get_json()
    assert told["acr"] == BY_PASSWORD
    assert "code" in story.shop.response(silent.location, again)


@pytest.mark.parametrize(
    "changes",
    [
        {"acr_values": WECHAT},
        {"acr_values": f"{BY_PASSWORD} {WECHAT}"},
        {"acr_values": "urn:example:gold"},
        {"acr_values": BY_PASSWORD, "prompt": "none"},
    ],
    ids=["met", "one of them met", "unknown", "nobody may be asked"],
)
def test_5_nobody_is_asked_in_vain(story: SignedIn, changes: dict[str, str]) -> None:
    started, answer = ask(story, **changes)

    assert story.shop.verified(redeemed(story, started, answer)["id_token"])["acr"] == WECHAT


def test_5_whoever_signs_in_as_before_is_let_through_once_asked(story: SignedIn) -> None:
    started = story.shop.start(acr_values=BY_PASSWORD)

    answer = story.browser.sign_in(started.url, "li-lei")

    assert story.shop.verified(redeemed(story, started, answer)["id_token"])["acr"] == WECHAT


def test_core_5_5_1_1_essential_acr_offers_only_what_reaches_it(story: SignedIn) -> None:
    started, asked = ask(story, claims=essential(BY_PASSWORD))
    page = story.browser.get(asked.location)
    other = story.browser.deployment.browser()
    _, wechat = ask(SignedIn(story.shop, other, started, ""), claims=essential(WECHAT))
    theirs = other.get(f"{wechat.location}?ways=all")
    tokens = redeemed(story, started, by_password(story, asked))

    assert 'name="password"' in page.text
    assert 'value="wechat"' not in page.text
    assert 'name="password"' not in theirs.text
    assert 'value="wechat"' in theirs.text
    assert story.shop.verified(tokens["id_token"])["acr"] == BY_PASSWORD


def test_core_5_5_1_1_essential_acr_that_is_not_met_is_refused_without_a_page(
    story: SignedIn,
) -> None:
    started, answer = ask(story, claims=essential(BY_PASSWORD), prompt="none")

    error = story.shop.response(answer.location, started)["error"]
    assert error == "unmet_authentication_requirements"


def test_5_max_age_of_the_challenge_asks_again(story: SignedIn, clock: TestClock) -> None:
    clock.advance(301)
    _, asked = ask(story, max_age="300")
    started, silent = ask(story, max_age="400")

    assert asked.location.startswith("/sign-in/")
    assert "code" in story.shop.response(silent.location, started)


def test_discovery_names_what_this_deployment_can_reach_and_nothing_else(
    story: SignedIn, clock: TestClock
) -> None:
    """What is declared and nobody has set up would be asked for in vain."""
    deployment = story.browser.deployment
    connections = deployment.app.extensions["federation"].connections

    def named() -> list[str]:
        document = deployment.browser().get("/.well-known/openid-configuration").get_json()
        return list(document["acr_values_supported"])

    def switch(*, on: bool) -> None:
        with deployment.app.app_context():
            known = connections.get(db.session(), "wechat")
            fields = replace(ConnectionFields.of(known), enabled=on)
            connections.update(db.session(), "wechat", fields, known.version)
            db.session.commit()

    with_wechat = until(named, [WECHAT, BY_PASSWORD])
    switch(on=False)
    without = until(named, [BY_PASSWORD])
    switch(on=True)
    assert until(named, with_wechat) == with_wechat
    with deployment.app.app_context():
        db.session.execute(text("UPDATE connection SET enabled = false, version = version + 1"))
        db.session.commit()
    before_it_is_time = named()
    clock.advance(LOOK_EVERY)

    own = [BY_PASSWORD]
    assert with_wechat == before_it_is_time == [WECHAT, *own]
    assert without == own
    assert until(named, own) == own


def until(ask: Any, wanted: Any) -> Any:
    """What is told once a look, for which no request waits long, is over."""
    deadline = time.monotonic() + 20
    while (told := ask()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return told


def test_context_that_nobody_can_reach_asks_for_no_second_sign_in(story: SignedIn) -> None:
    started, answer = ask(story, acr_values="urn:qiao:acr:qq")

    assert "code" in story.shop.response(answer.location, started)
