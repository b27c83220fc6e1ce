"""The scan page: from a code on the screen to a session in the browser that showed it."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from app.database import db
from app.tables.people import ACCOUNT, AUDIT_EVENT, BROWSER_SESSION
from tests.app.site import PHONE, Browser, Site


@dataclass
class Begun:
    """A code on a screen."""

    site: Site
    browser: Browser
    interaction: str
    scan: str

    @property
    def page(self) -> Any:
        return self.browser.get(self.scan)

    @property
    def state(self) -> str:
        answer = self.browser.get(f"{self.scan}/status").json
        assert answer is not None
        return str(answer["state"])

    def scene(self) -> str:
        """What a phone reads from the code."""
        self.browser.get(f"{self.scan}/code")
        return str(self.site.wechat.mini_program_codes()[0]["scene"])

    def number(self) -> int:
        return int(self.page.text.split("Your number: </span>")[1][:2])

    def confirm(self, person: str = "li-lei") -> None:
        """The person scans the code, sees who asks, picks the number and agrees."""
        api = f"/federation/v1/tickets/{self.scene()}"
        phone = self.site.phone()
        assert phone.get(api).status_code == 200
        body = {"js_code": self.site.wechat.js_code(person), "number": self.number()}
        assert phone.post(f"{api}/confirm", json=body).status_code == 200

    def finish(self) -> Any:
        return self.browser.send(self.page, f"{self.scan}/finish")


def begin(site: Site, agent: str | None = None, **connection: Any) -> Begun:
    client = site.client()
    site.connection(client, **connection)
    interaction = site.park(client)
    browser = site.browser(agent) if agent else site.browser()
    path = f"/sign-in/{interaction}"
    answer = browser.send(browser.get(path), path)
    assert answer.status_code == 303
    return Begun(site, browser, interaction, answer.headers["Location"])


def accounts() -> int:
    return int(db.session.scalar(select(func.count()).select_from(ACCOUNT)) or 0)


def test_confirmed_scan_signs_the_browser_in_and_goes_back_to_the_request(site: Site) -> None:
    begun = begin(site)
    begun.confirm()

    answer = begun.finish()

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/authorize/{begun.interaction}"
    assert begun.browser.cookie("qiao_session")
    assert accounts() == 1
    parked = site.provider.interactions.get(db.session(), begun.interaction)
    session = db.session.execute(select(BROWSER_SESSION)).one()
    assert parked is not None
    assert parked.login_session == session.sid
    assert (session.connection_id, session.amr) == ("wechat", "wechat")


def test_state_follows_the_phone(site: Site) -> None:
    begun = begin(site)
    states = [begun.state]

    site.phone().get(f"/federation/v1/tickets/{begun.scene()}")
    states.append(begun.state)
    begun.confirm()
    states.append(begun.state)
    begun.finish()
    states.append(begun.state)

    assert states == ["pending", "scanned", "confirmed", "used"]


def test_scene_reaches_the_browser_in_the_picture_alone(site: Site) -> None:
    begun = begin(site)
    scene = begun.scene()

    page = begun.page
    status = begun.browser.get(f"{begun.scan}/status")

    assert scene not in page.text + status.text + begun.scan
    assert scene not in str(page.headers) + str(status.headers)
    assert scene not in (begun.browser.cookie("qiao_ticket", begun.scan) or "")


def test_wechat_draws_a_code_once_however_often_it_is_looked_at(site: Site) -> None:
    begun = begin(site)

    pictures = [begun.browser.get(f"{begun.scan}/code") for _ in range(3)]

    assert {picture.status_code for picture in pictures} == {200}
    assert pictures[0].mimetype == "image/jpeg"
    assert len(site.wechat.calls("/wxa/getwxacodeunlimit")) == 1


def test_another_browser_can_neither_see_nor_finish_the_ticket(site: Site) -> None:
    begun = begin(site)
    begun.confirm()
    page = begun.page
    stranger = site.browser()

    seen = stranger.get(begun.scan)
    own_page = stranger.get(f"/sign-in/{begun.interaction}?ways=all")
    token = own_page.text.split('name="csrf_token" value="')[1].split('"')[0]
    finished = stranger.post(f"{begun.scan}/finish", {"csrf_token": token})

    assert (page.status_code, seen.status_code, finished.status_code) == (200, 403, 403)
    assert "belongs to another browser" in seen.text
    assert accounts() == 0


def test_page_that_is_opened_again_after_the_end_goes_on_without_its_cookie(site: Site) -> None:
    begun = begin(site)
    begun.confirm()
    begun.finish()
    begun.browser.give_cookie("qiao_ticket", "", path=begun.scan)

    again = begun.browser.get(begun.scan)

    assert (again.status_code, again.location) == (303, f"/authorize/{begun.interaction}")


def test_ticket_of_another_request_of_the_same_browser_is_refused(site: Site) -> None:
    begun = begin(site)
    begun.confirm()
    other = site.park(site.client("Other"))

    answer = begun.browser.get(begun.scan.replace(begun.interaction, other))

    assert answer.status_code == 403
    assert "This code belongs to another browser" in answer.text


def test_finishing_before_the_phone_agreed_shows_the_code_again(site: Site) -> None:
    begun = begin(site)

    answer = begun.finish()

    assert answer.status_code == 303
    assert answer.headers["Location"] == begun.scan
    assert begun.browser.cookie("qiao_session") is None


def test_finishing_twice_goes_on_and_makes_one_session(site: Site) -> None:
    begun = begin(site)
    begun.confirm()
    page = begun.page
    begun.browser.send(page, f"{begun.scan}/finish")

    again = begun.browser.send(page, f"{begun.scan}/finish")

    assert again.status_code == 303
    assert db.session.scalar(select(func.count()).select_from(BROWSER_SESSION)) == 1


def test_expired_code_is_renewed_by_one_form(site: Site) -> None:
    begun = begin(site)
    site.clock.advance(181)

    page = begun.page
    renewed = begun.browser.send(page, f"/sign-in/{begun.interaction}")

    assert "This code has expired. Nothing was lost" in page.text
    assert renewed.status_code == 303
    assert renewed.headers["Location"] != begun.scan


def test_page_says_that_nobody_asks_for_its_code_to_be_scanned(site: Site) -> None:
    begun = begin(site)

    page = begun.page

    assert "Only go on if you opened this page yourself." in page.text
    assert "Nobody from Shop will ever ask you to scan a code for them." in page.text


def test_declined_code_says_so(site: Site) -> None:
    begun = begin(site)
    site.phone().post(f"/federation/v1/tickets/{begun.scene()}/deny")

    page = begun.page

    assert "Declined on the phone. Nothing was signed in" in page.text


def test_login_only_connection_refuses_a_stranger_and_creates_nothing(site: Site) -> None:
    begun = begin(site, login_only=True)
    begun.confirm()

    answer = begun.finish()

    assert answer.status_code == 403
    assert "No account here belongs to this WeChat" in answer.text
    assert accounts() == 0
    assert begun.browser.cookie("qiao_session") is None


def test_busy_wechat_is_told_and_the_same_page_works_afterwards(site: Site) -> None:
    begun = begin(site)
    site.wechat.answers(-1, "/wxa/getwxacodeunlimit", times=5)

    away = begun.page
    site.wechat.behaves()
    back = begun.page

    assert away.status_code == 503
    assert "WeChat is not answering at the moment" in away.text
    assert "Nothing was lost" in away.text
    assert f'href="{begun.scan}"' in away.text
    assert back.status_code == 200


def test_wrong_secret_is_told_to_the_admin_and_not_to_the_person(site: Site) -> None:
    begun = begin(site)
    site.wechat.answers(40125, "*", times=5)

    page = begun.page

    assert page.status_code == 503
    assert "This way of signing in is not available" in page.text
    assert "40125" not in page.text
    kinds = db.session.scalars(select(AUDIT_EVENT.c.kind)).all()
    assert "connection.misconfigured" in kinds


def test_phone_s_button_leads_to_the_link_that_wechat_gave(site: Site) -> None:
    begun = begin(site, PHONE)

    answer = begun.browser.get(f"{begun.scan}/open")

    assert answer.status_code == 303
    assert site.wechat.links()[0]["ticket"] in answer.headers["Location"]


@pytest.mark.parametrize("errcode", [40002, 44993, 85088, 85406, 85407])
def test_scheme_opens_wechat_where_no_link_is_made_for_the_mini_program(
    site: Site, errcode: int
) -> None:
    begun = begin(site, PHONE)
    site.wechat.answers(errcode, "/wxa/generate_urllink")

    answer = begun.browser.get(f"{begun.scan}/open")

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("weixin://dl/business/")
    kinds = db.session.scalars(select(AUDIT_EVENT.c.kind)).all()
    assert "connection.misconfigured" not in kinds


def test_scheme_opens_wechat_where_the_link_did_not(site: Site) -> None:
    begun = begin(site, PHONE)
    other = re.search(r'href="([^"]+by=scheme)"', begun.page.text)
    assert other

    answer = begun.browser.get(other[1])

    assert answer.headers["Location"].startswith("weixin://dl/business/")
    assert not site.wechat.calls("/wxa/generate_urllink")


def test_link_and_scheme_that_are_both_refused_are_told_to_the_admin(site: Site) -> None:
    begun = begin(site, PHONE)
    site.wechat.answers(85407, "/wxa/generate_urllink")
    site.wechat.answers(85407, "/wxa/generatescheme")

    answer = begun.browser.get(f"{begun.scan}/open")

    assert answer.status_code == 503
    assert "This way of signing in is not available" in answer.text
    kinds = db.session.scalars(select(AUDIT_EVENT.c.kind)).all()
    assert "connection.misconfigured" in kinds


@pytest.mark.parametrize("state", ["pending", "denied"])
def test_page_without_javascript_looks_again_only_while_there_is_something_to_wait_for(
    site: Site, state: str
) -> None:
    begun = begin(site)
    if state == "denied":
        site.phone().post(f"/federation/v1/tickets/{begun.scene()}/deny")

    page = begun.page

    assert ('http-equiv="refresh"' in page.text) == (state == "pending")


def test_status_is_one_read_and_never_kept(site: Site) -> None:
    begun = begin(site)

    answer = begun.browser.get(f"{begun.scan}/status")
    unknown = begun.browser.get(f"/sign-in/{begun.interaction}/scan/none/status")

    assert answer.json == {"state": "pending", "expires_in": 180, "reason": None}
    assert answer.headers["Cache-Control"] == "no-store"
    assert unknown.json == {"state": "expired", "expires_in": 0}
