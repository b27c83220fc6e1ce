"""OpenID Connect Ephemeral Subject Identifier 1.0: a person is somebody else in each session."""

from collections.abc import Iterator

import pytest

from app.logout_worker import deliver_due
from app.management.services.clients import metadata_of
from oidc.clients.metadata_parsing import InvalidMetadata
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Deployment, build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.sandbox_server import LiveSandbox
from tests.spec.receiver import receiving

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def salted(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock, pairwise_salt="s" * 32)
    yield deployment
    close(deployment)
    sqlite.empty()


def sub_of(person: SignedIn, id_token: str) -> str:
    return str(person.shop.verified(id_token)["sub"])


def test_subject_lasts_for_the_session_wherever_it_is_told(salted: Deployment) -> None:
    with receiving() as receiver:
        li_lei = signed_in(
            salted, subject_type="ephemeral", backchannel_logout_uri=receiver.url + "/bye"
        )
        tokens = li_lei.tokens()
        first = sub_of(li_lei, tokens["id_token"])
        refreshed = li_lei.shop.refresh(tokens["refresh_token"]).get_json()
        silent = li_lei.next_code().tokens()
        looked_up = li_lei.shop.post("/introspect", {"token": refreshed["access_token"]})
        userinfo = li_lei.shop.userinfo(refreshed["access_token"]).get_json()
        li_lei.browser.get("/logout?id_token_hint=" + silent["id_token"])
        with salted.app.app_context():
            deliver_due(salted.provider)
        [form] = receiver.forms
    document = li_lei.browser.get(DISCOVERY).get_json()

    assert document["subject_types_supported"] == ["public", "pairwise", "ephemeral"]
    assert sub_of(li_lei, refreshed["id_token"]) == first
    assert sub_of(li_lei, silent["id_token"]) == first
    assert looked_up.get_json()["sub"] == first
    assert userinfo["sub"] == first
    assert sub_of(li_lei, form["logout_token"]) == first


def test_subject_is_another_in_each_session_and_at_each_client(salted: Deployment) -> None:
    li_lei = signed_in(salted, subject_type="ephemeral")
    old = li_lei.tokens()["id_token"]
    forum = salted.application("forum", subject_type="ephemeral", first_party=True)
    started = forum.start()
    code = forum.response(li_lei.browser.get(started.url).location, started)["code"]
    elsewhere = forum.verified(forum.redeem(code, started).get_json()["id_token"])["sub"]
    again = SignedIn(li_lei.shop, salted.browser(), li_lei.shop.start(), "")
    answer = again.browser.sign_in(again.started.url, "li-lei")
    code = again.shop.response(answer.location, again.started)["code"]
    later = again.shop.redeem(code, again.started).get_json()["id_token"]
    hinted = again.shop.start(prompt="none", id_token_hint=old)
    refused = again.shop.response(again.browser.get(hinted.url).location, hinted)

    subjects = {sub_of(li_lei, old), elsewhere, sub_of(li_lei, later)}
    assert len(subjects) == 3
    assert refused["error"] == "login_required"  # an old name is nobody's any more


def test_type_is_offered_where_there_is_a_secret_for_it_alone(deployment: Deployment) -> None:
    document = deployment.browser().get(DISCOVERY).get_json()

    assert document["subject_types_supported"] == ["public"]
    with deployment.app.app_context(), pytest.raises(InvalidMetadata):
        metadata_of(deployment.provider, {"redirect_uris": [CALLBACK], "subject_type": "ephemeral"})
