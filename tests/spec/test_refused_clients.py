"""A client that is refused can find out why: by the answer, the log and the page about it."""

import logging
from typing import Any

import pytest

from app.audit import client_refusals
from app.audit.client_refusals import A_MINUTE, MOST, ClientRefusals, Counted
from app.database import db
from app.management.services.client_refusals import UNKNOWN, last_refusals, mend_of
from oidc.protocol.refusal import Refusal
from tests.deployment import Deployment
from tests.flows.story import signed_in

WITHOUT_PKCE = {"code_challenge": None, "code_challenge_method": None, "nonce": None}


def stored(deployment: Deployment, client_id: str = "shop") -> list[Counted]:
    with deployment.app.app_context():
        return client_refusals.of_client(db.session(), client_id)


def ask_wrongly(deployment: Deployment, shop: Any) -> None:
    """A refusal of each kind that programs bring upon themselves."""
    shop.http.get(shop.start(**WITHOUT_PKCE).url)
    shop.http.get(shop.start(redirect_uri="https://shop.example/typo").url)
    shop.http.post(
        "/token", data={"grant_type": "refresh_token", "refresh_token": "x"}, auth=("shop", "wrong")
    )
    shop.post("/token", {"grant_type": "authorization_code", "code": "bogus"})
    shop.post("/token", {"grant_type": "client_credentials"})
    shop.post("/token", {"grant_type": "password", "username": "a", "password": "b"})
    shop.post("/token", {"grant_type": "client_credentials", "client_secret": shop.secret})
    shop.http.get(shop.start(scope="read,write").url)
    shop.post("/par", {"response_type": "token"})
    shop.http.get("/logout?client_id=shop&post_logout_redirect_uri=https://shop.example/bye")


def test_each_refusal_is_kept_with_its_client_and_its_mend(deployment: Deployment) -> None:
    deployment.connection()
    ask_wrongly(deployment, deployment.registered())

    with deployment.app.app_context():
        told = last_refusals(db.session(), "shop")

    assert {one.counted.path for one in told} == {"/authorize", "/token", "/par", "/logout"}
    assert len(told) == 10
    assert UNKNOWN not in [one.mend for one in told]
    details = {one.counted.detail for one in told}
    assert details == {"", "https://shop.example/typo", "https://shop.example/bye"}


def test_log_has_the_refusal_with_the_client(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    shop = deployment.registered()
    with caplog.at_level(logging.INFO, "app.audit.client_refusals"):
        shop.http.get(shop.start(**WITHOUT_PKCE).url)

    assert "client shop was refused at /authorize: invalid_request" in caplog.text
    assert "require_nonce_or_pkce" in caplog.text


def test_what_works_costs_nothing_and_leaves_nothing(deployment: Deployment) -> None:
    story = signed_in(deployment)
    with deployment.statements() as seen:
        story.tokens()

    assert not any("client_refusal" in one for one in seen)
    assert stored(deployment) == []


def test_same_reason_is_counted_and_written_a_few_times_a_minute(deployment: Deployment) -> None:
    shop = deployment.registered()
    with deployment.statements() as seen:
        for _ in range(A_MINUTE + 4):
            shop.http.get(shop.start(**WITHOUT_PKCE).url)
    deployment.clock.advance(61)
    shop.http.get(shop.start(**WITHOUT_PKCE).url)

    assert sum("INSERT INTO client_refusal" in one for one in seen) == 1
    assert sum("UPDATE client_refusal" in one for one in seen) == A_MINUTE
    [one] = stored(deployment)
    assert (one.times, one.last_at - one.first_at) == (A_MINUTE + 5, 61)


def test_application_has_few_reasons(deployment: Deployment) -> None:
    deployment.registered()
    kept = ClientRefusals(deployment.clock)
    with deployment.app.app_context():
        for number in range(MOST + 5):
            deployment.clock.advance(1)
            kept.note(db.session(), Refusal("shop", "/token", "invalid_request", f"hint {number}"))

    hints = [one.hint for one in stored(deployment)]
    assert hints == [f"hint {number}" for number in range(MOST + 4, 4, -1)]


def test_nothing_is_kept_of_unknown_clients(deployment: Deployment) -> None:
    deployment.app.test_client().get("/authorize?client_id=nobody&response_type=code")

    assert stored(deployment, "nobody") == []


def test_refusals_go_with_the_application_and_with_time(deployment: Deployment) -> None:
    for name in ("shop", "other"):
        shop = deployment.registered(name)
        shop.http.get(shop.start(**WITHOUT_PKCE).url)
    runner = deployment.app.test_cli_runner()

    assert runner.invoke(args=["clients", "delete", "shop", "--yes"]).exit_code == 0
    deployment.clock.advance(client_refusals.KEPT + 1)
    assert "refusals: 1 removed" in runner.invoke(args=["prune"]).output

    assert stored(deployment, "shop") == stored(deployment, "other") == []


@pytest.mark.parametrize(
    ("hint", "member"),
    [
        ("… or an administrator turns off require_pkce for this application.", "require_pkce"),
        (
            "… an administrator turns off require_registered_auth_method.",
            "require_registered_auth_method",
        ),
        (
            "The application must push its authorization requests.",
            "require_pushed_authorization_requests",
        ),
    ],
)
def test_mend_names_the_switch(hint: str, member: str) -> None:
    assert member in mend_of(hint).change
