"""The demo's application around the sign-in: coming back, saying no, leaving."""

import re
import subprocess
import sys

from playwright.sync_api import expect

from app.demo.deployment import Deployment
from tests.browser.conftest import NewPage
from tests.browser.people import Desktop, Phone


def signed_in(desktop: Desktop, phone: Phone, person: str = "john-smith") -> None:
    desktop.ask_to_sign_in()
    phone.picked_up_by(person)
    phone.scan()
    phone.confirm(desktop.number())
    desktop.allow()
    desktop.is_signed_in()


def test_second_sign_in_asks_nothing_again(desktop: Desktop, phone: Phone) -> None:
    signed_in(desktop, phone)
    subject = desktop.claim("sub")
    nonce = desktop.claim("nonce")

    desktop.page.goto(f"{desktop.demo.application}/login")

    desktop.is_signed_in()
    assert desktop.claim("sub") == subject
    assert desktop.claim("nonce") != nonce


def test_refused_consent_is_told_and_can_be_tried_again(desktop: Desktop, phone: Phone) -> None:
    desktop.ask_to_sign_in()
    phone.picked_up_by("zhang-wei")
    phone.scan()
    phone.confirm(desktop.number())

    desktop.page.locator("button[name=decision][value=deny]").click()

    expect(desktop.page.locator("[data-claim=error]")).to_have_text("access_denied")
    expect(desktop.page.locator("#sign-in")).to_be_visible()


def test_signing_out_forgets_the_person(desktop: Desktop, phone: Phone) -> None:
    signed_in(desktop, phone)

    desktop.page.locator("#sign-out").click()
    desktop.open_application()

    expect(desktop.page.locator("#sign-in")).to_be_visible()
    expect(desktop.page.locator("#claims")).to_have_count(0)


def test_application_in_chinese_leads_to_chinese_pages(new_page: NewPage, demo: Deployment) -> None:
    desktop = Desktop(new_page(locale="zh-CN"), demo)

    desktop.ask_to_sign_in()

    assert re.search(r"[\u4e00-\u9fff]", desktop.page.locator("h1").inner_text())


def test_person_confirms_what_a_native_app_asks(phone: Phone, demo: Deployment) -> None:
    addresses = ["--issuer", demo.issuer, "--sandbox", demo.sandbox]
    phone.picked_up_by("han-meimei")
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "app.demo", "native", *addresses],
        stdout=subprocess.PIPE,
        text=True,
    ) as app:
        assert app.stdout is not None
        shown = next(
            found for line in app.stdout if (found := re.search(r"http\S+launch=\S+", line))
        )

        phone.page.goto(shown[0])
        phone.confirm()

        assert '"wechat_openid"' in app.stdout.read()
        assert app.wait(timeout=20) == 0


def test_no_page_of_the_application_is_wider_than_a_phone(
    new_page: NewPage, demo: Deployment, phone: Phone
) -> None:
    small = Desktop(new_page(), demo)
    signed_in(small, phone, "li-lei")

    small.page.set_viewport_size({"width": 320, "height": 640})

    width = "document.documentElement.scrollWidth"
    assert small.page.evaluate(width) <= 320
