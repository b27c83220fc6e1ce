"""An administrator's second factors: passkeys of a real authenticator, codes of a real clock."""

import time

import pyotp
from playwright.sync_api import Page, expect

from app.demo.deployment import Deployment
from tests.browser import lived_in
from tests.browser.conftest import NewPage
from tests.browser.tour import give_authenticator, press


def type_password(page: Page, console: str, username: str) -> None:
    page.goto(console)
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(lived_in.PASSWORD)
    press(page, "form:has(#password) button.primary")


def is_home(page: Page) -> None:
    expect(page.get_by_role("heading", name="Home", exact=True)).to_be_visible()


def puts_recovery_codes_off(page: Page) -> None:
    """The page that follows the first second step."""
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="Later").click()
    is_home(page)


def test_passkey_is_added_signs_in_confirms_and_is_removed(
    demo: Deployment, new_page: NewPage
) -> None:
    page, console = new_page(), f"{demo.issuer}/admin/"
    give_authenticator(page)
    type_password(page, console, "keeper")
    page.goto(f"{console}you")
    page.get_by_label("Name of the passkey").fill("Laptop 笔记本")
    page.get_by_role("button", name="Add a passkey").click()
    puts_recovery_codes_off(page)
    page.goto(f"{console}you")
    remove = page.locator("summary", has_text="Remove Laptop")
    expect(remove).to_be_visible()

    press(page, "button:has-text('Sign out')")
    page.get_by_role("button", name="Use a passkey").click()
    is_home(page)

    page.goto(f"{console}confirm?page=/admin/you")
    page.get_by_role("button", name="Use a passkey").click()
    remove.click()
    page.get_by_role("button", name="Remove it Laptop").click()
    expect(remove).to_have_count(0)

    press(page, "button:has-text('Sign out')")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").first).to_have_text("This passkey is not known here.")


def test_authenticator_without_a_passkey_is_told_and_the_password_still_works(
    demo: Deployment, new_page: NewPage
) -> None:
    page, console = new_page(), f"{demo.issuer}/admin/"
    give_authenticator(page)
    page.goto(console)

    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    type_password(page, console, "keeper")

    is_home(page)


def test_code_of_an_authenticator_app_is_asked_for_until_it_is_removed(
    demo: Deployment, new_page: NewPage
) -> None:
    page, console = new_page(), f"{demo.issuer}/admin/"
    type_password(page, console, "coder")
    page.goto(f"{console}you/authenticator")
    codes = pyotp.TOTP(page.locator("p > code").inner_text())
    page.get_by_label("Code from your authenticator app").fill(codes.now())
    page.get_by_role("button", name="Go on").click()
    puts_recovery_codes_off(page)
    page.goto(f"{console}you")
    expect(page.get_by_text("A code is asked for when you sign in.", exact=True)).to_be_visible()

    press(page, "button:has-text('Sign out')")
    type_password(page, console, "coder")
    page.get_by_label("Code from your authenticator app").fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    # The first code counted already; the next one does before its time, for clocks that differ.
    page.get_by_label("Code from your authenticator app").fill(codes.at(int(time.time()) + 30))
    page.get_by_role("button", name="Go on").click()
    is_home(page)

    page.goto(f"{console}you")
    page.locator("summary", has_text="Remove Authenticator app").click()
    page.get_by_role("button", name="Remove it Authenticator app").click()
    press(page, "button:has-text('Sign out')")
    type_password(page, console, "coder")
    is_home(page)
