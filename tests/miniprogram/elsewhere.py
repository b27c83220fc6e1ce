"""Where sign-ins begin and end: a desktop's browser, the phone's own browser, a native app."""

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.deployment import Browser, Deployment
from tests.flows.test_in_app_sign_in import begin, go_on, native, redeem
from tests.relying_party import RelyingParty, Started

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
SCOPE = "openid phone wechat"


class Elsewhere(Protocol):
    """A sign-in that waits for the mini program."""

    @property
    def opening(self) -> dict[str, Any]:
        """What the person has before them: the ticket, and the number if there is one."""

    def finish(self) -> dict[str, Any]:
        """Goes on: claims of somebody who is signed in, or the error of nobody."""


@dataclass
class InBrowser:
    """An application's page sent somebody to sign in; the browser shows a code or opens WeChat."""

    shop: RelyingParty
    browser: Browser
    started: Started
    page: str
    opening: dict[str, Any] = field(default_factory=dict)

    def finish(self) -> dict[str, Any]:
        state = self.browser.get(f"{self.page}/status").get_json()["state"]
        if state != "confirmed":
            return {"error": state}
        done = self.browser.submit(self.browser.get(self.page), f"{self.page}/finish")
        back = self.browser.get(done.location).location
        sent = self.shop.response(back, self.started)
        return claims(self.shop, self.shop.redeem(sent["code"], self.started).get_json())


@dataclass
class InApp:
    """A native app holds an ``auth_session`` and has launched the mini program."""

    app: RelyingParty
    auth_session: str
    opening: dict[str, Any]

    def finish(self) -> dict[str, Any]:
        answer = go_on(self.app, self.auth_session).get_json()
        if "authorization_code" not in answer:
            return {"error": answer["error"]}
        return claims(self.app, redeem(self.app, answer["authorization_code"]).get_json())


def claims(application: RelyingParty, tokens: dict[str, Any]) -> dict[str, Any]:
    """Who was signed in, by a verified ID token and by userinfo."""
    told = application.userinfo(tokens["access_token"]).get_json()
    return {**application.verified(tokens["id_token"]), **told}


def in_browser(
    deployment: Deployment, shop: RelyingParty, connection: str, way: str = "scan"
) -> InBrowser:
    """:param way: ``scan`` on a desktop, ``link`` on the phone itself."""
    browser = deployment.browser()
    if way == "link":
        browser.agent = PHONE
    started = shop.start(scope=SCOPE)
    login = browser.get(started.url).location
    begun = browser.submit(browser.get(login), login, connection=connection)
    sign_in = InBrowser(shop, browser, started, begun.location)
    page = browser.get(sign_in.page)
    number = re.search(r"(\d\d)</strong>", page.text)
    assert number, page.text
    sign_in.opening = {"number": int(number[1]), "ticket": _ticket(deployment, sign_in, way)}
    return sign_in


def in_app(deployment: Deployment, client_id: str, connection: str, **metadata: Any) -> InApp:
    app = native(deployment, client_id, connections=(connection,), **metadata)
    asked = begin(app, scope=SCOPE, connection=connection).get_json()
    ticket = asked["launch"]["path"].partition("?ticket=")[2]
    opening = {"ticket": ticket, "number": asked.get("number")}
    return InApp(app, asked["auth_session"], opening)


def _ticket(deployment: Deployment, sign_in: InBrowser, way: str) -> str:
    """What WeChat reads from the picture, or finds behind the link."""
    if way == "scan":
        assert sign_in.browser.get(f"{sign_in.page}/code").status_code == 200
        return str(deployment.wechat.mini_program_codes()[0]["scene"])
    assert sign_in.browser.get(f"{sign_in.page}/open").status_code == 303
    return str(deployment.wechat.links()[0]["query"]).partition("ticket=")[2]
