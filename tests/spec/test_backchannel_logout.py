"""OpenID Connect Back-Channel Logout 1.0. The clause is in the name of each test."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

import pytest

from app.audit import trail
from app.database import db
from app.logout_worker import deliver_due, setup_worker
from app.rounds import Round
from app.sessions import browser
from oidc.database.pruning import PRUNABLE
from oidc.logout.outbox import LEASE, MAX_ATTEMPTS, claim_due
from oidc.logout.session_end import end_sessions
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import ISSUER, header_of, unb64
from tests.sandbox_server import LiveSandbox
from tests.spec.receiver import Receiver, receiving

EVENT = "http://schemas.openid.net/event/backchannel-logout"
DAY = 86400


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def li_lei(deployment: Deployment, receiver: Receiver) -> SignedIn:
    return signed_in(deployment, backchannel_logout_uri=receiver.url + "/bye?tenant=1")


def sign_out(person: SignedIn, id_token: str | None = None) -> Any:
    token = id_token or person.tokens()["id_token"]
    return person.browser.get("/logout?" + urlencode({"id_token_hint": token}))


def deliver(deployment: Deployment) -> Round:
    with deployment.app.app_context():
        return deliver_due(deployment.provider)


def told(person: SignedIn, receiver: Receiver) -> Any:
    """The claims of the one logout token that arrived, verified by the application."""
    [form] = receiver.forms
    return person.shop.verified(form["logout_token"])


def test_2_4_logout_token_has_every_claim_and_no_nonce(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    id_token = li_lei.tokens()["id_token"]
    known = li_lei.shop.verified(id_token)

    sign_out(li_lei, id_token)
    deliver(deployment)

    claims = told(li_lei, receiver)
    assert claims.pop("jti")
    now = deployment.clock()
    assert claims == {
        "iss": ISSUER,
        "sub": known["sub"],
        "sid": known["sid"],
        "aud": "shop",
        "iat": now,
        "exp": now + 120,
        "events": {EVENT: {}},
    }
    assert header_of(receiver.forms[0]["logout_token"])["typ"] == "logout+jwt"


def test_2_4_sub_is_the_one_that_the_client_knows(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, receiver: Receiver
) -> None:
    deployment = build_deployment(sqlite, wechat, clock, pairwise_salt="s" * 32)
    person = signed_in(deployment, backchannel_logout_uri=receiver.url, subject_type="pairwise")
    id_token = person.tokens()["id_token"]

    sign_out(person, id_token)
    deliver(deployment)

    assert told(person, receiver)["sub"] == person.shop.verified(id_token)["sub"]
    close(deployment)
    sqlite.empty()


def test_2_5_token_is_posted_as_a_form_to_the_registered_address(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    sign_out(li_lei)

    assert deliver(deployment) == Round(delivered=1)
    assert list(receiver.forms[0]) == ["logout_token"]
    assert receiver.content_types == ["application/x-www-form-urlencoded"]


def test_2_5_every_application_of_the_session_is_told_and_no_other(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    li_lei.tokens()
    for name in ("forum", "games"):
        deployment.application(name, first_party=True, backchannel_logout_uri=receiver.url)
    forum = deployment.application("wiki", first_party=True, backchannel_logout_uri=receiver.url)
    started = forum.start()
    forum.response(li_lei.browser.get(started.url).location, started)
    page = li_lei.browser.get("/sign-out")

    li_lei.browser.submit(page, "/sign-out", decision="leave")
    deliver(deployment)

    audiences = [_claims(form["logout_token"])["aud"] for form in receiver.forms]
    assert sorted(audiences) == ["shop", "wiki"]


def test_2_5_application_is_told_long_after_its_tokens_died(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    online = li_lei.shop.start(scope="openid")
    code = li_lei.shop.response(li_lei.browser.get(online.url).location, online)["code"]
    token = li_lei.shop.redeem(code, online).get_json()["id_token"]
    deployment.clock.advance(6 * DAY)
    with deployment.app.app_context():
        for prunable in PRUNABLE:
            prunable.step(db.session(), deployment.clock(), 100)
        db.session.commit()

    sign_out(li_lei, token)
    deliver(deployment)

    assert told(li_lei, receiver)["aud"] == "shop"


def test_2_7_end_of_one_session_leaves_the_others_alone(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    other = SignedIn(li_lei.shop, deployment.browser(), li_lei.shop.start(scope="openid"), "")
    code = other.browser.sign_in(other.started.url, "li-lei").location
    other.code = li_lei.shop.response(code, other.started)["code"]
    kept = other.tokens()

    sign_out(li_lei)
    deliver(deployment)

    sid = li_lei.shop.verified(kept["id_token"])["sid"]
    assert told(li_lei, receiver)["sid"] != sid
    assert li_lei.shop.refresh(kept["refresh_token"]).status_code == 200


@pytest.mark.parametrize("status", [408, 302, 500])
def test_2_8_failed_delivery_is_repeated_until_it_succeeds(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status, status]
    sign_out(li_lei)

    first, at_once = deliver(deployment), deliver(deployment)
    deployment.clock.advance(15)
    second = deliver(deployment)
    deployment.clock.advance(60)
    third, fourth = deliver(deployment), deliver(deployment)

    assert (first, at_once, second) == (Round(pending=1), Round(), Round(pending=1))
    assert (third, fourth) == (Round(delivered=1), Round())
    jtis = {_claims(form["logout_token"])["jti"] for form in receiver.forms}
    assert len(jtis) == 3


def test_2_8_dead_application_is_given_up_with_a_line_in_the_trail(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 20
    sign_out(li_lei)

    for _ in range(MAX_ATTEMPTS + 3):
        deliver(deployment)
        deployment.clock.advance(DAY)

    assert len(receiver.forms) == MAX_ATTEMPTS
    with deployment.app.app_context():
        [event] = trail.page(db.session(), trail.Filter(kind="logout.abandoned"))
    assert (event.client_id, event.outcome) == ("shop", "failed")


def test_2_8_slow_or_dead_application_does_not_keep_the_person_waiting(
    deployment: Deployment,
) -> None:
    person = signed_in(deployment, backchannel_logout_uri="http://127.0.0.1:1/nobody")

    answer = sign_out(person)

    assert answer.status_code == 200
    assert deliver(deployment) == Round(pending=1)


def test_2_8_two_workers_at_once_deliver_once(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    sign_out(li_lei)
    at_once = Barrier(4)

    def work(_: int) -> Round:
        at_once.wait()
        return deliver(deployment)

    with ThreadPoolExecutor(4) as workers:
        rounds = list(workers.map(work, range(4)))

    assert sum(each.delivered for each in rounds) == 1
    assert len(receiver.forms) == 1


def test_2_8_worker_that_died_in_the_middle_is_replaced(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    sign_out(li_lei)
    with deployment.app.app_context():
        claim_due(db.session(), deployment.clock(), 10)
        db.session.commit()

    meanwhile = deliver(deployment)
    deployment.clock.advance(LEASE)
    later = deliver(deployment)

    assert (meanwhile, later) == (Round(), Round(delivered=1))


def test_2_5_server_delivers_by_itself(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, receiver: Receiver
) -> None:
    deployment = build_deployment(sqlite, wechat, clock, shared=False)
    worker = setup_worker(deployment.app)
    person = signed_in(deployment, backchannel_logout_uri=receiver.url)

    sign_out(person)

    arrived = receiver.arrived.wait(20)
    worker.stop()
    close(deployment)
    sqlite.empty()
    assert arrived


def test_2_5_application_that_is_gone_is_not_told(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    sign_out(li_lei)
    with deployment.app.app_context():
        deployment.provider.clients.delete(db.session, "shop")
        db.session.commit()

    assert deliver(deployment) == Round(unwanted=1)
    assert receiver.forms == []


def test_2_5_token_that_cannot_be_made_is_not_in_the_way_of_others(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    wiki = deployment.application("wiki", first_party=True, backchannel_logout_uri=receiver.url)
    started = wiki.start()
    wiki.response(li_lei.browser.get(started.url).location, started)
    sign_out(li_lei)
    with deployment.app.app_context():
        clients = deployment.provider.clients
        shop = clients.stored(db.session, "shop")
        assert shop is not None
        clients.set_metadata(db.session, shop, replace(shop.metadata, subject_type="pairwise"))
        db.session.commit()

    assert deliver(deployment) == Round(delivered=1, pending=1)
    assert [_claims(form["logout_token"])["aud"] for form in receiver.forms] == ["wiki"]


def test_2_5_session_that_is_not_ended_after_all_is_not_announced(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    sid = li_lei.shop.verified(li_lei.tokens()["id_token"])["sid"]
    with deployment.app.app_context():
        end_sessions(deployment.provider, [browser.Ended(sid, "somebody")])
        db.session.rollback()

    assert deliver(deployment) == Round()


def test_2_every_way_out_tells_the_applications(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    subject = li_lei.shop.verified(li_lei.tokens()["id_token"])["sub"]
    run = deployment.app.test_cli_runner().invoke

    done = run(args=["accounts", "sign-out", subject])
    sent = run(args=["logouts", "deliver"])

    assert (done.exit_code, sent.exit_code) == (0, 0), done.output + sent.output
    assert "1 logout tokens delivered" in sent.output
    assert len(receiver.forms) == 1


def test_2_disabled_account_is_signed_out_of_applications(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    subject = li_lei.shop.verified(li_lei.tokens()["id_token"])["sub"]

    deployment.app.test_cli_runner().invoke(args=["accounts", "disable", subject])
    deliver(deployment)

    assert told(li_lei, receiver)["sub"] == subject


def test_2_another_person_in_the_same_browser_ends_the_first_ones_session(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    before = li_lei.shop.verified(li_lei.tokens()["id_token"])
    again = li_lei.shop.start(prompt="login")

    li_lei.browser.sign_in(again.url, "han-meimei")
    deliver(deployment)

    assert told(li_lei, receiver)["sid"] == before["sid"]


def test_2_same_person_again_keeps_the_session(
    li_lei: SignedIn, deployment: Deployment, receiver: Receiver
) -> None:
    li_lei.tokens()
    again = li_lei.shop.start(prompt="login")

    li_lei.browser.sign_in(again.url, "li-lei")

    assert deliver(deployment) == Round()


def test_3_discovery_says_so(deployment: Deployment) -> None:
    document = deployment.browser().get("/.well-known/openid-configuration").get_json()

    assert document["backchannel_logout_supported"] is True
    assert document["backchannel_logout_session_supported"] is True


def _claims(token: str) -> Any:
    return json.loads(unb64(token.split(".")[1]))


@pytest.mark.parametrize(
    ("status", "attempts", "kept"),
    [(400, 1, "abandoned"), (404, 1, "abandoned"), (408, 2, None), (425, 2, None), (429, 2, None)],
)
def test_2_8_refusal_is_not_tried_again_unless_it_says_not_now(
    li_lei: SignedIn,
    deployment: Deployment,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    status: int,
    attempts: int,
    kept: str | None,
) -> None:
    receiver.statuses = [status]
    sign_out(li_lei)

    states = []
    for _ in range(2):
        states.append(deliver(deployment))
        deployment.clock.advance(DAY)

    assert len(receiver.forms) == attempts
    assert states[0].abandoned == (1 if kept else 0)
    assert f"It was {status}" in caplog.text


def test_2_8_log_has_what_the_application_answered(
    li_lei: SignedIn,
    deployment: Deployment,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver.statuses, receiver.answer = [400], b'{"error":"unknown sid"}' + b"x" * 500
    sign_out(li_lei)
    deliver(deployment)

    said = caplog.text.partition("It was 400: ")[2].splitlines()[0]
    assert said.startswith('{"error":"unknown sid"}')
    assert len(said) == 200
