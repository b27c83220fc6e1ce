"""The same way through programs that need a browser with scripts: Chromium."""

import json

from playwright.sync_api import Error as PageError
from playwright.sync_api import Page

from tests.chromium import running_chromium
from tests.interop.programs.program import Program
from tests.interop.programs.registering import Place
from tests.interop.programs.results import Seen
from tests.interop.programs.visitor import Stopped, Visitor

PATIENCE = 45_000
"""Milliseconds that a step may take: programs begin slowly."""
NUMBER = ".number strong"
ALLOW = "button[name=decision][value=allow]"
CLAIMS = ("sub", "name", "preferred_username", "email")


def visit(program: Program, place: Place, visitor: Visitor) -> Seen:
    """The program's page has buttons "Log in" and "Log out", and tells JSON where it is marked."""
    with running_chromium() as chromium, chromium.new_context(locale="en") as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        try:
            return _visit(program, place, visitor, page)
        except PageError as error:
            raise Stopped(f"{error} at {page.url}: {said}") from error


def _visit(program: Program, place: Place, visitor: Visitor, page: Page) -> Seen:
    page.goto(place.url + program.sign_in)
    page.get_by_role("button", name="Log in").click()
    _answer(visitor, page)
    known = json.loads(page.locator(program.shows).filter(has_text='"sub"').inner_text())
    told = tuple(name for name in CLAIMS if known.get(name))
    refreshed = None
    if program.refresh:
        page.get_by_role("button", name="Refresh").click()
        page.locator(program.refresh).wait_for()
        refreshed = True
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log in").wait_for()
    return Seen(claims=told, refresh=refreshed, logout=True)


def _answer(visitor: Visitor, page: Page) -> None:
    button = page.locator("form button", has_text="WeChat").first
    page.locator(NUMBER).or_(button).first.wait_for()
    if button.is_visible():  # there is more than one way
        button.click()
    page.locator(NUMBER).wait_for()
    visitor.scan(page.content())
    page.locator(ALLOW).click()
