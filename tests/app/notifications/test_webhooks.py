"""Webhooks as Standard Webhooks has them: signed anew at each attempt, retried, never lost."""

import json
import threading
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.accounts.identification import contradictions
from app.accounts.records import conflicts
from app.audit.trail import Event, record
from app.database import db
from app.notifications import posting, signing
from app.notifications.events import NAMES, TEST, Announcement, announcement_of
from app.notifications.keys_ending import announce_ending
from app.notifications.lanes import Lanes
from app.notifications.listener import EXTENSION, Listener
from app.notifications.outbox import KEEP_TRYING, LONGEST_DELAY, untold
from app.notifications.worker import notifications_worker
from oidc.outbound.http_client import Outbound
from tests.app.management.api.program import Program, token_for
from tests.app.management.console.console import Console
from tests.app.notifications.conftest import Deliver
from tests.app.notifications.receiver import Hook, Received, hooking
from tests.deployment import Deployment
from tests.flows.story import signed_in
from tests.sandbox_server import MINI_PROGRAM

DAY = 86400


@pytest.fixture(autouse=True)
def real_time(deployment: Deployment) -> None:
    """The libraries of receivers go by the time of day."""
    deployment.clock.now = int(time.time())


def verified(secret: str, received: Received) -> Any:
    """What the library of Standard Webhooks makes of it.

    :raises WebhookVerificationError: it is not from us.
    """
    return Webhook(secret).verify(received.body, received.headers)


def types(hook: Hook) -> list[str]:
    return [json.loads(each.body)["type"] for each in hook.received]


def deliveries(program: Program, webhook_id: str = "ops") -> Any:
    return program.get(f"/webhooks/{webhook_id}/deliveries")["items"]


def make_event(deployment: Deployment, kind: str = "account.disabled", **about: Any) -> None:
    with deployment.app.app_context():
        record(db.session(), deployment.clock, Event(kind, **about))
        db.session.commit()


def test_person_signs_up_and_the_receiver_verifies_what_it_is_told(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    signed_in(deployment)
    ended = deliver()

    [received] = hook.received
    told = verified(webhook["secret"], received)
    moment = datetime.fromtimestamp(deployment.clock(), UTC).isoformat().replace("+00:00", "Z")
    assert ended == Counter(delivered=1)
    assert (told["type"], told["timestamp"]) == ("account.created", moment)
    assert (told["data"]["client_id"], told["data"]["connection_id"]) == ("shop", "wechat")
    assert program.get(f"/accounts/{told['data']['sub']}")["sub"] == told["data"]["sub"]
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-timestamp"] == str(deployment.clock())
    [delivery] = deliveries(program)
    assert (delivery["id"], delivery["state"]) == (received.headers["webhook-id"], "delivered")
    assert (delivery["status"], delivery["attempts"]) == (200, 1)


def test_receiver_that_answers_500_for_a_day_loses_nothing(
    webhook: Any, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    ends = deployment.clock()
    deployment.clock.advance(-DAY)
    hook.statuses = [500] * 1000
    for subject in ("one", "two"):
        make_event(deployment, subject=subject)
    while deployment.clock() < ends - 2 * LONGEST_DELAY:
        deliver()
        deployment.clock.advance(LONGEST_DELAY)
    deployment.clock.now = ends
    hook.statuses, hook.received, tried = [], [], hook.received

    ended = deliver() + deliver()

    assert ended == Counter(delivered=2)
    subjects = [verified(webhook["secret"], each)["data"]["sub"] for each in hook.received]
    assert sorted(subjects) == ["one", "two"]
    first = next(each for each in tried if each.body == hook.received[0].body)
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    before, after = ([each.headers[name] for name in names] for each in (first, hook.received[0]))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, False]


def test_what_nobody_takes_for_three_days_is_given_up_and_can_be_sent_again(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    hook.statuses = [503]
    hook.headers = {"Retry-After": "1800"}
    make_event(deployment)
    deliver()
    [waiting] = deliveries(program)
    deployment.clock.advance(KEEP_TRYING + LONGEST_DELAY)
    hook.statuses = [500, 200]
    deliver()
    program.token = token_for(program.client)
    [given_up] = deliveries(program)
    path = f"/webhooks/ops/deliveries/{given_up['id']}/resend"

    again = program.send("POST", path)
    twice = program.send("POST", path)
    deployment.clock.advance(60)
    deliver()

    assert waiting["next_try_at"] - waiting["tried_at"] == 1800
    assert (waiting["state"], waiting["failure"]) == ("pending", "It answered 503: ok")
    assert (given_up["state"], given_up["attempts"]) == ("abandoned", 2)
    assert (again.status_code, again.get_json()["state"]) == (200, "pending")
    assert twice.status_code == 409
    assert [each["state"] for each in deliveries(program)] == ["delivered"]


def test_both_secrets_sign_for_a_day(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    rotated = program.make("/webhooks/ops/rotate-secret")
    new, old = rotated["secret"], webhook["secret"]
    make_event(deployment)
    deliver()
    both = hook.received.pop()
    signed = both.headers["webhook-signature"]

    deployment.clock.advance(DAY)
    make_event(deployment)
    deliver()
    newest = hook.received.pop()

    assert new != old
    assert verified(new, both) == verified(old, both)
    assert len(signed.split(" ")) == 2
    assert len(newest.headers["webhook-signature"].split(" ")) == 1
    shown = program.send("GET", "/webhooks/ops").get_json()
    assert "secret" not in shown
    with pytest.raises(WebhookVerificationError):
        verified(signing.new_secret(), both)


def test_receiver_that_is_gone_is_switched_off_and_told_nothing_more(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    hook.statuses = [410]
    make_event(deployment)
    make_event(deployment)
    deliver()
    make_event(deployment)

    after = program.get("/webhooks/ops")
    states = [each["state"] for each in deliveries(program)]

    assert (after["enabled"], after["gone_at"]) == (False, deployment.clock())
    assert (states, len(hook.received)) == (["abandoned", "abandoned"], 1)
    assert deliver() == Counter()
    [event] = program.get("/events?kind=webhook.gone")["items"]
    assert event["detail"] == {"webhook": "ops"}
    program.send("PATCH", "/webhooks/ops", {"enabled": True}, If_Match="*")
    assert program.get("/webhooks/ops")["gone_at"] is None


LIES = (
    ("Content-Length", "1000000"),
    ("Content-Length", "1"),
    ("Content-Length", "-5"),
    ("Transfer-Encoding", "chunked"),
)
"""What receivers say of the two bytes that they send, which are no chunk either."""


def test_slow_receiver_holds_up_no_other_and_a_redirect_is_not_followed(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment
) -> None:
    with ExitStack() as all_of_them:
        slow, inward, *liars = (all_of_them.enter_context(hooking()) for _ in range(2 + len(LIES)))
        slow.holds = threading.Event()
        for liar, lie in zip(liars, LIES, strict=True):
            liar.size = lie
        inward.statuses, inward.headers = [302], {"Location": hook.url}
        named = {f"liar-{number}": liar for number, liar in enumerate(liars)}
        for name, other in {"slow": slow, "inward": inward, **named}.items():
            program.make("/webhooks", id=name, url=other.url, events=["account.disabled"])
        make_event(deployment)
        lanes = Lanes(deployment.app)
        with deployment.app.app_context():
            under_way = lanes.start_due()
        assert slow.arrived.wait(5)
        make_event(deployment)
        with deployment.app.app_context():
            while any(len(one.received) < 2 for one in (hook, *liars)):
                lanes.start_due()
        slow.holds.set()
        ended = sum((each.result() for each in under_way), Counter())
        lanes.close()

    told = [each for each in deliveries(program, "inward") if each["attempts"]]
    assert ended["delivered"] >= 3
    assert {each["failure"] for each in told} == {"It answered 302: redirects are not followed."}
    for name in named:
        assert [each["state"] for each in deliveries(program, name)] == ["delivered"] * 2
    assert types(hook) == ["account.disabled"] * 2


def test_addresses_within_are_refused_when_saved_and_when_sent(
    program: Program, deployment: Deployment
) -> None:
    outbound = Outbound(resolver=lambda *_: ["10.0.0.7"])
    told = Announcement(TEST.name, {}, deployment.clock())

    outcome = posting.send(
        outbound,
        "https://inside.example/",
        [signing.new_secret()],
        untold("ops", told, deployment.clock()),
        deployment.clock(),
    )

    assert outcome.failure == "The URL must lead to a public address."
    for url in ("http://hooks.example/", "https://10.0.0.7/x", "ftp://x", "x"):
        assert program.problems(program.send("POST", "/webhooks", {"url": url})) == {"url"}


def test_only_what_is_wanted_and_true_is_told(
    program: Program, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    listener: Listener = deployment.app.extensions[EXTENSION]
    with deployment.app.app_context():
        assert not listener.is_wanted(db.session(), "account.disabled")
        listener.look(db.session())
    make_event(deployment)  # nobody wants it
    program.make("/webhooks", id="ops", url=hook.url, events=["account.disabled"])
    make_event(deployment, "account.enabled", subject="unwanted")
    with deployment.app.app_context():
        record(db.session(), deployment.clock, Event("account.disabled", subject="undone"))
        db.session.rollback()
    make_event(deployment, subject="li-lei")
    deliver()

    assert [json.loads(each.body)["data"]["sub"] for each in hook.received] == ["li-lei"]


def test_refused_credential_is_told_once_an_hour(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    about = {"source": "wechat", "app_id": MINI_PROGRAM.appid, "errcode": 40164}
    for seconds in (0, 1, 3600):
        deployment.clock.advance(seconds)
        kind = "connection.misconfigured"
        make_event(deployment, kind, connection_id="wechat", outcome="failed", detail=about)
    deliver()

    told = json.loads(hook.received[0].body)["data"]
    assert types(hook) == ["credential.refused"] * 2
    assert told["detail"] == about


def test_every_event_of_an_administrator_is_told(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    made = program.make(
        "/administrators", username="lin", role="viewer", password="correct horse battery"
    )
    program.send("PATCH", f"/administrators/{made['id']}", {"enabled": False}, If_Match="*")
    program.make("/keys/rotate", alg="RS256")
    browser = Console(deployment.app.test_client())
    statuses = [browser.sign_in("lin", f"wrong {number}").status_code for number in range(8)]
    with deployment.app.app_context():
        listener: Listener = deployment.app.extensions[EXTENSION]
        for _ in range(2):
            announce_ending(db.session(), deployment.provider, listener)
            db.session.commit()
    sent = program.make("/webhooks/ops/test")
    deliver()

    assert sorted(set(statuses)) == [401, 429]
    assert sent["status"] == 200
    assert sorted(types(hook)) == [
        "administrator.created",
        "administrator.disabled",
        "administrator.locked",
        "signing_key.ending",
        "webhook.test",
    ]


def test_conflict_is_told_when_it_opens_and_opens_again(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment, deliver: Deliver
) -> None:
    with deployment.app.app_context():
        session, clock = db.session(), deployment.clock
        for close_it in (False, True, False):
            conflict = contradictions.note(
                session, clock, "phone_shared", "5f0c", other="6f0c", connection_id="wechat"
            )
            if close_it:
                conflicts.close(
                    session, clock, conflict, "admin:x", state="resolved", resolution="merged"
                )
            session.commit()
    deliver()

    told = [json.loads(each.body) for each in hook.received]
    assert [each["type"] for each in told] == ["conflict.opened"] * 2
    assert told[0]["data"] == {
        "sub": "5f0c",
        "connection_id": "wechat",
        "actor": "system",
        "detail": {"conflict": conflict, "kind": "phone_shared", "other_account": "6f0c"},
    }


@pytest.mark.parametrize(
    ("event", "type_"),
    [
        (Event("account.linked", subject="x"), "sign_in_method.added"),
        (Event("sign_in.succeeded", outcome="linked"), "sign_in_method.added"),
        (Event("sign_in.succeeded", rule="known_unionid"), "sign_in_method.added"),
        (Event("account.unlinked"), "sign_in_method.removed"),
        (Event("account.created", outcome="created"), "account.created"),
        (Event("account.deleted"), "account.deleted"),
        (Event("account.erased", outcome="erased"), "account.erased"),
        (Event("account.erased"), None),
        (Event("account.merged"), "account.merged"),
        (Event("sign_in.succeeded", rule="known_openid"), None),
        (Event("client.created"), None),
    ],
)
def test_line_of_the_trail_is_an_event_or_nobodys_business(event: Event, type_: str | None) -> None:
    told = announcement_of(event, 1_800_000_000)

    assert (told.type if told else None) == type_
    assert type_ is None or type_ in NAMES


def test_test_of_a_receiver_that_refuses_is_not_tried_again(
    program: Program, webhook: Any, hook: Hook, deliver: Deliver
) -> None:
    hook.statuses = [401]

    sent = program.make("/webhooks/ops/test")

    assert (sent["state"], sent["status"]) == ("abandoned", 401)
    assert deliver() == Counter()
    assert program.send("DELETE", "/webhooks/ops").status_code == 204
    assert program.send("POST", "/webhooks/ops/test").status_code == 404


def test_server_delivers_by_itself(
    program: Program, webhook: Any, hook: Hook, deployment: Deployment
) -> None:
    worker = notifications_worker(deployment.app)
    worker.start()
    make_event(deployment)

    arrived = hook.arrived.wait(20)
    worker.stop()
    assert arrived
