"""Local passwords, and the question that a new WeChat asks of somebody who may be known."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from app.database import db
from app.tables.people import ACCOUNT, BROWSER_SESSION, EXTERNAL_KEY
from tests.app.pages.test_scan import begin
from tests.app.site import Site, build_site, close, fill
from tests.conftest import TestClock
from tests.sandbox_server import LiveSandbox

PASSWORD = "correct horse battery"


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    """A deployment where local accounts may sign in."""
    site = build_site(wechat, clock, local_login=True)
    with site.app.app_context():
        fill(site)
        yield site
        close(site)


def lin(site: Site) -> str:
    account = site.passwords.create(db.session(), site.clock, "lin", PASSWORD)
    db.session.commit()
    return account


def count(table: object) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


def test_right_password_signs_in(site: Site) -> None:
    account = lin(site)
    interaction = site.park(site.client())
    path = f"/sign-in/{interaction}"
    browser = site.browser()

    answer = browser.send(
        browser.get(path), f"{path}/password", {"username": " Lin ", "password": PASSWORD}
    )

    assert answer.headers["Location"] == f"/authorize/{interaction}"
    session = db.session.execute(select(BROWSER_SESSION)).one()
    assert (session.account_id, session.amr, session.connection_id) == (account, "pwd", None)


@pytest.mark.parametrize("username", ["lin", "nobody", ""])
def test_wrong_password_keeps_the_name_and_says_no_more_than_that(
    site: Site, username: str
) -> None:
    lin(site)
    path = f"/sign-in/{site.park(site.client())}"
    browser = site.browser()

    answer = browser.send(
        browser.get(path), f"{path}/password", {"username": username, "password": "wrong"}
    )

    assert answer.status_code == 401
    assert "The user name or the password is wrong." in answer.text
    assert f'value="{username}"' in answer.text
    assert "wrong&#34;" not in answer.text
    assert count(BROWSER_SESSION) == 0


def test_seventh_try_for_one_name_has_to_wait(site: Site) -> None:
    path = f"/sign-in/{site.park(site.client())}"
    browser = site.browser()
    page = browser.get(path)
    fields = {"username": "lin", "password": "wrong"}

    answers = [browser.send(page, f"{path}/password", fields).status_code for _ in range(7)]

    assert answers == [401] * 6 + [429]


def test_new_wechat_is_asked_and_becomes_a_new_account(site: Site) -> None:
    begun = begin(site, association="ask")
    begun.confirm()
    which = begun.finish().headers["Location"]

    page = begun.browser.get(which)
    answer = begun.browser.send(page, f"{which}/new")

    assert "Have you been here before?" in page.text
    assert answer.headers["Location"] == f"/authorize/{begun.interaction}"
    assert count(ACCOUNT) == 1


def test_new_wechat_is_connected_to_an_account_that_is_proven(site: Site) -> None:
    account = lin(site)
    begun = begin(site, association="ask")
    begun.confirm()
    which = begun.finish().headers["Location"]

    wrong = begun.browser.send(
        begun.browser.get(which), f"{which}/link", {"username": "lin", "password": "wrong"}
    )
    proven = begun.browser.send(
        begun.browser.get(which), f"{which}/link", {"username": "lin", "password": PASSWORD}
    )
    connecting = begun.browser.get(f"{which}/connect")
    answer = begun.browser.send(connecting, f"{which}/connect")

    assert wrong.status_code == 401
    assert proven.headers["Location"] == f"{which}/connect"
    assert "lin" in connecting.text
    assert answer.headers["Location"] == f"/authorize/{begun.interaction}"
    assert count(ACCOUNT) == 1
    assert set(db.session.scalars(select(EXTERNAL_KEY.c.account_id))) == {account}


def test_question_is_answered_once(site: Site) -> None:
    begun = begin(site, association="ask")
    begun.confirm()
    which = begun.finish().headers["Location"]
    page = begun.browser.get(which)
    begun.browser.send(page, f"{which}/new")

    again = begun.browser.send(page, f"{which}/new")

    assert again.headers["Location"] == f"/authorize/{begun.interaction}"
    assert (count(ACCOUNT), count(BROWSER_SESSION)) == (1, 1)


def test_question_of_a_login_only_connection_offers_no_new_account(site: Site) -> None:
    begun = begin(site, association="ask", login_only=True)
    begun.confirm()
    which = begun.finish().headers["Location"]
    page = begun.browser.get(which)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    begun.browser.post(f"{which}/new", {"csrf_token": token})

    assert "I am new here" not in page.text
    assert count(ACCOUNT) == 0
