"""A person changes their own password, by the one that they know."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit.trail import Filter, page
from app.database import db
from app.tables.people import BROWSER_SESSION
from tests.app.site import Browser, Site, build_site, close, fill
from tests.conftest import TestClock
from tests.sandbox_server import LiveSandbox

OLD, NEW = "correct horse battery", "staple and a long gallop"
CHANGE = "/account/password"


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    """A deployment where local accounts may sign in, and one of them."""
    site = build_site(wechat, clock, local_login=True)
    with site.app.app_context():
        fill(site)
        site.passwords.create(db.session(), site.clock, "lin", OLD)
        db.session.commit()
        yield site
        close(site)


def signed_in(site: Site, password: str = OLD) -> tuple[Browser, TestResponse]:
    browser = site.browser()
    location = browser.get("/account").headers["Location"]
    fields = {"username": "lin", "password": password}
    return browser, browser.send(browser.get(location), f"{location}/password", fields)


def change(browser: Browser, old: str, new: str) -> str:
    sent = browser.send(
        browser.get("/account"), CHANGE, {"password": old, "new_password": new, "username": "lin"}
    )
    assert sent.headers["Location"] == "/account"
    return browser.get("/account").text


def test_new_password_counts_and_others_are_out(site: Site) -> None:
    browser, _ = signed_in(site)
    other, _ = signed_in(site)

    told = change(browser, OLD, NEW)

    assert "Your password is changed" in told
    assert "Your password was changed." in told  # among what happened
    assert other.get("/account").status_code == 303
    assert signed_in(site, OLD)[1].status_code == 401
    assert signed_in(site, NEW)[1].status_code == 303


def test_present_password_is_needed(site: Site) -> None:
    browser, _ = signed_in(site)

    told = change(browser, "not the present one", NEW)

    assert "That is not your present password" in told
    assert "Somebody tried a wrong password." in told
    assert signed_in(site, OLD)[1].status_code == 303
    [refused] = page(db.session(), Filter(kind="sign_in.refused"))
    assert refused.subject == db.session.scalar(select(BROWSER_SESSION.c.account_id))


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "10 characters or more"),
        ("password123", "among the first that are tried"),
        ("wechat.qiao", "little more than a name"),
    ],
)
def test_weak_new_password_changes_nothing(site: Site, new: str, sentence: str) -> None:
    browser, _ = signed_in(site)

    told = change(browser, OLD, new)

    assert sentence in told
    assert signed_in(site, OLD)[1].status_code == 303


def test_password_is_taken_exactly_as_it_was_sent(site: Site) -> None:
    long = "y" * 1024
    browser, _ = signed_in(site)

    change(browser, OLD, long)

    assert signed_in(site, long + "more")[1].status_code == 401
    assert signed_in(site, long)[1].status_code == 303


def test_person_without_a_password_has_no_form(wechat: LiveSandbox, clock: TestClock) -> None:
    site = build_site(wechat, clock)
    with site.app.app_context():
        fill(site)
        refused = site.phone().post(CHANGE)
        close(site)

    assert refused.status_code in (303, 400)
