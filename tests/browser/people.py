"""What people do, in their words: one before a computer, one with a phone in the hand."""

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from app.demo.deployment import Deployment


@dataclass(frozen=True)
class Desktop:
    """A browser at the demo's application."""

    page: Page
    demo: Deployment

    def open_application(self) -> None:
        self.page.goto(self.demo.application)

    def ask_to_sign_in(self) -> None:
        """From the application to Qiao's code to scan."""
        self.open_application()
        self.page.locator("#sign-in").click()
        self.page.locator("form button", has_text=re.compile("WeChat|微信")).first.click()
        expect(self.page.locator("[data-scan] img").first).to_be_visible()

    def number(self) -> int:
        """The two-digit number beside the code."""
        shown = re.search(r"\d\d", self.page.locator(".number strong").inner_text())
        assert shown
        return int(shown[0])

    def allow(self) -> None:
        """Answers the consent page, if it is asked."""
        button = self.page.locator("button[name=decision][value=allow]")
        button.or_(self.page.locator("#claims")).first.wait_for()
        if button.is_visible():
            button.click()

    def is_signed_in(self) -> None:
        expect(self.page.locator("#claims")).to_be_visible()

    def claim(self, name: str, of: str = "claims") -> str:
        """A claim as the application shows it."""
        return self.page.locator(f"#{of} [data-claim={name}]").inner_text()


@dataclass(frozen=True)
class Phone:
    """The sandbox's virtual phone."""

    page: Page
    demo: Deployment

    def picked_up_by(self, person: str) -> None:
        self.page.goto(f"{self.demo.sandbox}/phone")
        self.page.get_by_test_id(f"person-{person}").click()

    def scan(self) -> None:
        """Scans the code that appeared last on a screen near by."""
        self.page.get_by_test_id("scanner").click()
        self.page.get_by_test_id("codes").locator("a").first.click()

    def confirm(self, number: int | None = None) -> None:
        if number is not None:
            self.page.get_by_test_id(f"number-{number}").locator("..").click()
        self.page.get_by_test_id("confirm").click()

    def decline(self) -> None:
        self.page.get_by_test_id("decline").click()
