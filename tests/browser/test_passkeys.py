"""A person's passkey, of a real authenticator: made at their own page, used instead of WeChat."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.people import Desktop, Phone
from tests.browser.test_account import at_account, somebody_new
from tests.browser.test_application import signed_in
from tests.browser.tour import give_authenticator, press


def test_passkey_is_made_signs_in_to_the_application_and_is_removed(
    desktop: Desktop, phone: Phone, new_page: NewPage
) -> None:
    person = somebody_new(desktop.demo, "zhao-min")
    signed_in(desktop, phone, person)
    sub = desktop.claim("sub")
    page: Page = new_page()
    give_authenticator(page)
    at_account(page, phone, person)

    page.get_by_label("Name of the passkey").fill("Laptop 笔记本")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey is added")
    page.goto(f"{desktop.demo.issuer}/sign-out")
    press(page, "button[value=leave]")

    # The authenticator answers what is offered in the field for the user name: nothing is pressed.
    page.goto(f"{desktop.demo.application}/login")
    again = Desktop(page, desktop.demo)
    again.allow()
    again.is_signed_in()
    assert again.claim("sub") == sub
    assert "pop" in again.claim("amr")

    page.goto(f"{desktop.demo.issuer}/account")
    remove = page.get_by_role("button", name="Remove Laptop")
    remove.click()
    expect(remove).to_have_count(0)
