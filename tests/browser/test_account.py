"""The person's own page in a browser: another WeChat, other browsers, applications, an end."""

import json
from pathlib import Path

import requests
from playwright.sync_api import Page, expect

from app.demo.deployment import Deployment
from tests.browser.conftest import NewPage
from tests.browser.people import Desktop, Phone
from tests.browser.test_application import signed_in
from tests.browser.tour import number_on, press


def somebody_new(demo: Deployment, name: str) -> str:
    """A person whose WeChat has no UnionID, so that nothing joins them to anybody."""
    person = {"id": name, "nickname": name.title(), "unionid": "unbound"}
    requests.post(f"{demo.sandbox}/sandbox/v1/people", json=person, timeout=10)
    return name


def at_account(page: Page, phone: Phone, person: str) -> None:
    """Signs in to the account page itself, by scanning."""
    page.goto(f"{phone.demo.issuer}/account")
    page.get_by_role("button", name="Continue with WeChat", exact=True).click()
    scanned_by(page, phone, person)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def scanned_by(page: Page, phone: Phone, person: str) -> None:
    expect(page.locator("[data-scan] img").first).to_be_visible()
    phone.picked_up_by(person)
    phone.scan()
    phone.confirm(number_on(page))


def test_person_keeps_their_own_account_in_order(
    desktop: Desktop, phone: Phone, new_page: NewPage, tmp_path: Path
) -> None:
    person = somebody_new(desktop.demo, "li-na")
    second = somebody_new(desktop.demo, "li-na-at-work")
    signed_in(desktop, phone, person)
    page = new_page()
    at_account(page, phone, person)
    sources = page.get_by_role("region", name="Ways to sign in").get_by_role("listitem")

    page.get_by_role("button", name="Connect another: WeChat", exact=True).click()
    scanned_by(page, phone, second)
    expect(page.get_by_role("status").first).to_contain_text("now signs you in")
    expect(sources).to_have_count(2)

    elsewhere = page.get_by_role("button", name="Sign out Chrome")
    expect(elsewhere).to_have_count(1)
    elsewhere.click()
    expect(elsewhere).to_have_count(0)
    desktop.page.goto(f"{desktop.demo.application}/login")
    expect(desktop.page.get_by_role("heading", name="Sign in")).to_be_visible()

    take_back = page.get_by_role("button", name="Take back access: Demo application")
    take_back.click()
    expect(take_back).to_have_count(0)

    with page.expect_download() as kept:
        page.get_by_role("button", name="Download my data").click()
    kept.value.save_as(tmp_path / "mine.json")
    assert len(json.loads((tmp_path / "mine.json").read_text())["linked_sources"]) == 2

    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("To go on, type: delete").fill("delete")
    press(page, "button:has-text('Delete for good')")
    expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    page.goto(f"{desktop.demo.issuer}/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
