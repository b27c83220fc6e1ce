"""Streams, what waits in them, and who is known to whom: on every database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata
from oidc.crypto.keyring import Keyring
from oidc.database.models import ConsentRow
from oidc.protocol.security_events import DISABLED, ENABLED, PAUSED, PUSH
from oidc.shared_signals import acquaintances, exclusions, outbox
from oidc.shared_signals.outbox import LEASE, Waiting, claim_due, post, settle
from oidc.shared_signals.stream import VERIFICATION_INTERVAL, Stream, Wanted
from oidc.shared_signals.streams import Streams, forget_client
from oidc.tokens.grants import Grant, save

NOW = 1_800_000_000
STREAMS = Streams(Keyring(["a secret of the tests with enough characters"]))
PUSHED = Wanted(method=PUSH, endpoint_url="https://shop.example/events", authorization="Bearer x")


@pytest.fixture
def stream(session: Session) -> Stream:
    made = STREAMS.create(session, "shop", PUSHED, NOW)
    events = [Waiting(made.id, "verification", None, {"n": n}, True) for n in range(3)]
    post(session, events, NOW)
    session.commit()
    return made


def test_header_of_the_receiver_is_sealed(session: Session, stream: Stream) -> None:
    found = STREAMS.get(session, stream.id, "shop")

    assert found == stream
    assert found is not None
    assert found.wanted == PUSHED
    assert STREAMS.get(session, stream.id, "forum") is None


def test_workers_at_once_never_claim_the_same(stream: Stream, engine: Engine) -> None:
    at_once = Barrier(4)

    def work(_: int) -> list[str]:
        with Session(engine) as session:
            at_once.wait()
            claimed = [event.id for event in claim_due(session, NOW, 10)]
            session.commit()
            return claimed

    with ThreadPoolExecutor(4) as workers:
        claimed = [each for found in workers.map(work, range(4)) for each in found]

    assert len(claimed) == len(set(claimed)) == 3


def test_event_is_claimed_again_after_its_lease_and_settled_by_one(
    session: Session, stream: Stream
) -> None:
    [first, *_others] = claim_due(session, NOW, 10)

    assert claim_due(session, NOW + LEASE - 1, 10) == []
    again = next(one for one in claim_due(session, NOW + LEASE, 10) if one.id == first.id)
    assert not settle(session, first, done=True, now=NOW)
    assert settle(session, again, done=True, now=NOW)
    assert outbox.pending(session) == {stream.id: 2}


def test_status_holds_drops_and_lets_go(session: Session, stream: Stream) -> None:
    paused = STREAMS.set_status(session, stream, PAUSED, "noon", NOW)
    held = claim_due(session, NOW + 10, 10)
    enabled = STREAMS.set_status(session, paused, ENABLED, None, NOW + 20)
    sent = claim_due(session, NOW + 20, 10)
    STREAMS.set_status(session, enabled, DISABLED, None, NOW + 30)

    assert (held, len(sent)) == ([], 3)
    assert outbox.pending(session) == {}


def test_verification_is_begun_once_in_a_while(session: Session, stream: Stream) -> None:
    began = [STREAMS.begin_verification(session, stream, NOW + after) for after in (0, 1)]

    assert began == [True, False]
    assert STREAMS.begin_verification(session, stream, NOW + VERIFICATION_INTERVAL)


def test_person_is_known_by_a_consent_a_live_grant_or_a_sign_in_of_before(
    session: Session,
) -> None:
    metadata = ClientMetadata(scope="openid ssf.manage")
    receiver = Client("shop", metadata, (), False, False, 1, NOW, NOW, None, lambda: NOW)
    grant = Grant("g1", "code", "forum", "p1", "openid", NOW, NOW + 60, connection="wechat")
    save(session, grant)
    consent = {"subject": "p1", "client_id": "wiki", "scope": "openid", "given_at": NOW}
    session.execute(insert(ConsentRow.__table__), consent)  # type: ignore[arg-type]
    for _ in range(2):
        acquaintances.note(session, receiver, grant, NOW)
    every = ["shop", "forum", "wiki", "games"]

    known = acquaintances.known_to(session, "p1", every)
    by = [acquaintances.get(session, "p1", client_id) for client_id in every]
    acquaintances.forget(session, "p1", "shop")

    assert known == {"shop", "forum", "wiki"}
    assert [one and one.connection for one in by] == ["wechat", "wechat", None, None]
    assert acquaintances.known_to(session, "p1", every) == {"forum", "wiki"}
    assert acquaintances.known_to(session, "p2", every) == set()


def test_people_are_left_out_until_they_are_taken_in(session: Session, stream: Stream) -> None:
    exclusions.exclude(session, stream.id, ["sub-1"], NOW)
    exclusions.exclude(session, stream.id, ["sub-1"], NOW)

    out = exclusions.excluded_from(session, {stream.id: "sub-1", "other": "sub-1"})
    others = exclusions.excluded_from(session, {stream.id: "sub-2"})
    exclusions.include(session, stream.id, ["sub-1"])

    assert (out, others) == ({stream.id}, set())
    assert exclusions.excluded_from(session, {stream.id: "sub-1"}) == set()
    forget_client(session, "shop")
    assert STREAMS.all(session) == []
    assert outbox.pending(session) == {}
