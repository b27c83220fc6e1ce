"""The outbox on every database: claimed once, settled by who claimed it, told once, pruned."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.notifications import outbox, webhooks
from app.notifications.events import Announcement
from app.notifications.outbox import KEEP_TRYING, LEASE, MAIL, Outcome
from app.notifications.webhooks import WebhookFields
from federation.errors import InvalidFields, VersionConflict
from oidc.crypto.keyring import Keyring
from oidc.outbound.http_client import Outbound
from tests.conftest import NOW, TestClock

AT_ONCE = 6


def told(type_: str = "account.created", once: str | None = None) -> Announcement:
    return Announcement(type_, {"name": "韩梅梅 🎉"}, NOW, once)


def test_one_of_many_nodes_makes_the_attempt_and_loses_it_when_it_dies(engine: Engine) -> None:
    with Session(engine) as session:
        outbox.post(session, ["ops", MAIL], told(), NOW)
        outbox.post(session, ["ops"], told(once="same"), NOW)
        outbox.post(session, ["ops"], told(once="same"), NOW)
        session.commit()
        assert outbox.waiting(session) == {"webhooks": (2, NOW), "mail": (1, NOW)}
        assert sorted(outbox.due_targets(session, NOW)) == [MAIL, "ops"]
    together = Barrier(AT_ONCE)

    def claim(_: int) -> str | None:
        with Session(engine) as session:
            together.wait()
            claimed = outbox.claim_next(session, MAIL, NOW)
            session.commit()
            return claimed.id if claimed else None

    with ThreadPoolExecutor(AT_ONCE) as nodes:
        claimed = [name for name in nodes.map(claim, range(AT_ONCE)) if name]
    with Session(engine) as session:
        dead = outbox.get(session, claimed[0])
        again = outbox.claim_next(session, MAIL, NOW + LEASE)
        assert dead is not None
        assert again is not None
        late = outbox.settle(session, dead, Outcome(200), NOW + LEASE)
        still = outbox.get(session, again.id)
        outbox.settle(session, again, Outcome(500, "no"), NOW + LEASE)
        tried = outbox.get(session, again.id)

    assert len(claimed) == 1
    assert (again.attempts, late) == (2, "delivered")
    assert still is not None
    assert still.state == "pending"
    assert tried is not None
    assert (tried.state, tried.status, tried.failure) == ("pending", 500, "no")


def test_what_is_over_can_be_looked_up_sent_again_and_goes(session: Session) -> None:
    for moment in (NOW, NOW + 1, NOW + 1):
        outbox.post(session, ["ops"], told(), moment)
    first, second, third = outbox.page(session, "ops")
    claimed = outbox.claim_next(session, "ops", NOW)
    assert claimed is not None
    state = outbox.settle(session, claimed, Outcome(500, "x" * 900), NOW + KEEP_TRYING)
    outbox.give_up(session, "ops", "off")

    pages = outbox.page(session, "ops", before=(first.created_at, first.id))
    again = [outbox.resend(session, "ops", third.id, NOW + 90) for _ in range(2)]
    others = outbox.resend(session, "other", second.id, NOW)

    assert [one.id for one in pages] == [second.id, third.id]
    assert (claimed.id, state) == (third.id, "abandoned")
    assert (again, others) == ([True, False], False)
    assert [one.state for one in outbox.page(session, "ops")] == ["abandoned"] * 2 + ["pending"]
    assert outbox.prune(session, NOW + 1, 10) == 1
    outbox.forget_target(session, "ops")
    assert outbox.page(session, "ops") == []


def test_webhook_is_changed_by_who_saw_it_last_and_its_secrets_are_sealed(
    session: Session, clock: TestClock
) -> None:
    keyring, outbound = Keyring(["k" * 40]), Outbound(allow_loopback_http=True)
    fields = WebhookFields("https://hooks.example/运营", description="x")
    wrong = WebhookFields("https://hooks.example/", events=("nothing",), description="a\nb")

    made, secret = webhooks.create(
        session, clock, keyring, outbound, WebhookFields("https://hooks.example/"), "ops"
    )
    after, newer = webhooks.rotate(session, clock, keyring, made)
    problems = {name for name, _message in webhooks.check(wrong, outbound)}
    both = webhooks.secrets_of(session, keyring, "ops", NOW)
    one = webhooks.secrets_of(session, keyring, "ops", NOW + 86400)
    outrun = refused(lambda: webhooks.change(session, clock, outbound, made, made.fields))
    taken = refused(lambda: webhooks.create(session, clock, keyring, outbound, made.fields, "ops"))
    gone = [webhooks.switch_off_gone(session, clock, "ops") for _ in range(2)]

    assert (both, one) == ([newer, secret], [newer])
    assert problems == {"events", "description"}
    assert {name for name, _message in webhooks.check(fields, outbound)} == {"url"}
    assert (outrun, taken) == (VersionConflict, InvalidFields)
    assert (gone, after.version) == ([True, False], 2)


def refused(act: object) -> type[Exception] | None:
    try:
        act()  # type: ignore[operator]
    except (VersionConflict, InvalidFields) as error:
        return type(error)
    return None
