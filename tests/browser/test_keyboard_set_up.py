"""From an empty server to the first sign-in, with a keyboard and no mouse."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.administrators.admins import AdminFields
from app.demo.deployment import Deployment
from tests.browser.conftest import NewPage
from tests.browser.empty_console import PASSWORD, empty_console
from tests.browser.people import Phone
from tests.browser.test_set_up_guide import MINI_PROGRAM
from tests.chromium import PATIENCE

FOCUS = """() => {
  const one = document.activeElement, label = one.labels?.[0] ?? one;
  const drawn = [one, one.nextElementSibling, label].filter(Boolean).map(getComputedStyle);
  return {
    name: (label.innerText || one.ariaLabel || one.id || "").trim(),
    seen: one === document.body || drawn.some(({ outlineStyle, outlineWidth }) =>
      outlineStyle !== "none" && parseFloat(outlineWidth) >= 2),
  };
}"""
FAR = 80
"""Stops of Tab on the longest page that is gone through here."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    administrator = AdminFields("you", "You", "owner", PASSWORD)
    with empty_console(tmp_path_factory.mktemp("keyboard"), administrator) as deployment:
        yield deployment


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def to(self, name: str) -> None:
        """Tab by tab, to what is called so, in sight of where one is all the way."""
        for _ in range(FAR):
            focus = self.page.evaluate(FOCUS)
            assert focus["seen"], f"no ring around {focus['name']}"
            if focus["name"].startswith(name):
                return
            self.press("Tab")
        raise AssertionError(f"{name} is out of the keyboard's reach on {self.page.url}")

    def write(self, name: str, text: str) -> None:
        self.to(name)
        self.page.keyboard.type(text)

    def open(self, name: str) -> None:
        """Goes to a link or a button and presses Enter."""
        self.to(name)
        with self.page.expect_navigation():
            self.press("Enter")


def test_empty_server_is_set_up_and_signed_in_to_by_keyboard_alone(
    empty: Deployment, new_page: NewPage
) -> None:
    page, phone = new_page(), Phone(new_page("phone"), empty)
    page.goto(f"{empty.issuer}/admin/")
    keys = Keyboard(page)

    keys.write("User name", "you")
    keys.write("Password", PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")

    keys.open("Add a WeChat app")
    for label in ("AppID", "AppSecret", "Original ID"):
        keys.write(label, MINI_PROGRAM[label])
    keys.to("Default mini program")
    keys.press("Space")
    keys.open("Save")
    keys.open("Add a connection")
    keys.open("Choose")
    keys.write("Unique ID", "wechat")
    keys.write("Name on the button, English", "WeChat")
    keys.to("Ask, and accept a no")
    keys.press("ArrowUp")
    assert page.get_by_label("Never ask").is_checked()
    keys.open("Save")
    keys.open("Register an application")
    keys.write("Name", "Shop")
    keys.write("Redirect URIs", "https://shop.example/callback")
    assert page.get_by_label("WeChat · Mini program").is_checked()
    keys.open("Register")
    keys.open("I have kept it")
    keys.open("Add it to the redirect URIs")
    keys.open("Try signing in")
    phone.picked_up_by("han-meimei")
    phone.scan()
    shown = re.search(r"\d\d", page.locator(".number strong").inner_text())
    assert shown
    phone.confirm(int(shown[0]))
    expect(page).to_have_url(re.compile("/consent/"), timeout=PATIENCE)
    keys.open("Allow")
    expect(page.get_by_role("heading", name="It works")).to_be_visible(timeout=PATIENCE)
    keys.press("/")
    page.keyboard.type("shop")
    with page.expect_navigation():
        keys.press("Enter")

    expect(page.get_by_role("heading", name="Shop")).to_be_visible()
    assert keys.pressed < 400
