"""Does a configuration's browser tasks in Chromium, command by command as the suite does them."""

import re
from fnmatch import fnmatchcase
from typing import Any

from playwright.sync_api import BrowserContext, Page

SELECTORS = {"id": "#{}", "name": "[name='{}']", "css": "{}", "class": ".{}", "xpath": "xpath={}"}


class SuiteBrowser:
    """One module's browser: its visits share cookies, as the suite's do.

    :param browser: the ``browser`` of a configuration, or of an override.
    """

    def __init__(self, context: BrowserContext, browser: list[dict[str, Any]]) -> None:
        self._context = context
        self._visits = [dict(visit) for visit in browser]
        self.pictures: list[str] = []
        """The headings of the pages that were handed in."""

    def visit(self, url: str) -> str:
        """Goes there and does what is to be done; the address that it ends at."""
        page = self._context.new_page()
        try:
            page.goto(url)
            for task in self._tasks(url):
                self._do(page, task)
            return page.url
        finally:
            page.close()

    def _tasks(self, url: str) -> list[dict[str, Any]]:
        for visit in self._visits:
            if fnmatchcase(url, visit["match"].replace("[", "[[]")) and visit.get("match-limit", 1):
                if "match-limit" in visit:
                    visit["match-limit"] -= 1
                return list(visit["tasks"])
        raise AssertionError(f"nothing is to be done at {url}")

    def _do(self, page: Page, task: dict[str, Any]) -> None:
        if not fnmatchcase(page.url, task["match"].replace("[", "[[]")):
            assert task.get("optional"), f"{task['task']}: unexpected page {page.url}"
            return
        page.wait_for_load_state()
        for command in task["commands"]:
            getattr(self, f"_{command[0]}")(page, *command[1:])

    def _text(self, page: Page, kind: str, target: str, value: str) -> None:
        page.locator(SELECTORS[kind].format(target)).first.fill(value)

    def _click(self, page: Page, kind: str, target: str, optional: str = "") -> None:
        found = page.locator(SELECTORS[kind].format(target))
        if optional and not found.count():
            return
        found.first.click()
        page.wait_for_load_state()

    def _wait(
        self, page: Page, kind: str, target: str, seconds: int, words: str = "", then: str = ""
    ) -> None:
        patience = seconds * 1000
        if kind == "match":
            page.wait_for_url(re.compile(target), timeout=patience)
            return
        found = page.locator(SELECTORS[kind].format(target)).first
        found.wait_for(state="attached", timeout=patience)
        if words:
            assert re.search(words, found.inner_text()), f"{words!r} is not on {page.url}"
        if then:
            assert then == "update-image-placeholder"
            self.pictures.append(page.locator("h1").inner_text())
