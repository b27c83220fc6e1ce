"""The console as an admin meets it: from an empty database to a working sign-in, by pages alone."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app.administrators.admins import AdminFields
from app.demo.deployment import Deployment
from app.demo.seed import MINI_PROGRAM
from tests.browser.conftest import NewPage
from tests.browser.empty_console import PASSWORD, AtANumber, empty_console
from tests.browser.people import Phone

Show = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Qiao on an empty database, with one administrator, and a WeChat to talk to."""
    administrator = AdminFields("han", "Han Meimei", "owner", PASSWORD)
    with empty_console(tmp_path_factory.mktemp("console"), administrator, AtANumber) as deployment:
        yield deployment


def sign_in(page: Page, deployment: Deployment) -> None:
    page.goto(f"{deployment.issuer}/admin/")
    page.get_by_label("User name").fill("han")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Home", exact=True)).to_be_visible()


def add_wechat_app(page: Page) -> None:
    page.get_by_role("link", name="Add a WeChat app").first.click()
    page.locator("#app_id").fill(MINI_PROGRAM.id)
    page.locator("#secret").fill(MINI_PROGRAM.values["secret"])
    page.locator("#original_id").fill(MINI_PROGRAM.values["original_id"])
    page.locator("#open_platform").fill("demo")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Check secret").click()
    expect(page.get_by_text("WeChat takes the credential")).to_be_visible()


def add_connection(page: Page) -> None:
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_role("link", name="Add a connection").first.click()
    page.get_by_role("link", name="Choose WeChat · Mini program").click()
    page.locator("#id").fill("Not an ID")
    expect(page.get_by_text("Use 1 to 31 lower-case letters")).to_be_visible()
    page.locator("#id").fill("corp-wechat")
    expect(page.get_by_text("This ID is free")).to_be_visible()
    page.locator("#name_en").fill("Corp WeChat")
    expect(page.locator("[data-previewed=en]")).to_have_text("Corp WeChat")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#steps")).to_be_visible()


def register_application(page: Page) -> None:
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_role("link", name="Register an application").first.click()
    page.locator("#client_name").fill("Bookshop")
    page.locator("#redirect_uris").fill("https://shop.example/callback")
    page.locator("#first_party").check()
    page.get_by_role("button", name="Register").click()
    secret = page.locator("#secret").input_value()
    assert secret.startswith("qcs_")
    page.get_by_role("link", name="I have kept it").click()


def test_pages_alone_lead_from_nothing_to_a_sign_in(
    empty: Deployment, new_page: NewPage, show: Show
) -> None:
    page, phone = new_page("desktop"), Phone(new_page("phone"), empty)
    sign_in(page, empty)
    add_wechat_app(page)
    add_connection(page)
    register_application(page)

    page.get_by_role("button", name="Add it to the redirect URIs").click()
    page.get_by_role("button", name="Try signing in").click()
    phone.picked_up_by("han-meimei")
    phone.scan()
    shown = re.search(r"\d\d", page.locator(".number strong").inner_text())
    assert shown
    phone.confirm(int(shown[0]))

    expect(page.get_by_role("heading", name="It works")).to_be_visible()
    expect(page.get_by_text("a new account was created").first).to_be_visible()
    expect(page.locator("pre", has_text="wechat_openid").first).to_be_visible()
    show(page, "tried")


def test_console_works_without_javascript_by_keyboard(empty: Deployment, new_page: NewPage) -> None:
    page = new_page("phone", java_script_enabled=False)
    page.goto(f"{empty.issuer}/admin/")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("han")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Home", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


def test_page_at_a_number_offers_no_passkey_and_says_why(
    empty: Deployment, new_page: NewPage
) -> None:
    page = new_page()
    sign_in(page, empty)
    page.goto(f"{empty.issuer}/admin/you")

    expect(page.get_by_text("A passkey needs a host name")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()


def test_empty_lists_fit_a_phone_and_say_what_comes_next(
    empty: Deployment, new_page: NewPage
) -> None:
    page = new_page("phone")
    sign_in(page, empty)

    for path in ("", "accounts", "conflicts", "log", "keys"):
        page.goto(f"{empty.issuer}/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
