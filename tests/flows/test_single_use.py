"""What may happen once happens once, on every database, also when fifty try at the same time."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any

from tests.deployment import Deployment
from tests.flows.story import signed_in

PARALLEL = 50


def at_once(call: Callable[[], Any]) -> list[Any]:
    """Fifty of the same request at the same time, each in a context of its own."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        waiting = [pool.submit(Context().run, call) for _ in range(PARALLEL)]
        return [each.result() for each in waiting]


def test_code_redeemed_twice_revokes_the_grant(deployment: Deployment) -> None:
    story = signed_in(deployment)
    tokens = story.tokens()

    again = story.shop.redeem(story.code, story.started)

    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert story.shop.userinfo(tokens["access_token"]).status_code == 401
    assert story.shop.refresh(tokens["refresh_token"]).status_code == 400


def test_code_redeemed_by_fifty_at_once_succeeds_once_and_is_revoked(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)

    answers = at_once(lambda: story.shop.redeem(story.code, story.started))

    statuses = Counter(answer.status_code for answer in answers)
    (winner,) = [answer.get_json() for answer in answers if answer.status_code == 200]
    losers = {answer.get_json()["error"] for answer in answers if answer.status_code != 200}
    assert statuses == {200: 1, 400: PARALLEL - 1}
    assert losers == {"invalid_grant"}
    assert story.shop.userinfo(winner["access_token"]).status_code == 401


def test_refresh_token_used_again_after_the_grace_revokes_the_grant(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    first = story.tokens()
    second = story.shop.refresh(first["refresh_token"]).get_json()
    deployment.clock.advance(11)

    replayed = story.shop.refresh(first["refresh_token"])

    assert (replayed.status_code, replayed.get_json()["error"]) == (400, "invalid_grant")
    assert story.shop.refresh(second["refresh_token"]).status_code == 400
    assert story.shop.userinfo(second["access_token"]).status_code == 401


def test_refresh_answer_lost_on_the_way_can_be_asked_for_again(deployment: Deployment) -> None:
    story = signed_in(deployment)
    first = story.tokens()
    story.shop.refresh(first["refresh_token"])
    deployment.clock.advance(5)

    sibling = story.shop.refresh(first["refresh_token"])
    deployment.clock.advance(60)

    assert sibling.status_code == 200
    assert story.shop.refresh(sibling.get_json()["refresh_token"]).status_code == 200


def test_refresh_token_two_generations_old_is_never_forgiven(deployment: Deployment) -> None:
    story = signed_in(deployment)
    first = story.tokens()
    second = story.shop.refresh(first["refresh_token"]).get_json()
    third = story.shop.refresh(second["refresh_token"]).get_json()

    replayed = story.shop.refresh(first["refresh_token"])

    ended = story.shop.refresh(third["refresh_token"])
    assert (replayed.status_code, replayed.get_json()["error"]) == (400, "invalid_grant")
    assert "used before" in replayed.get_json()["error_description"]
    assert (ended.status_code, ended.get_json()["error"]) == (400, "invalid_grant")


def test_refresh_token_used_by_fifty_at_once_after_the_grace_ends_the_grant(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    first = story.tokens()
    story.shop.refresh(first["refresh_token"])
    deployment.clock.advance(60)

    answers = at_once(lambda: story.shop.refresh(first["refresh_token"]))

    told = Counter((answer.status_code, answer.get_json()["error"]) for answer in answers)
    assert told == {(400, "invalid_grant"): PARALLEL}
    assert story.shop.userinfo(first["access_token"]).status_code == 401


def test_fresh_refresh_token_used_by_fifty_at_once_rotates_once(deployment: Deployment) -> None:
    story = signed_in(deployment)
    first = story.tokens()

    answers = at_once(lambda: story.shop.refresh(first["refresh_token"]))

    latest = answers[-1].get_json()["refresh_token"]
    deployment.clock.advance(60)
    assert Counter(answer.status_code for answer in answers) == {200: PARALLEL}
    assert story.shop.refresh(latest).status_code == 200


def test_revoked_token_is_dead_everywhere(deployment: Deployment) -> None:
    story = signed_in(deployment)
    tokens = story.tokens()

    revoked = story.shop.post("/revoke", {"token": tokens["access_token"]})

    introspected = story.shop.post("/introspect", {"token": tokens["refresh_token"]})
    assert revoked.status_code == 200
    assert introspected.get_json() == {"active": False}
    assert story.shop.refresh(tokens["refresh_token"]).status_code == 400
    assert story.shop.userinfo(tokens["access_token"]).status_code == 401
