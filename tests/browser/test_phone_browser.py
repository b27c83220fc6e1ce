"""Sign-in in the browser of a phone: over to WeChat and back, without anything to scan."""

from playwright.sync_api import expect

from app.demo.deployment import Deployment
from tests.browser.conftest import NewPage
from tests.browser.people import Desktop, Phone
from tests.browser.tour import IPHONE, number_on, press


def test_phone_goes_to_wechat_and_comes_back_signed_in(
    new_page: NewPage, demo: Deployment, phone: Phone
) -> None:
    browser = Desktop(new_page("phone", user_agent=IPHONE, has_touch=True, is_mobile=True), demo)
    phone.picked_up_by("zhang-wei")
    browser.open_application()
    browser.page.locator("#sign-in").tap()
    press(browser.page, "form button:has-text('WeChat')")
    number = number_on(browser.page)

    # On a phone this leaves the browser; here WeChat is another page of the same person.
    link = browser.page.get_by_role("link", name="Open WeChat").get_attribute("href")
    answer = browser.page.context.request.get(f"{demo.issuer}{link}", max_redirects=0)
    phone.page.goto(answer.headers["location"])
    phone.confirm(number)

    browser.allow()
    browser.is_signed_in()
    assert browser.claim("idp") == "wechat-mini"


def test_person_whose_wechat_is_on_another_phone_gets_a_code(
    new_page: NewPage, demo: Deployment
) -> None:
    page = new_page("phone", user_agent=IPHONE)
    page.goto(f"{demo.application}/login")
    press(page, "form button:has-text('WeChat')")

    page.get_by_role("button", name="WeChat is on another phone?").click()

    expect(page.locator(".code img")).to_be_visible()
