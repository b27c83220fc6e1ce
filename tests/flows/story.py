"""Shared beginnings of stories: somebody has signed in, somebody holds tokens."""

from dataclasses import dataclass
from typing import Any

from tests.deployment import Browser, Deployment
from tests.relying_party import RelyingParty, Started


@dataclass
class SignedIn:
    """A browser with a live session, and the code that its last request ended in."""

    shop: RelyingParty
    browser: Browser
    started: Started
    code: str

    def tokens(self) -> Any:
        answer = self.shop.redeem(self.code, self.started)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def next_code(self) -> "SignedIn":
        """Another authorization request in the same browser, answered without a page."""
        started = self.shop.start()
        answer = self.browser.get(started.url)
        code = self.shop.response(answer.location, started)["code"]
        return SignedIn(self.shop, self.browser, started, code)


def signed_in(deployment: Deployment, person: str = "li-lei", **metadata: Any) -> SignedIn:
    """``person`` has just signed in to a first-party application by scanning."""
    deployment.connection()
    shop = deployment.application(**{"first_party": True, **metadata})
    browser, started = deployment.browser(), shop.start()
    answer = browser.sign_in(started.url, person)
    return SignedIn(shop, browser, started, shop.response(answer.location, started)["code"])
