"""Signing keys are replaced in steps, so that no relying party meets a key it cannot know."""

import pytest
from sqlalchemy.orm import Session

from oidc.crypto.keyring import Keyring
from oidc.keys.rotation import Move, Pace, next_move, rotate, rotate_at_once
from oidc.keys.store import KeyState, KeyStore
from tests.conftest import TestClock

NOW = 1_000_000
PACE = Pace(rotation_age=1000, publish_ahead=100)


def key(state: str, age: int) -> KeyState:
    began = NOW - age
    return KeyState(state, "RS256", state, began, began if state == "active" else None, None)


@pytest.mark.parametrize(
    ("states", "by_age", "move"),
    [
        pytest.param([], False, "publish", id="no-key-yet"),
        pytest.param([], True, "nothing", id="no-key-yet-the-first-signature-makes-one"),
        pytest.param([key("active", 10)], False, "publish", id="young-but-asked-for"),
        pytest.param([key("active", 999)], True, "nothing", id="not-due"),
        pytest.param([key("active", 1000)], True, "publish", id="due"),
        pytest.param([key("active", 2000), key("next", 99)], True, "wait", id="too-new-to-sign"),
        pytest.param([key("active", 2000), key("next", 99)], False, "wait", id="also-when-asked"),
        pytest.param([key("active", 2000), key("next", 100)], True, "activate", id="ready"),
        pytest.param([key("active", 10), key("next", 100)], False, "activate", id="ready-asked"),
        pytest.param([key("retired", 5000)], True, "nothing", id="only-retired-ones"),
    ],
)
def test_next_move(states: list[KeyState], by_age: bool, move: Move) -> None:
    assert next_move(states, NOW, PACE, by_age=by_age) == move


@pytest.fixture
def keys(clock: TestClock) -> KeyStore:
    return KeyStore(Keyring(("a secret of the tests that is long enough",)), clock)


def test_key_is_published_before_it_signs(
    keys: KeyStore, session: Session, clock: TestClock
) -> None:
    keys.jwks(session)  # makes a key for each algorithm
    before = keys.active(session, "RS256").kid

    published = rotate(keys, session, "RS256", clock(), PACE)

    assert published.move == "publish"
    assert published.kid is not None
    assert published.kid.encode() in keys.jwks(session)
    assert keys.active(session, "RS256").kid == before
    clock.advance(PACE.publish_ahead)
    assert rotate(keys, session, "RS256", clock(), PACE).move == "activate"
    assert keys.active(session, "RS256").kid == published.kid
    assert before.encode() in keys.jwks(session)


def test_rotation_at_once_signs_with_a_new_key_and_keeps_the_old_one_published(
    keys: KeyStore, session: Session
) -> None:
    keys.jwks(session)  # makes a key for each algorithm
    before = keys.active(session, "RS256").kid

    moved = rotate_at_once(keys, session, "RS256")

    assert moved.kid == keys.active(session, "RS256").kid != before
    assert before.encode() in keys.jwks(session)


def test_rotation_at_once_takes_the_key_that_waits(
    keys: KeyStore, session: Session, clock: TestClock
) -> None:
    keys.active(session, "RS256")
    waiting = rotate(keys, session, "RS256", clock(), PACE).kid

    assert rotate_at_once(keys, session, "RS256").kid == waiting
