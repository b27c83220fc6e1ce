"""How many SQL statements and commits each hot path may cost, on every database."""

import pytest

from app.database import db
from tests.deployment import Deployment
from tests.fapi2 import bank
from tests.flows.story import signed_in


def counted(seen: list[str]) -> tuple[int, int]:
    """Statements and commits."""
    commits = seen.count("COMMIT")
    return len(seen) - commits, commits


def saved(deployment: Deployment) -> int:
    """Where one statement reads what it has decided (`oidc.tokens.grants.PeoplesGrants`)."""
    with deployment.app.app_context():
        return int(db.engine.dialect.name == "postgresql")


@pytest.mark.parametrize("first_party", [True, False], ids=["first party", "remembered consent"])
def test_full_round_costs_five_statements_and_two_commits_or_four_on_postgresql(
    deployment: Deployment, first_party: bool
) -> None:
    story = signed_in(deployment, first_party=True)
    if not first_party:
        third = deployment.application("third")
        started = third.start()
        asked = story.browser.get(started.url)
        story.browser.consent(asked.location)
        story.shop = third
    story.next_code().tokens()
    deployment_ready = story.next_code()
    story.shop.userinfo(deployment_ready.tokens()["access_token"])

    with deployment.statements() as seen:
        tokens = story.next_code().tokens()
        answer = story.shop.userinfo(tokens["access_token"])

    statements, commits = counted(seen)
    assert answer.status_code == 200
    assert statements <= 5 - saved(deployment), seen
    assert commits <= 2, seen


def test_refresh_costs_two_statements_and_one_commit_or_one_on_postgresql(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    tokens = story.tokens()

    with deployment.statements() as seen:
        answer = story.shop.refresh(tokens["refresh_token"])

    statements, commits = counted(seen)
    assert answer.status_code == 200
    assert statements <= 2 - saved(deployment), seen
    assert commits <= 1, seen


def test_userinfo_and_introspection_cost_one_statement_and_no_commit(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    token = story.tokens()["access_token"]

    with deployment.statements() as userinfo:
        assert story.shop.userinfo(token).status_code == 200
    with deployment.statements() as introspection:
        answer = story.shop.post("/introspect", {"token": token})

    assert answer.get_json()["active"] is True
    assert counted(userinfo)[0] <= 1, userinfo
    assert counted(introspection)[0] <= 1, introspection
    assert counted(userinfo)[1] + counted(introspection)[1] == 0


def test_live_session_costs_the_authorization_endpoint_two_statements(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    started = story.shop.start()

    with deployment.statements() as seen:
        story.browser.get(started.url)

    assert counted(seen)[0] <= 2, seen
    assert counted(seen)[1] <= 1, seen


def test_pushed_request_assertions_and_proofs_add_four_statements(deployment: Deployment) -> None:
    """The whole FAPI 2.0 round: one INSERT keeps all that a request presents once."""
    client, browser = bank(deployment)

    def whole_round() -> int:
        _, started = client.push()
        code = client.response(browser.get(started.url).location, started)["code"]
        tokens = client.redeem(code, started).get_json()
        return int(client.userinfo(tokens["access_token"]).status_code)

    assert whole_round() == 200
    with deployment.statements() as seen:
        status = whole_round()

    statements, commits = counted(seen)
    assert status == 200
    assert statements <= 5 + 4 - saved(deployment), seen
    assert commits <= 3, seen
