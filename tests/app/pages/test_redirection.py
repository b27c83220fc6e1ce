"""Connections that send the browser to WeChat's own page and get it back with a code."""

from threading import Timer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select

from app.database import db
from app.tables.people import ACCOUNT, BROWSER_SESSION
from tests.app.site import Browser, Site
from tests.sandbox_server import OPEN_PLATFORM, WEBSITE
from tests.wechat_apps import wechat_app


def leave(site: Site, language: str = "en") -> tuple[Browser, str, str]:
    """A browser that pressed the website's button: itself, its request, WeChat's page."""
    site.federation.credentials.of("wechat").create(
        db.session(),
        wechat_app(WEBSITE.appid, "website", WEBSITE.secret, open_platform=OPEN_PLATFORM),
    )
    client = site.client()
    site.connection(client, "site", mode="wechat-website", app_id=WEBSITE.appid)
    interaction = site.park(client)
    path = f"/sign-in/{interaction}"
    browser = site.browser(language=language)
    answer = browser.send(browser.get(path), path)
    assert answer.status_code == 303
    return browser, interaction, answer.headers["Location"]


def path_of(address: str | None) -> str:
    """The path and query of an address at our own server."""
    assert address is not None
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == "http://127.0.0.1:8000"
    return f"{parts.path}?{parts.query}"


def count(table: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def test_person_who_agrees_at_wechat_is_signed_in(site: Site) -> None:
    browser, interaction, page = leave(site)
    back = path_of(site.wechat.authorize(page, "li-lei"))

    answer = browser.get(back)

    assert answer.headers["Location"] == f"/authorize/{interaction}"
    assert browser.cookie("qiao_session")
    assert db.session.execute(select(BROWSER_SESSION)).one().connection_id == "site"


def test_wechat_s_page_is_asked_for_in_the_person_s_language(site: Site) -> None:
    _, _, page = leave(site, language="zh-CN")

    assert parse_qs(urlsplit(page).query)["lang"] == ["cn"]


def test_code_that_another_browser_left_for_signs_nobody_in(site: Site) -> None:
    _, _, page = leave(site)
    back = path_of(site.wechat.authorize(page, "li-lei"))
    stranger = site.browser()

    answer = stranger.get(back)

    assert answer.status_code == 400
    assert "no longer valid" in answer.text
    assert count(ACCOUNT) == 0
    assert site.wechat.calls("/sns/oauth2/access_token") == []


def test_changed_state_is_refused_before_the_code_is_spent(site: Site) -> None:
    browser, _, page = leave(site)
    back = path_of(site.wechat.authorize(page, "li-lei"))

    answer = browser.get(back.replace("state=", "state=0"))

    assert answer.status_code == 400
    assert site.wechat.calls("/sns/oauth2/access_token") == []


def test_coming_back_without_a_code_shows_the_ways_to_sign_in_again(site: Site) -> None:
    browser, interaction, _ = leave(site)

    answer = browser.get(f"/sign-in/{interaction}/from/site")

    page = browser.get(answer.headers["Location"])
    assert answer.headers["Location"] == f"/sign-in/{interaction}?ways=all"
    assert "Back to Shop" in page.text


def test_wechat_that_calls_back_twice_lets_the_person_go_on(site: Site) -> None:
    browser, interaction, page = leave(site)
    back = path_of(site.wechat.authorize(page, "li-lei"))
    browser.get(back)

    again = browser.get(back)

    assert (again.status_code, again.headers["Location"]) == (303, f"/authorize/{interaction}")
    assert count(BROWSER_SESSION) == 1


def test_second_call_that_came_before_the_first_was_answered_goes_on_too(site: Site) -> None:
    browser, interaction, page = leave(site)
    back = path_of(site.wechat.authorize(page, "li-lei"))
    path = back.partition("?")[0]
    left_with = browser.cookie("qiao_away", path)
    assert left_with
    browser.get(back)
    db.session.rollback()
    site.provider.interactions._set(db.session(), interaction, login_session=None)
    db.session.commit()
    first = Timer(0.5, signed_in_by_the_first, [site, interaction])
    browser.give_cookie("qiao_away", left_with, path)
    first.start()

    again = browser.get(back)
    first.join()

    assert (again.status_code, again.headers["Location"]) == (303, f"/authorize/{interaction}")


def signed_in_by_the_first(site: Site, interaction: str) -> None:
    with site.app.app_context():
        site.provider.interactions.note_login(db.session(), interaction, "a session")
        db.session.commit()


def test_code_that_was_spent_in_vain_leads_to_the_source_once_more(site: Site) -> None:
    """As where the database went away after WeChat had answered: the person reloads the page."""
    browser, interaction, page = leave(site)
    path = f"/sign-in/{interaction}"

    def come_back(page: str, errcode: int | None) -> Any:
        back = path_of(site.wechat.authorize(page, "li-lei"))
        if errcode is not None:
            site.wechat.answers(errcode)
        return browser.get(back)

    away = come_back(page, 40163)
    refused = come_back(away.headers["Location"], 40163)
    left = browser.send(browser.get(f"{path}?ways=all"), path).headers["Location"]
    away_again = come_back(left, 40163)
    signed_in = come_back(away_again.headers["Location"], None)

    assert urlsplit(away.headers["Location"]).netloc == urlsplit(page).netloc
    assert (refused.status_code, "no longer valid" in refused.text) == (400, True)
    assert signed_in.headers["Location"] == f"/authorize/{interaction}"


def test_state_that_was_never_used_here_is_still_refused(site: Site) -> None:
    browser, _, page = leave(site)
    back = path_of(site.wechat.authorize(page, "li-lei"))

    answer = browser.get(back.replace("state=", "state=0"))

    assert answer.status_code == 400
    assert count(BROWSER_SESSION) == 0
