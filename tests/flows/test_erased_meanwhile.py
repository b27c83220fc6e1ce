"""A person who is erased while they are on their way: each page and each token ends clearly."""

import re

from sqlalchemy import func, select

from app.accounts.records.erasure import delete_account
from app.database import db
from app.tables.people import ACCOUNT
from tests.deployment import Deployment
from tests.flows.story import signed_in
from tests.flows.test_account_page import ACCOUNT as PAGE
from tests.flows.test_groups import sub_of


def erase(deployment: Deployment) -> None:
    with deployment.app.app_context():
        delete_account(db.session(), deployment.clock, sub_of(deployment), actor="admin:test")
        db.session.commit()


def forms_of(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', text)))


def test_whoever_is_erased_meanwhile_reaches_a_clear_end(deployment: Deployment) -> None:
    story = signed_in(deployment)
    tokens = story.tokens()
    asking = deployment.application(client_id="library", first_party=False)
    started = asking.start(prompt="consent")
    place = story.browser.get(started.url).location
    consent, account = story.browser.get(place), story.browser.get(PAGE)
    unfinished = story.next_code()
    erase(deployment)

    allowed = story.browser.submit(consent, place, decision="allow")
    pressed = [story.browser.submit(account, action) for action in forms_of(account.text)]

    asked_again = story.browser.get(allowed.location)
    assert (allowed.status_code, asked_again.status_code) == (303, 303)
    assert asked_again.location.startswith("/sign-in/")
    assert len(pressed) > 3
    assert {answer.status_code for answer in pressed} == {303}
    assert story.shop.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert story.shop.userinfo(tokens["access_token"]).status_code == 401
    answer = unfinished.shop.redeem(unfinished.code, unfinished.started)
    assert answer.get_json()["error"] == "invalid_grant"
    with deployment.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ACCOUNT)) == 0
