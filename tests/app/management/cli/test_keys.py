"""``keys``: an operator replaces what tokens are signed with."""

import json

import pytest
from sqlalchemy.orm import Session

from app.management.cli.durations import spoken
from tests.app.management.cli.conftest import Operator

DAY = 86400


def states(operator: Operator) -> dict[str, str]:
    return {key["kid"]: key["state"] for key in operator.read("keys", "list")}


def test_rotation_takes_two_runs_a_day_apart(operator: Operator, session: Session) -> None:
    old = operator.provider.keys.active(session, "RS256").kid
    session.commit()

    [published] = operator.read("keys", "rotate")

    assert published["move"] == "publish"
    assert states(operator) == {old: "active", published["kid"]: "next"}
    assert "run keys rotate again then" in operator.run("keys", "rotate")
    operator.clock.advance(DAY)
    assert "signs from now on" in operator.run("keys", "rotate")
    assert states(operator) == {old: "retired", published["kid"]: "active"}


def test_rotation_now_is_done_in_one_run_and_the_old_key_stays_published(
    operator: Operator, session: Session
) -> None:
    old = operator.provider.keys.active(session, "RS256").kid
    session.commit()

    [moved] = operator.read("keys", "rotate", "--now")

    assert states(operator) == {old: "retired", moved["kid"]: "active"}
    published = json.loads(operator.app.test_client().get("/jwks").data)
    assert {old, moved["kid"]} == {key["kid"] for key in published["keys"] if key["alg"] == "RS256"}


def test_rotation_by_age_leaves_young_keys_alone(operator: Operator, session: Session) -> None:
    operator.provider.keys.active(session, "RS256")
    session.commit()

    assert "nothing is due" in operator.run("keys", "rotate", "--due")
    operator.clock.advance(90 * DAY)
    assert "is published" in operator.run("keys", "rotate", "--due")
    operator.clock.advance(DAY)
    assert "signs from now on" in operator.run("keys", "rotate", "--due")


def test_every_algorithm_in_use_is_rotated(operator: Operator, session: Session) -> None:
    for alg in ("RS256", "ES256"):
        operator.provider.keys.active(session, alg)
    session.commit()

    moved = operator.read("keys", "rotate", "--now")

    assert [each["alg"] for each in moved] == ["ES256", "RS256"]


def test_retired_keys_go_when_no_token_of_theirs_can_be_alive(
    operator: Operator, session: Session
) -> None:
    operator.provider.keys.active(session, "RS256")
    session.commit()
    operator.run("keys", "rotate", "--now")

    operator.clock.advance(30 * DAY)
    assert "Removed 0" in operator.run("keys", "prune")
    operator.clock.advance(1)
    assert "Removed 1" in operator.run("keys", "prune")
    assert list(states(operator).values()) == ["active"]


def test_retired_keys_are_not_removed_under_tokens_that_live(operator: Operator) -> None:
    operator.run(
        *("clients", "add", "--from-json", "-"),
        typed='{"redirect_uris": ["https://a.example/"], "id_token_lifetime": 172800}',
    )

    said = operator.refused("keys", "prune", "--after", "1d")

    assert "up to 2 days" in said


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "5 seconds"), (60, "1 minute"), (7200, "2 hours"), (90000, "1 day")],
)
def test_durations_are_spoken_in_their_largest_unit(seconds: int, words: str) -> None:
    assert spoken(seconds) == words
