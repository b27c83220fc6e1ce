"""What a sign-in rests on goes while it is under way, at each of its moments: the group that lets
somebody in, the application, the connection, the person. Each ends clearly."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.database import db
from app.groups import catalog
from app.groups.access import GroupThere
from app.groups.catalog import GroupFields
from app.groups.rules import Rule
from app.management.services import clients, connections, people
from app.management.services import groups as group_service
from app.management.services.actor import Actor
from app.management.services.deployment import acting_as
from oidc.clients.client import Client
from tests.deployment import Browser, Deployment
from tests.flows.test_groups import give, sub_of
from tests.relying_party import RelyingParty, Started


@dataclass
class Story:
    """A sign-in under way to an application that is limited to a group."""

    deployment: Deployment
    shop: RelyingParty
    browser: Browser
    group: str
    started: Started
    place: str
    code: str = ""

    @classmethod
    def begun(cls, deployment: Deployment) -> "Story":
        """The code to scan is on the screen."""
        deployment.connection()
        shop, browser = deployment.application(first_party=False), deployment.browser()
        with deployment.app.app_context():
            fields = GroupFields("staff", rules=frozenset({Rule("connection", "wechat")}))
            group = group_service.create(acting_as("admin:test"), fields)
            db.session.commit()
        give(deployment, "shop", mode="groups", groups={group.id: GroupThere(enters=True)})
        started = shop.start(prompt="consent login")
        place = browser.get(browser.get(started.url).location).location
        assert browser.get(f"{place}/code").status_code == 200
        return cls(deployment, shop, browser, group.id, started, place)

    def scan(self) -> None:
        self.browser.scan(self.place, "li-lei")

    def scan_late(self) -> Any:
        """What the phone is told that scans the code when it is too late."""
        scene = self.deployment.wechat.mini_program_codes()[0]["scene"]
        phone = self.deployment.app.test_client(use_cookies=False)
        return phone.get(f"/federation/v1/tickets/{scene}", query_string={"scene": 1047})

    def finish(self) -> Any:
        """The page that the desktop shows once it has looked again."""
        shown = self.browser.get(self.place)
        if f"{self.place}/finish" in shown.text:
            shown = self.browser.submit(shown, f"{self.place}/finish")
        return self.follow(shown)

    def follow(self, answer: Any) -> Any:
        """The page that redirects lead to."""
        while answer.status_code == 303 and answer.location.startswith("/"):
            self.place = answer.location
            answer = self.browser.get(answer.location)
        return answer

    def allow(self) -> str:
        """The code that consent ends in."""
        allowed = self.browser.submit(self.browser.get(self.place), self.place, decision="allow")
        answer = self.browser.get(allowed.location)
        return self.shop.response(answer.location, self.started)["code"]


def delete_group(actor: Actor, story: Story) -> None:
    group = catalog.get(db.session(), story.group)
    assert group is not None
    group_service.delete(actor, group, group.version)


def stored(actor: Actor) -> Client:
    found = actor.provider.clients.stored(db.session(), "shop")
    assert found is not None
    return found


GONE: dict[str, Callable[[Actor, Story], object]] = {
    "group": delete_group,
    "application": lambda actor, _story: clients.delete(actor, stored(actor)),
    "application stopped": lambda actor, _story: clients.switch(
        actor, stored(actor), enabled=False
    ),
    "connection": lambda actor, _story: connections.delete(actor, "wechat"),
    "person": lambda actor, story: people.erase(actor, sub_of(story.deployment)),
}
ENDS = {
    "group": (200, "open to certain groups only"),
    "application": (410, "Nobody can sign in to this application now"),
    "application stopped": (410, "Nobody can sign in to this application now"),
    "connection": (403, "This way of signing in is not available"),
}
"""What somebody reads who has the code on the screen."""
TOLD_ON_PHONE = ((503, "not_available"), (404, "ticket_unknown"))
REFUSED = {
    "application": (401, "invalid_client"),
    "application stopped": (401, "invalid_client"),
}
"""What the token endpoint says, where not ``invalid_grant``."""


def goes(story: Story, what: str) -> None:
    with story.deployment.app.app_context():
        GONE[what](acting_as("admin:test"), story)
        db.session.commit()
    story.deployment.clock.advance(3)  # what a node remembers of connections is over


@pytest.mark.parametrize("scanned", [False, True])
@pytest.mark.parametrize("what", ENDS)
def test_code_on_the_screen_ends_with_what_it_rests_on(
    deployment: Deployment, what: str, scanned: bool
) -> None:
    story = Story.begun(deployment)
    if scanned:
        story.scan()
    goes(story, what)

    phone = None
    if what == "group" and not scanned:
        story.scan()
    elif not scanned:
        phone = story.scan_late()
    page = story.finish()

    assert (page.status_code, ENDS[what][1] in page.text) == (ENDS[what][0], True), page.text
    assert phone is None or (phone.status_code, phone.get_json()["error"]) in TOLD_ON_PHONE
    if what in ("group", "connection"):
        assert "<bdi>Shop</bdi>" in page.text
        assert "Back to Shop" in page.text


@pytest.mark.parametrize("what", GONE)
def test_consent_ends_with_what_it_rests_on(deployment: Deployment, what: str) -> None:
    story = Story.begun(deployment)
    story.scan()
    page = story.finish()
    goes(story, what)

    pressed = story.browser.submit(page, story.place, decision="allow")
    shown = story.follow(pressed)

    if what in ("connection", "person"):  # somebody has to sign in anew, and may
        assert story.place.startswith("/sign-in/"), story.place
        assert shown.status_code == 200, shown.text
        assert "Back to Shop" in shown.text
    else:
        assert shown.status_code == ENDS[what][0], shown.text
        assert ENDS[what][1] in shown.text


@pytest.mark.parametrize("what", GONE)
def test_code_and_tokens_end_with_what_they_rest_on(deployment: Deployment, what: str) -> None:
    story = Story.begun(deployment)
    story.scan()
    story.finish()
    story.code = story.allow()
    tokens = story.shop.redeem(story.code, story.started).get_json()
    silent = story.shop.start(prompt="none")
    answer = story.browser.get(silent.url)
    unredeemed = story.shop.response(answer.location, silent)["code"]
    goes(story, what)

    told = story.shop.userinfo(tokens["access_token"])
    looked_at = story.shop.post("/introspect", {"token": tokens["access_token"]})
    redeemed = story.shop.redeem(unredeemed, silent)
    refreshed = story.shop.refresh(tokens["refresh_token"])
    asked_again = story.shop.start(prompt="none")
    silently = story.browser.get(asked_again.url)

    refused = REFUSED.get(what, (400, "invalid_grant"))
    for refusal in (redeemed, refreshed):
        assert (refusal.status_code, refusal.get_json()["error"]) == refused
    assert (told.status_code, told.get_json()["error"]) == (401, "invalid_token")
    if what == "group":  # what was granted lives on until it ends: docs/groups.md
        assert looked_at.get_json()["active"]
        error = story.shop.response(silently.location, asked_again)["error"]
        assert error == "access_denied"
    elif what in ("connection", "person"):
        assert looked_at.get_json() == {"active": False}
        error = story.shop.response(silently.location, asked_again)["error"]
        assert error == "login_required"
    else:
        assert looked_at.status_code == 401
        assert silently.status_code == 400
        assert "Nobody can sign in to this application now" in silently.text
