"""Groups at the protocol: who is told of them, who may come in, on every database."""

import re
from typing import Any

from sqlalchemy import func, insert, select, update

from app.accounts.records.erasure import delete_account
from app.audit.trail import Filter, page
from app.branding.store import OUR_OWN
from app.database import db
from app.enablement import sources
from app.enablement.policy import Policy, Release
from app.groups import access, catalog, members, people
from app.groups.access import Access, GroupThere
from app.groups.catalog import Group, GroupFields
from app.groups.rules import Rule
from app.management.services import application_access, branding, enablements
from app.management.services import groups as service
from app.management.services.branding import Wanted
from app.management.services.deployment import acting_as
from app.tables.groups import APPLICATION_PERSON, GROUP_MEMBER
from app.tables.people import ACCOUNT
from tests.deployment import Deployment
from tests.flows.story import SignedIn, signed_in
from tests.flows.test_device import begin as begin_device
from tests.flows.test_device import poll, television, type_code
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native, redeem
from tests.flows.test_trading_codes import TOKEN_EXCHANGE, WECHAT_CODE
from tests.flows.test_which_account import (
    RETURN,
    answer_new,
    asked_shop,
    open_in_browser,
    returned,
    to_the_browser,
)

HOSTILE = '<img src=x onerror="alert(1)">'
SCOPE = "openid profile groups offline_access"


def made(deployment: Deployment, name: str, *rules: Rule) -> Group:
    with deployment.app.app_context():
        group = service.create(acting_as("admin:test"), GroupFields(name, rules=frozenset(rules)))
        db.session.commit()
    return group


def give(deployment: Deployment, client_id: str, **wanted: Any) -> None:
    """What the application has of groups from now on."""
    with deployment.app.app_context():
        version = access.of_client(db.session(), client_id).version
        application_access.save(
            acting_as("admin:test"), Access(client_id, version=version, **wanted)
        )
        db.session.commit()


def sub_of(deployment: Deployment) -> str:
    """The only person that there is."""
    with deployment.app.app_context():
        return str(db.session.scalar(select(ACCOUNT.c.id)))


def put(deployment: Deployment, group: Group, subject: str) -> None:
    with deployment.app.app_context():
        assert service.add_members(acting_as("admin:test"), group, [subject]) == 1
        db.session.commit()


def take_out(deployment: Deployment, group: Group, subject: str) -> None:
    with deployment.app.app_context():
        assert service.remove_members(acting_as("admin:test"), group, [subject]) == 1
        db.session.commit()


def kinds(deployment: Deployment, client_id: str) -> list[str]:
    with deployment.app.app_context():
        return [one.kind for one in page(db.session(), Filter(client_id=client_id))]


def claims_of(story: SignedIn, tokens: Any) -> tuple[Any, Any]:
    """What the ID token and userinfo have of groups and roles."""
    told = story.shop.verified(tokens["id_token"])
    info = story.shop.userinfo(tokens["access_token"]).get_json()
    names = ("groups", "roles", "teams")
    return tuple({n: one[n] for n in names if n in one} for one in (told, info))  # type: ignore[return-value]


def test_only_what_the_application_may_see_is_told_and_changes_are_felt(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment, client_id="shop")
    story.shop.scope = SCOPE
    subject = sub_of(deployment)
    staff = made(deployment, "staff", Rule("connection", "wechat"))
    hostile = made(deployment, HOSTILE)
    made(deployment, "nobody")
    put(deployment, hostile, subject)

    # Nothing was said of this application: whatever it asks for, it is told of no group.
    started = story.shop.start(claims='{"id_token":{"groups":null},"userinfo":{"roles":null}}')
    answer = story.browser.get(started.url)
    code = story.shop.response(answer.location, started)["code"]
    assert claims_of(story, story.shop.redeem(code, started).get_json()) == ({}, {})

    give(deployment, "shop", seen="all", groups={staff.id: GroupThere(roles=("admin", "ops"))})
    tokens = story.next_code().tokens()
    told = {"groups": [HOSTILE, "staff"], "roles": ["admin", "ops"]}
    assert claims_of(story, tokens) == (told, told)

    # One of the chosen, by its id; a role of a group that it does not see all the same.
    seen = {hostile.id: GroupThere(seen=True, roles=("guest",)), staff.id: GroupThere()}
    give(deployment, "shop", seen="chosen", form="id", groups=seen)
    with deployment.statements() as spent:
        refreshed = story.shop.refresh(tokens["refresh_token"]).get_json()
    told = {"groups": [hostile.id], "roles": ["guest"]}
    assert claims_of(story, refreshed) == (told, told)
    assert len([one for one in spent if one != "COMMIT"]) <= 4, spent

    # The release table decides where it goes, as of any claim.
    with deployment.app.app_context():
        before = sources.get(db.session(), "shop", "wechat")
        policy = Policy({"groups": Release(False, True, "teams"), "roles": Release(False, False)})
        enablements.save(
            acting_as("admin:test"),
            sources.Enablement("shop", "wechat", enabled=True, policy=policy),
            before.version,
        )
        db.session.commit()
    take_out(deployment, hostile, subject)
    refreshed = story.shop.refresh(refreshed["refresh_token"]).get_json()
    assert claims_of(story, refreshed) == ({}, {"teams": []})


def test_whoever_is_kept_out_asks_is_let_in_and_put_out_again(deployment: Deployment) -> None:
    story = signed_in(deployment, client_id="shop", contacts=("it@shop.example",))
    tokens, subject, browser = story.tokens(), sub_of(deployment), story.browser
    staff = made(deployment, "staff")
    give(deployment, "shop", mode="groups", groups={staff.id: GroupThere(enters=True)})

    # Who held tokens feels it at the next refresh, and userinfo at once.
    assert story.shop.userinfo(tokens["access_token"]).status_code == 401
    refused = story.shop.refresh(tokens["refresh_token"])
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")

    # No page without a page to show; the application is told once and for all.
    silent = story.shop.start(prompt="none")
    told = story.shop.response(browser.get(silent.url).location, silent)
    assert told["error"] == "access_denied"
    assert kinds(deployment, "shop")[:2] == ["access.refused", "access.ended"]

    started = story.shop.start()
    place = browser.get(started.url).location
    reason = browser.get(place)
    assert "open to certain groups only" in reason.text
    assert 'href="mailto:it@shop.example"' in reason.text
    assert "Ask for access" not in reason.text
    left = browser.submit(reason, place, decision="leave")
    assert story.shop.response(left.location, started)["error"] == "access_denied"

    # Requests: asked once, whatever is sent; the sentence is text.
    give(deployment, "shop", mode="requests", contact=HOSTILE, groups={staff.id: GroupThere(True)})
    started = story.shop.start()
    place = browser.get(started.url).location
    asking = browser.get(place)
    assert HOSTILE not in asking.text
    assert "&lt;img" in asking.text
    # A form of somebody else's session asks for nobody.
    browser.submit(asking, place, decision="ask", sentence="not mine", session="another")
    browser.submit(browser.get(place), place, decision="ask", sentence=HOSTILE)
    waiting = browser.get(place)
    assert "You asked for access on" in waiting.text
    assert HOSTILE not in waiting.text
    with deployment.app.app_context():
        [asked] = people.page(db.session(), state="asked")
        assert (asked.client_id, asked.account_id, asked.sentence) == ("shop", subject, HOSTILE)
        assert people.waiting(db.session()) == 1
        application_access.decide(acting_as("admin:test"), "shop", subject, "refused")
        db.session.commit()
    assert "has decided not to let you in" in browser.get(place).text
    with deployment.app.app_context():
        assert application_access.decide(acting_as("admin:test"), "shop", subject, "allowed")
        db.session.commit()

    # Coming again to the very page goes on: the code is there.
    onward = browser.get(browser.get(place).location)
    assert "code" in story.shop.response(onward.location, started)
    log = kinds(deployment, "shop")
    for kind in ("access.asked", "access.refused", "access.allowed", "client.access_changed"):
        assert kind in log

    # Put out again while a code is under way: it is worth nothing.
    code = story.next_code()
    give(deployment, "shop", mode="people")
    with deployment.app.app_context():
        assert application_access.withdraw(acting_as("admin:test"), "shop", subject)
        db.session.commit()
    late = story.shop.redeem(code.code, code.started)
    assert (late.status_code, late.get_json()["error"]) == (400, "invalid_grant")


def test_every_other_way_in_is_kept_shut_too(deployment: Deployment) -> None:
    story = signed_in(deployment)
    browser, subject = story.browser, sub_of(deployment)
    tv, app = television(deployment), native(deployment)
    trader = native(deployment, "trader", grant_types=(TOKEN_EXCHANGE,), response_types=())
    for client_id in ("tv", "app", "trader"):
        give(deployment, client_id, mode="people")

    shown = begin_device(tv).get_json()
    place = browser.get(type_code(browser, shown["user_code"]).location).location
    assert "only people whom an administrator has let in" in browser.get(place).text
    browser.submit(browser.get(place), place, decision="leave")
    assert poll(tv, shown["device_code"]).get_json()["error"] == "access_denied"

    step = begin(app).get_json()
    assert confirm(deployment, step["launch"]).status_code == 200
    told = go_on(app, step["auth_session"])
    assert told.get_json()["error"] == "access_denied", told.text

    def trade() -> Any:
        return trader.token(
            {
                "grant_type": TOKEN_EXCHANGE,
                "subject_token": deployment.wechat.js_code("li-lei"),
                "subject_token_type": WECHAT_CODE,
                "scope": "openid",
            }
        )

    assert trade().get_json()["error"] == "access_denied"
    assert {"access.refused"} <= {*kinds(deployment, "trader")} & {*kinds(deployment, "app")}
    with deployment.app.app_context():
        application_access.decide(acting_as("admin:test"), "trader", subject, "allowed")
        db.session.commit()
    assert trade().status_code == 200


def test_no_unproven_address_lets_in_and_what_is_deleted_ends_clearly(
    deployment: Deployment,
) -> None:
    story = signed_in(deployment)
    browser, subject = story.browser, sub_of(deployment)
    domain = made(deployment, "domain", Rule("email_domain", "@Example.COM"))
    phone = made(deployment, "phone", Rule("phone", "13800138000"))
    both = {domain.id: GroupThere(enters=True), phone.id: GroupThere(enters=True)}
    give(deployment, "shop", mode="groups", groups=both)

    def is_let_in(**account: Any) -> bool:
        with deployment.app.app_context():
            db.session.execute(update(ACCOUNT).values(**account))
            db.session.commit()
        started = story.shop.start(prompt="none")
        return "code" in story.shop.response(browser.get(started.url).location, started)

    nothing = {"email": None, "email_verified": False, "phone": None, "phone_verified_at": None}
    assert not is_let_in(**nothing)
    assert not is_let_in(email="li@example.com")
    assert not is_let_in(**nothing, **{})
    assert not is_let_in(phone="+8613800138000")
    for near in ("li@evil.example.com", "li@notexample.com", "li@example.com.evil"):
        assert not is_let_in(email=near, email_verified=True), near
    assert is_let_in(email="Li@EXAMPLE.com", email_verified=True)
    assert is_let_in(**{**nothing, "phone": "+8613800138000", "phone_verified_at": 1})

    # A group that is deleted while somebody is on their way in: the page says so.
    started = story.shop.start(prompt="login")
    with deployment.app.app_context():
        for group in (domain, phone):
            found = catalog.get(db.session(), group.id)
            assert found is not None
            service.delete(acting_as("admin:test"), found, found.version)
        db.session.commit()
    place = browser.sign_in(started.url, "li-lei").location
    kept_out = browser.get(place)
    assert "open to certain groups only" in kept_out.text
    [other] = re.findall(r'href="(/sign-in/[^"]+)"', kept_out.text)
    assert browser.get(other).status_code == 200  # somebody else may sign in, and is not sent back

    # A person erased meanwhile is nobody; nothing is left of them.
    put(deployment, made(deployment, "late"), subject)
    with deployment.app.app_context():
        people.ask(db.session(), deployment.clock, "shop", subject, "please")
        delete_account(db.session(), deployment.clock, subject, actor="admin:test")
        db.session.commit()
        for table in (GROUP_MEMBER, APPLICATION_PERSON):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
    gone = browser.get(place)
    assert gone.status_code == 303
    assert "/sign-in/" in browser.get(gone.location).location


def test_members_are_listed_by_every_rule_and_counted_once(deployment: Deployment) -> None:
    signed_in(deployment)
    subject = sub_of(deployment)
    everybody = made(
        deployment,
        "everybody",
        Rule("connection", "wechat"),
        Rule("email_domain", "example.com"),
        Rule("phone", "13800138000"),
    )
    put(deployment, everybody, subject)

    with deployment.app.app_context():
        session = db.session()
        known = {"phone": "+8613800138000", "email": "li@example.com", "email_verified": False}
        session.execute(update(ACCOUNT).values(phone_verified_at=1, **known))
        strangers = [{"id": f"s{number}", "name": f"Stranger {number}"} for number in range(3)]
        times = {"created_at": 1, "updated_at": 1, "version": 1, "email_verified": True}
        mails = ("a@example.com", "b@evil.example", None)
        for stranger, mail in zip(strangers, mails, strict=True):
            session.execute(insert(ACCOUNT), {**stranger, "email": mail, **times})
        session.commit()
        found = members.page(session, everybody.id)
        told = {one.account_id: one.origin for one in found}
        assert told == {subject: "hand", "s0": "rule"}
        assert members.count(session, everybody.id) == 2
        assert [one.account_id for one in members.page(session, everybody.id, words="Str")] == [
            "s0"
        ]
        last = (found[0].created_at, found[0].account_id)
        assert [one.account_id for one in members.page(session, everybody.id, after=last)] == ["s0"]
        assert [name for _id, name, _put in members.of_account(session, "s0")] == ["everybody"]

    # Whichever part is read whole, and whichever looked up person by person.
    by_hand = made(deployment, "by-hand")
    put(deployment, by_hand, subject)
    expected = {everybody.id: {subject, "s0"}, by_hand.id: {subject}}
    for kind, value, whom in (
        ("connection", "wechat", {subject}),
        ("phone", "+8613800138000", {subject}),
        ("email_domain", "example.com", {"s0"}),
        ("email_domain", "ample.com", set()),
    ):
        expected[made(deployment, f"{kind}-{value}", Rule(kind, value)).id] = whom
    with deployment.app.app_context():
        for group_id, whom in expected.items():
            for few_are in (0, members.FEW):
                within = members.is_within(db.session(), group_id, few_are)
                assert set(db.session.scalars(select(ACCOUNT.c.id).where(within))) == whom


def test_somebody_new_from_an_app_reads_why_they_are_kept_out(deployment: Deployment) -> None:
    asked_shop(deployment)
    app, browser = native(deployment), deployment.browser()
    by_phone = made(deployment, "phone", Rule("phone", "+8613800138000"))
    entered = {by_phone.id: GroupThere(enters=True)}
    with deployment.app.app_context():
        words = {"en": {"contact": "https://help.example/in"}}
        branding.change(acting_as("admin:test"), OUR_OWN, Wanted(texts=words), 0)
        db.session.commit()

    give(deployment, "app", mode="requests", groups=entered)
    question = open_in_browser(browser, app, to_the_browser(deployment, app))
    place = answer_new(browser, question).location
    reason = browser.get(place)
    browser.submit(reason, place, decision="ask")
    left = browser.submit(reason, place, decision="leave")

    assert "you are new here" in reason.text
    assert 'href="https://help.example/in"' in reason.text
    assert 'value="ask"' not in reason.text
    assert returned(left.location)["error"] == "access_denied"
    with deployment.app.app_context():
        assert people.waiting(db.session()) == 0
        assert db.session.scalar(select(func.count()).select_from(ACCOUNT)) == 0

    # A group that somebody new falls into lets them in.
    known = made(deployment, "by-wechat", Rule("connection", "wechat"))
    give(deployment, "app", mode="groups", groups={known.id: GroupThere(enters=True)})
    question = open_in_browser(browser, app, to_the_browser(deployment, app))
    onward = answer_new(browser, question)
    tokens = redeem(app, returned(onward.location)["code"], redirect_uri=RETURN)
    assert tokens.status_code == 200, tokens.text
