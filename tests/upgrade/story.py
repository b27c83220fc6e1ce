"""Beginnings and ends that stories of the upgraded server share."""

from typing import Any

from tests.deployment import Browser
from tests.relying_party import RelyingParty, Started
from tests.upgrade.restored import Restored


def by_scan(browser: Browser, login: str, person: str) -> Any:
    """From the page with the buttons through the scan; where the last redirect goes."""
    scan = browser.submit(browser.get(login), login, connection="wechat").location
    browser.scan(scan, person)
    return finished(browser, scan)


def finished(browser: Browser, scan: str) -> Any:
    done = browser.submit(browser.get(scan), f"{scan}/finish")
    return browser.get(done.location)


def sign_in(site: Restored, client: RelyingParty, person: str) -> Any:
    """The tokens of somebody who comes with a browser that has never been here."""
    started = client.start()
    return redeemed(client, started, site.deployment.browser().sign_in(started.url, person))


def redeemed(client: RelyingParty, started: Started, answer: Any) -> Any:
    tokens = client.redeem(client.response(answer.location, started)["code"], started)
    assert tokens.status_code == 200, tokens.text
    return tokens.get_json()
