"""The scan page while it waits: it asks seldom, rests when nobody looks, and needs no script."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, Request, expect

from app.demo.deployment import Deployment
from tests.browser.people import Desktop, Phone

NewPage = Callable[..., Page]
INTERVAL = 2.0
WATCHED = 7_000  # milliseconds

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class Asked:
    """When the page asked how far the ticket is, in seconds."""

    def __init__(self, page: Page) -> None:
        self.times: list[float] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/status"):
            self.times.append(time.monotonic())

    @property
    def shortest_pause(self) -> float:
        return min(b - a for a, b in zip(self.times, self.times[1:], strict=False))


def test_page_asks_at_most_every_two_seconds(desktop: Desktop) -> None:
    asked = Asked(desktop.page)
    desktop.ask_to_sign_in()

    desktop.page.wait_for_timeout(WATCHED)

    assert 3 <= len(asked.times) <= 4
    assert asked.shortest_pause >= INTERVAL - 0.1


def test_hidden_page_rests_and_asks_at_once_when_it_is_shown_again(desktop: Desktop) -> None:
    desktop.ask_to_sign_in()
    desktop.page.evaluate(HIDE, True)
    desktop.page.wait_for_timeout(500)
    asked = Asked(desktop.page)

    desktop.page.wait_for_timeout(WATCHED)
    while_hidden = len(asked.times)
    with desktop.page.expect_request("**/status", timeout=500):
        desktop.page.evaluate(HIDE, False)

    assert while_hidden == 0


def test_declined_code_says_so_and_is_renewed_by_one_key(desktop: Desktop, phone: Phone) -> None:
    desktop.ask_to_sign_in()
    phone.picked_up_by("li-lei")
    phone.scan()
    phone.decline()
    before = desktop.page.url

    expect(desktop.page.locator("[data-renew] button")).to_be_focused()
    desktop.page.keyboard.press("Enter")

    expect(desktop.page.locator("[data-status]")).to_have_attribute("data-state", "pending")
    assert desktop.page.url != before


def test_code_that_ran_out_says_so_and_is_renewed_by_one_click(desktop: Desktop) -> None:
    desktop.page.clock.install()
    desktop.ask_to_sign_in()
    before = desktop.page.url
    expect(desktop.page.locator("[data-countdown]")).to_have_text(re.compile(r"\d"))  # it counts

    desktop.page.clock.fast_forward("03:01")
    expect(desktop.page.get_by_role("status")).to_contain_text("This code has expired")
    expect(desktop.page.locator(".number")).to_be_hidden()
    desktop.page.get_by_role("button", name="Get a new code").click()

    expect(desktop.page.locator("[data-status]")).to_have_attribute("data-state", "pending")
    expect(desktop.page.locator(".number")).to_be_visible()
    assert desktop.page.url != before


def test_sign_in_works_without_javascript(
    new_page: NewPage, demo: Deployment, phone: Phone
) -> None:
    desktop = Desktop(new_page("desktop", java_script_enabled=False), demo)
    desktop.ask_to_sign_in()
    number = desktop.number()
    phone.picked_up_by("john-smith")
    phone.scan()
    phone.confirm(number)

    desktop.page.locator("[data-finish] button").click()
    desktop.allow()

    desktop.is_signed_in()


def test_lost_connection_is_told_and_survived(desktop: Desktop) -> None:
    desktop.ask_to_sign_in()
    telling = desktop.page.get_by_role("status")

    # What the sign-in page of a hotel's network answers to everything.
    desktop.page.context.route("**/status", lambda route: route.fulfill(body="<html>Welcome"))
    expect(telling).to_have_text("No connection. Trying again")
    desktop.page.context.unroute("**/status")

    expect(telling).to_have_text("Waiting for you to scan the code")
