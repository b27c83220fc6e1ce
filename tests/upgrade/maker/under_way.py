"""What is in the middle of being done at the moment in which the server is replaced."""

import re
from dataclasses import asdict
from typing import Any

from tests.app.admin.console import Console
from tests.federation.push_sender import event, secure_push
from tests.relying_party import RelyingParty
from tests.sandbox_server import MINI_PROGRAM
from tests.upgrade.maker.scene import APP_VERIFIER, PASSWORD, Scene, cookies

INSIDE_WECHAT = "Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile MicroMessenger/8.0.50"


class UnderWay(Scene):
    def play(self) -> None:
        waiting: dict[str, Any] = {}
        self.held["waiting"] = waiting
        waiting["second_factor"] = self._password_given()
        waiting["question"] = self._asked_which()
        waiting["at_wechat"] = self._sent_to_wechat()
        waiting["parked"] = self._parked(self.client("shop"))
        waiting["described"] = self._parked(self.client(self.documents))
        waiting["shown"] = self._ticket(confirmed=False)
        waiting["confirmed"] = self._ticket(confirmed=True)
        waiting["app"] = self._app_confirmed()
        waiting["push"] = self._obeyed_push()
        waiting["device"] = self.device(self.client("tv"))
        waiting["approved"] = self.device(self.client("tv"))
        self.approve(self.deployment.browser(), waiting["approved"]["user_code"], "li-lei")
        bank = self.bank()
        waiting["assertion"] = assertion = bank.assertion()
        answer, started = bank.push(client_assertion=assertion)
        assert answer.status_code == 201, answer.text
        waiting["pushed"] = asdict(started)
        waiting["code"] = self._unredeemed("shop", "shop")
        waiting["public_code"] = self._unredeemed("library", "library")

    def _password_given(self) -> dict[str, Any]:
        """An administrator who has still to send the code of the authenticator."""
        console = Console(self.deployment.app.test_client())
        page = console.sign_in("han", PASSWORD).text
        [step] = re.findall(r'name="_step" value="([^"]+)"', page)
        return {"step": step, "cookies": cookies(console.client)}

    def _asked_which(self) -> dict[str, Any]:
        self.wechat.person("stranger", nickname="Qian 钱", unionid="unbound")
        client, browser = self.client("shop"), self.deployment.browser()
        started = client.start()
        asked = browser.prove_by_scan(started.url, "stranger", "wechat-ask")
        assert "/which/" in asked.location, asked.text
        return self.browser_at(browser, asked.location, started)

    def _sent_to_wechat(self) -> dict[str, Any]:
        client, browser = self.client("shop"), self.deployment.browser()
        browser.agent = INSIDE_WECHAT
        started = client.start()
        login = browser.get(started.url).location
        away = browser.submit(browser.get(login), login, connection="wechat-official")
        return self.browser_at(browser, away.location, started)

    def _parked(self, client: RelyingParty) -> dict[str, Any]:
        browser, started = self.deployment.browser(), client.start()
        return self.browser_at(browser, browser.get(started.url).location, started)

    def _ticket(self, *, confirmed: bool) -> dict[str, Any]:
        client, browser = self.client("shop"), self.deployment.browser()
        started = client.start()
        login = browser.get(started.url).location
        scan = browser.submit(browser.get(login), login, connection="wechat").location
        if confirmed:
            browser.scan(scan, "li-lei")
        return self.browser_at(browser, scan, started)

    def _app_confirmed(self) -> dict[str, Any]:
        begun = self.challenge(self.client("app"))
        self.confirm(begun["launch"], "zhang-wei")
        return {"auth_session": begun["auth_session"], "verifier": APP_VERIFIER}

    def _obeyed_push(self) -> dict[str, Any]:
        """Somebody left WeChat, which said so; what it sent may come again."""
        self.wechat.person("quitter", nickname="Zhou 周")
        browser, started = self.deployment.browser(), self.client("shop").start()
        browser.sign_in(started.url, "quitter")
        appid, openid = MINI_PROGRAM.appid, self.wechat.openid("quitter")
        message = event("user_authorization_cancellation", appid, OpenID=openid)
        query, body = secure_push(message, self.clock(), appid)
        http = self.deployment.app.test_client(use_cookies=False)
        obeyed = http.post(f"/federation/v1/push/{appid}", query_string=query, data=body)
        assert (obeyed.status_code, obeyed.text) == (200, "success")
        return {"query": query, "body": body.decode()}

    def _unredeemed(self, client_id: str, story: str) -> dict[str, Any]:
        """A code of somebody who is signed in, so that no page is asked for."""
        client, browser = self.client(client_id), self.deployment.browser()
        for name, value, path in self.held["stories"][story]["cookies"]:
            browser.http.set_cookie(name, value, path=path)
        started = client.start()
        code = client.response(browser.get(started.url).location, started)["code"]
        return {"code": code, "started": asdict(started)}
