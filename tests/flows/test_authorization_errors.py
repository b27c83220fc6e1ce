"""Bad authorization requests: a page where nothing may be trusted, else the error at the client."""

import re
from typing import Any

import pytest
from sqlalchemy import event

from app.database import db
from tests.deployment import Deployment
from tests.flows.story import signed_in
from tests.relying_party import ISSUER
from tests.spec.conftest import deployment

__all__ = ["deployment"]
"""One database is enough: nothing here depends on it."""


@pytest.mark.parametrize(
    "query",
    [
        "",
        "client_id=nobody",
        "client_id=shop",
        "client_id=shop&redirect_uri=https://evil.example/",
        "client_id=shop&redirect_uri=https://shop.example/callback/",
        "client_id=shop&redirect_uri=https://shop.example/callback?x=1",
        "client_id=shop&redirect_uri=https://shop.example/Callback",
        "client_id=shop&redirect_uri=https://shop.example@evil.example/callback",
        "client_id=shop&redirect_uri=https://shop.example/%2e%2e/callback",
        "client_id=shop&redirect_uri=javascript:alert(1)",
        "client_id=shop&client_id=shop&redirect_uri=https://shop.example/callback",
        "client_id=shop&redirect_uri=https://shop.example/callback&redirect_uri=https://evil.example",
        "client_id=%00&redirect_uri=https://shop.example/callback",
        "client_id=%ff%fe&redirect_uri=https://shop.example/callback",
        "client_id='%22%3E%3Cscript%3E&redirect_uri=https://shop.example/callback",
        "client_id=" + "x" * 20000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_untrusted_address_gets_a_page_and_no_redirect(
    deployment: Deployment, query: str, method: str
) -> None:
    deployment.connection()
    deployment.application()
    http = deployment.app.test_client()

    if method == "GET":
        answer = http.get("/authorize?" + query)
    else:
        form = "application/x-www-form-urlencoded"
        answer = http.post("/authorize", data=query, content_type=form)

    assert answer.status_code == 400
    assert answer.mimetype == "text/html"
    assert "Location" not in answer.headers
    assert not re.search(r"(href|action|src)=.[^>]*evil", answer.text)
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "cöde"}, "unsupported_response_type"),
        ({"response_mode": "carrier-pigeon"}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "quatsch"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "soon"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"max_age": "9" * 50}, "invalid_request"),
        ({"max_age": "\u0661"}, "invalid_request"),
        ({"display": "hologram"}, "invalid_request"),
        ({"nonce": "n" * 3000}, "invalid_request"),
        ({"id_token_hint": "not.a.token"}, "invalid_request"),
        ({"nonce": "\x00"}, "invalid_request"),
        ({"ui_locales": " ".join(f"en-x-{n}" for n in range(50))}, "invalid_request"),
    ],
)
def test_error_goes_to_the_client_with_state_and_issuer(
    deployment: Deployment, changes: dict[str, str | None], error: str
) -> None:
    deployment.connection()
    shop = deployment.application()
    started = shop.start(**changes)

    answer = deployment.app.test_client().get(started.url)

    assert answer.status_code == 303
    sent = shop.response(answer.location, started)
    assert sent["error"] == error
    assert sent["iss"] == ISSUER
    assert set(sent) == {"error", "error_description", "state", "iss"}


def test_repeated_parameter_goes_to_the_client(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application()
    started = shop.start()

    answer = deployment.app.test_client().get(started.url + "&nonce=twice")

    assert shop.response(answer.location, started)["error"] == "invalid_request"


@pytest.mark.parametrize("state", ["a b", 's p"é%41', "桥" * 20, "x" * 2000, "&a=b#c", "<script>"])
def test_state_comes_back_byte_for_byte(deployment: Deployment, state: str) -> None:
    story = signed_in(deployment)
    started = story.shop.start(state=state)
    started.state = state

    answer = story.browser.get(started.url)

    assert "code" in story.shop.response(answer.location, started)


def test_unknown_parameter_is_ignored(deployment: Deployment) -> None:
    story = signed_in(deployment)
    started = story.shop.start(extra="foobar")

    answer = story.browser.get(started.url)

    assert "code" in story.shop.response(answer.location, started)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(deployment: Deployment, method: str) -> None:
    answer = deployment.app.test_client().open("/authorize", method=method)

    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    assert "This page cannot be opened like that" in answer.text


def test_json_body_is_not_an_authorization_request(deployment: Deployment) -> None:
    answer = deployment.app.test_client().post("/authorize", json={"client_id": "shop"})

    assert answer.status_code == 400
    assert "<code>invalid_request</code>" in answer.text


def test_parked_request_cannot_be_continued_by_another_browser(deployment: Deployment) -> None:
    deployment.connection()
    shop = deployment.application()
    login = deployment.browser().get(shop.start().url)
    stranger = deployment.browser()
    interaction = login.location.rpartition("/")[2]

    resumed = stranger.get(f"/authorize/{interaction}")
    page = stranger.get(login.location)

    assert (resumed.status_code, page.status_code) == (400, 403)
    for refused in (resumed, page):
        assert "This sign-in was begun in another browser" in refused.text


def test_application_that_is_switched_off_in_the_middle_gets_a_page(
    deployment: Deployment,
) -> None:
    """Its request was taken, and its code is under way, when an administrator stops it."""
    story = signed_in(deployment)

    def switch_off(connection: Any, _: Any, statement: str, *__: Any) -> None:
        if statement.startswith("INSERT INTO") and "grant" in statement.split("(")[0]:
            connection.exec_driver_sql("UPDATE client SET disabled = 1, version = version + 1")
            deployment.clock.advance(60)  # nobody remembers it any more

    with deployment.app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", switch_off)
    answer = story.browser.get(story.shop.start().url)
    event.remove(engine, "after_cursor_execute", switch_off)

    assert answer.status_code == 400
    assert "not registered" in answer.text
    assert "Location" not in answer.headers


def test_post_from_another_site_goes_on_as_a_get(deployment: Deployment) -> None:
    story = signed_in(deployment)
    started = story.shop.start()
    query = started.url.partition("?")[2]
    form = "application/x-www-form-urlencoded"
    other_site = deployment.app.test_client(use_cookies=False)

    parked = other_site.post("/authorize", data=query, content_type=form)
    bound = story.browser.get(parked.location)
    answer = story.browser.get(bound.location)

    assert parked.status_code == 303
    assert "code" in story.shop.response(answer.location, started)
