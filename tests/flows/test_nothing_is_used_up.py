"""A token request that is refused uses nothing up, also where one statement decides and reads: the
code or the refresh token is as good as before for whoever asks rightly."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.database import db
from app.enablement import sources
from app.tables.people import AUDIT_EVENT
from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in
from tests.flows.test_groups import give
from tests.key_holder import KeyHolder, new_key
from tests.relying_party import RelyingParty

ORDERS = "https://api.example/orders"
ELSEWHERE = "https://shop.example/elsewhere"
OTHER_VERIFIER = "o" * 43
WRONG_FOR_A_CODE = {
    "another address": ({"redirect_uri": ELSEWHERE}, "invalid_grant"),
    "no address": ({"redirect_uri": None}, "invalid_grant"),
    "another verifier": ({"code_verifier": OTHER_VERIFIER}, "invalid_grant"),
    "no verifier": ({"code_verifier": None}, "invalid_grant"),
    "half a verifier": ({"code_verifier": "short"}, "invalid_grant"),
    "a verifier that is no ASCII": ({"code_verifier": "桥" * 43}, "invalid_grant"),
    "a resource that nobody knows": ({"resource": "https://nobody.example"}, "invalid_target"),
}
WRONG_FOR_A_REFRESH_TOKEN = {
    "more than was granted": ({"scope": "openid email"}, "invalid_scope"),
    "no scope at all": ({"scope": '"'}, "invalid_scope"),
    "a resource that nobody knows": ({"resource": "https://nobody.example"}, "invalid_target"),
}


def refused(answer: object) -> str:
    assert getattr(answer, "status_code", None) == 400, answer
    return str(answer.get_json()["error"])  # type: ignore[attr-defined]


@pytest.fixture
def story(deployment: Deployment) -> SignedIn:
    return signed_in(deployment)


@pytest.fixture
def other(deployment: Deployment, story: SignedIn) -> RelyingParty:
    return deployment.application("other", redirect_uris=(story.shop.redirect_uri,))


@pytest.mark.parametrize(("sent", "error"), WRONG_FOR_A_CODE.values(), ids=WRONG_FOR_A_CODE)
def test_code_is_as_good_after_a_request_with(
    story: SignedIn, sent: dict[str, str | None], error: str
) -> None:
    wrong = story.shop.redeem(story.code, story.started, **sent)
    right = story.shop.redeem(story.code, story.started)
    again = story.shop.redeem(story.code, story.started)

    assert refused(wrong) == error
    assert right.status_code == 200, right.text
    assert refused(again) == "invalid_grant"


def test_code_is_as_good_after_another_application_sent_it(
    story: SignedIn, other: RelyingParty
) -> None:
    assert refused(other.redeem(story.code, story.started)) == "invalid_grant"
    assert story.shop.redeem(story.code, story.started).status_code == 200


def test_code_without_a_challenge_takes_no_verifier(
    deployment: Deployment, story: SignedIn
) -> None:
    """Somebody may have stripped the challenge (RFC 9700 4.8.2)."""
    old = deployment.application("old", first_party=True, require_pkce=False)
    started = old.start(code_challenge=None, code_challenge_method=None)
    code = old.response(story.browser.get(started.url).location, started)["code"]

    assert refused(old.redeem(code, started)) == "invalid_grant"
    assert old.redeem(code, started, code_verifier=None).status_code == 200


def test_code_of_a_source_that_was_switched_off_is_refused_each_time_and_never_replayed(
    deployment: Deployment, story: SignedIn
) -> None:
    with deployment.app.app_context():
        sources.switch(
            db.session(), deployment.clock, "shop", "wechat", enabled=False, actor="test"
        )
        db.session.commit()

    answers = [story.shop.redeem(story.code, story.started) for _ in range(2)]

    told = [answer.get_json()["error_description"] for answer in answers]
    assert [refused(answer) for answer in answers] == ["invalid_grant"] * 2
    assert told == [
        "The sign-in may no longer be used here.",
        "The code has expired or was withdrawn.",
    ]
    with deployment.app.app_context():
        kinds = db.session.scalars(select(AUDIT_EVENT.c.kind)).all()
    assert "code_replayed" not in kinds


def test_code_that_has_expired_is_refused_and_no_replay(
    deployment: Deployment, story: SignedIn
) -> None:
    deployment.clock.advance(61)

    late = story.shop.redeem(story.code, story.started)

    assert "expired" in late.get_json()["error_description"]


@pytest.mark.parametrize(
    ("sent", "error"), WRONG_FOR_A_REFRESH_TOKEN.values(), ids=WRONG_FOR_A_REFRESH_TOKEN
)
def test_refresh_token_is_as_good_after_a_request_for(
    deployment: Deployment, story: SignedIn, sent: dict[str, str], error: str
) -> None:
    token = story.tokens()["refresh_token"]

    wrong = story.shop.refresh(token, **sent)
    deployment.clock.advance(60)  # nothing would be forgiven any more
    right = story.shop.refresh(token)
    next_one = story.shop.refresh(right.get_json()["refresh_token"])

    assert refused(wrong) == error
    assert (right.status_code, next_one.status_code) == (200, 200)


def test_refresh_token_is_as_good_after_another_application_sent_it(
    deployment: Deployment, story: SignedIn, other: RelyingParty
) -> None:
    token = story.tokens()["refresh_token"]

    assert refused(other.refresh(token)) == "invalid_grant"
    deployment.clock.advance(60)
    assert story.shop.refresh(token).status_code == 200


def test_grant_is_dead_after_its_whole_life_however_often_it_was_refreshed(
    deployment: Deployment, story: SignedIn
) -> None:
    lives = {"refresh_token_absolute_lifetime": 100, "refresh_token_lifetime": 80}
    short = deployment.application("short", first_party=True, **lives)
    started = short.start()
    code = short.response(story.browser.get(started.url).location, started)["code"]
    token = short.redeem(code, started).get_json()["refresh_token"]
    deployment.clock.advance(70)
    renewed = short.refresh(token).get_json()["refresh_token"]

    deployment.clock.advance(29)
    alive = short.refresh(renewed)
    deployment.clock.advance(1)
    dead = short.refresh(alive.get_json()["refresh_token"])

    assert alive.status_code == 200
    assert "expired" in dead.get_json()["error_description"]


def test_code_for_one_key_is_as_good_after_a_request_without_it(
    deployment: Deployment, story: SignedIn
) -> None:
    """RFC 9449 10."""
    phone = KeyHolder.of(story.shop, deployment.clock, holds=new_key())
    assert phone.holds is not None
    started = phone.start(dpop_jkt=phone.holds.thumbprint())
    code = phone.response(story.browser.get(started.url).location, started)["code"]
    thief = KeyHolder.of(story.shop, deployment.clock, holds=new_key())

    assert refused(thief.redeem(code, started)) == "invalid_grant"
    assert refused(story.shop.redeem(code, started)) == "invalid_grant"
    assert phone.redeem(code, started).status_code == 200


def test_refresh_token_for_one_key_is_as_good_after_a_request_without_it(
    deployment: Deployment, story: SignedIn
) -> None:
    """RFC 9449 5: that of a client that cannot authenticate."""
    app = deployment.application("app", first_party=True, token_endpoint_auth_method="none")
    phone = KeyHolder.of(app, deployment.clock, holds=new_key())
    started = phone.start()
    code = phone.response(story.browser.get(started.url).location, started)["code"]
    token = phone.redeem(code, started).get_json()["refresh_token"]
    thief = KeyHolder.of(app, deployment.clock, holds=new_key())

    assert refused(thief.refresh(token)) == "invalid_grant"
    assert refused(app.refresh(token)) == "invalid_grant"
    renewed = phone.refresh(token)
    assert renewed.status_code == 200
    assert phone.refresh(renewed.get_json()["refresh_token"]).status_code == 200


def test_refresh_token_is_as_good_after_its_life_was_cut_short_by_mistake(
    deployment: Deployment, story: SignedIn
) -> None:
    token = story.tokens()["refresh_token"]
    deployment.clock.advance(3600)

    live_for(deployment, 60)
    dead = story.shop.refresh(token)
    deployment.clock.advance(60)  # nothing would be forgiven any more
    live_for(deployment, 30 * 86_400)
    alive = story.shop.refresh(token)

    assert refused(dead) == "invalid_grant"
    assert alive.status_code == 200


def live_for(deployment: Deployment, seconds: int) -> None:
    """What comes of grants to the shop, from when they were given."""
    with deployment.app.app_context():
        clients = deployment.provider.clients
        known = clients.get(db.session(), "shop")
        assert known is not None
        shorter = replace(known.metadata, refresh_token_absolute_lifetime=seconds)
        assert clients.set_metadata(db.session(), known, shorter)
        db.session.commit()


@pytest.mark.parametrize("more", [{"scope": "openid groups offline_access"}, {"resource": ORDERS}])
def test_what_needs_more_statements_has_them_before_its_code_is_used(
    deployment: Deployment, story: SignedIn, more: dict[str, str]
) -> None:
    """Groups of a person, APIs of a grant: these may fail, and the code must be whole then."""
    if "scope" in more:
        give(deployment, "shop", seen="all")
    started = story.shop.start(**more)
    code = story.shop.response(story.browser.get(started.url).location, started)["code"]

    with deployment.statements() as at_redemption:
        tokens = story.shop.redeem(code, started).get_json()
    with deployment.statements() as at_refresh:
        refreshed = story.shop.refresh(tokens["refresh_token"])

    assert refreshed.status_code == 200
    for statements in (at_redemption, at_refresh):
        [decided] = [at for at, each in enumerate(statements) if each.startswith("UPDATE")]
        last_read = max(at for at, each in enumerate(statements) if each.startswith("SELECT"))
        assert last_read < decided
