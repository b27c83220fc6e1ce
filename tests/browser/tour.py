"""A walk past every page in the states that people meet; who looks decides what to look for.

``for stop in Tour(chromium, deployment, "en").stops(): ...`` A stop is a page and its name; the
walk goes on when the next one is asked for, so a stop must be left as it was found.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

import requests
from playwright.sync_api import Browser, Page

from app.demo.deployment import Deployment
from tests.browser import lived_in
from tests.chromium import PATIENCE
from tests.relying_party import s256

DESKTOP = {"width": 1280, "height": 800}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Stop(NamedTuple):
    """
    :param has_scripts: false where the browser runs none, so that none can judge the page.
    :param can_turn: whether a reload shows the same in the other language.
    """

    name: str
    page: Page
    has_scripts: bool = True
    can_turn: bool = True


@dataclass
class Tour:
    """One walk in one language.

    :param language: ``en`` or ``zh-CN``, as the browser asks for it.
    :param watch: called with each new page before anything is opened in it.
    """

    chromium: Browser
    deployment: Deployment
    language: str
    watch: Callable[[Page], object] = lambda _: None
    contexts: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.contexts.close()

    # -- what walks are made of ------------------------------------------------------------------

    def new_page(self, **options: Any) -> Page:
        """A browser of its own: nothing is shared with any other page of the walk."""
        context = self.chromium.new_context(
            viewport=DESKTOP, locale=self.language, reduced_motion="reduce", **options
        )
        self.contexts.callback(context.close)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        self.watch(page)
        return page

    def at(self, path: str) -> str:
        return self.deployment.issuer + path

    def ask(self, page: Page, client_id: str = lived_in.LIBRARY, **more: str) -> Page:
        """Sends the browser here with an authorization request."""
        request = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": f"{self.deployment.application}/callback",
            "scope": "openid profile phone wechat",
            "code_challenge": s256("v" * 43),
            "code_challenge_method": "S256",
            **more,
        }
        page.goto(self.at(f"/authorize?{urlencode(request)}"))
        return page

    def sign_in(self, page: Page, username: str = lived_in.READER) -> Page:
        """Sends the sign-in page's password form."""
        page.fill("#username", username)
        page.fill("#password", lived_in.PASSWORD)
        press(page, "form:has(#password) button")
        return page

    def agree(self, page: Page) -> Page:
        """Allows what is asked for, unless it was allowed before."""
        if page.locator("button[value=allow]").count():
            press(page, "button[value=allow]")
        return page

    def begin(self, page: Page, connection: str = "wechat-mini") -> Page:
        """Presses the button of this connection."""
        press(page, f'form:has(input[name=connection][value="{connection}"]) button')
        return page

    def visit(self, action: str, person: str = "li-lei", **more: object) -> None:
        """What ``person`` does with the newest code: ``read``, ``confirm`` or ``deny``."""
        api = f"{self.deployment.sandbox}/sandbox/v1"
        codes = requests.get(f"{api}/mini-program-codes", timeout=10).json()["codes"]
        visit = {"person": person, "scene": codes[0]["scene"], "action": action, **more}
        reply = requests.post(f"{api}/visits", json=visit, timeout=20).json()
        assert reply.get("status") == 200, reply

    def scan(self, page: Page, person: str = "li-lei", **more: object) -> Page:
        """Signs in by a code that is on the page; ends where finishing it leads."""
        page.wait_for_load_state()
        self.visit("read", person)
        with page.expect_navigation(url=lambda url: "/scan/" not in url):
            self.visit("confirm", person, number=number_on(page), **more)
        page.wait_for_load_state()
        return page

    # -- the walk --------------------------------------------------------------------------------

    def stops(self, *parts: str) -> Iterator[Stop]:
        """:param parts: of the walk: ``people``, ``phone``, ``console``; all if none is named."""
        from tests.browser import tour_console, tour_people, tour_phone

        known = {
            "people": tour_people.stops,
            "phone": tour_phone.stops,
            "console": tour_console.stops,
        }
        for part in parts or known:
            yield from known[part](self)


def number_on(page: Page) -> int:
    """The two-digit number beside the code."""
    shown = re.search(r"\d\d", page.locator(".number strong").inner_text())
    assert shown
    return int(shown[0])


def press(page: Page, button: str) -> None:
    """Presses it and waits for where it leads."""
    with page.expect_navigation():
        page.locator(button).first.click()


def give_authenticator(page: Page) -> None:
    """Plugs a security key into the browser (Web Authentication Level 3, 11)."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
