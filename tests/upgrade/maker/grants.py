"""People sign in to every kind of application; administrators rotate keys and decide."""

import re

from tests.relying_party import Started
from tests.upgrade.keys import key_of
from tests.upgrade.maker.scene import APP_VERIFIER, PASSWORD, Scene

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class Grants(Scene):
    def play(self) -> None:
        self.keys()
        self.tokens()
        self.decisions()

    def keys(self) -> None:
        """A key that has signed and is retired, one that signs, and one that will."""
        shop, browser = self.client("shop"), self.deployment.browser()
        started = shop.start()
        code = self.code(shop, started, browser.sign_in(started.url, "li-lei"))
        tokens = shop.redeem(code, started).get_json()
        self.held["signed_by_retired_key"] = tokens["id_token"]
        self.held["subjects"]["li-lei"] = shop.verified(tokens["id_token"])["sub"]
        self.clock.advance(60)
        self.command("keys", "rotate", "--now")
        self.clock.advance(60)
        self.command("keys", "rotate", "--alg", "RS256")

    def tokens(self) -> None:
        """A live grant for each kind of application, consents, and browsers with a session."""
        self._of_pages("shop", "li-lei")
        phone = {"phone_code": self.wechat.phone_code("han-meimei")}
        self._of_pages("library", "han-meimei", **phone)
        self._of_pages("reports", "li-lei")
        phone = {"phone_code": self.wechat.phone_code("li-lei")}
        self._of_pages("gym", "li-lei", "wechat-phone", **phone)
        self._of_pages("forum", "han-meimei", phone_code=self.wechat.phone_code("han-meimei"))
        self._by_number("han-meimei-at-work", "13900139000")
        self._by_number("newcomer", "13500135000")
        self._of_password()
        self._of_bank()
        self._of_till()
        self._of_app()
        self._of_exchange()
        self._of_device()

    def _of_pages(
        self, client_id: str, person: str, connection: str = "wechat", **visit: str
    ) -> None:
        client, browser = self.client(client_id), self.deployment.browser()
        started = client.start()
        answer = browser.sign_in(started.url, person, connection, **visit)
        tokens = client.redeem(self.code(client, started, answer, browser), started).get_json()
        self.keep(client, tokens, browser)

    def _by_number(self, person: str, number: str) -> None:
        """Signs in with a WeChat that nobody knows and a phone number: rule ``phone``."""
        phones = [{"country_code": "86", "number": number}]
        self.wechat.person(person, phones=phones, unionid="unbound")
        phone = {"phone_code": self.wechat.phone_code(person)}
        browser, started = self.deployment.browser(), self.client("gym").start()
        browser.sign_in(started.url, person, "wechat-phone", **phone)

    def _of_password(self) -> None:
        client, browser = self.client("shop"), self.deployment.browser()
        started = client.start(scope="openid profile email address phone offline_access")
        page = browser.get(browser.get(started.url).location)
        action = re.findall(r'action="([^"]*/password)"', page.text)[0]
        done = browser.submit(page, action, username="ada", password=PASSWORD)
        code = self.code(client, started, browser.get(done.location))
        tokens = client.redeem(code, started).get_json()
        self.keep(client, tokens, browser, story="password")

    def _of_bank(self) -> None:
        bank = self.bank()
        browser = self.deployment.browser()
        _, started = bank.push()
        answer = browser.sign_in(started.url, "li-lei")
        tokens = bank.redeem(self.code(bank, started, answer), started).get_json()
        self.keep(bank, tokens, browser)

    def _of_till(self) -> None:
        """Authenticates with JWTs that it signs: one key is its own, registered."""
        till = self.key_holder("till", signs_with=key_of("till signs"))
        browser, started = self.deployment.browser(), till.start()
        answer = browser.sign_in(started.url, "li-lei")
        tokens = till.redeem(self.code(till, started, answer), started).get_json()
        self.keep(till, tokens, browser)

    def _of_app(self) -> None:
        app = self.client("app")
        begun = self.challenge(app)
        self.confirm(begun["launch"], "zhang-wei")
        done = app.post("/challenge", {"auth_session": begun["auth_session"]}).get_json()
        tokens = app.redeem(
            done["authorization_code"], Started("", "", "", APP_VERIFIER), redirect_uri=None
        ).get_json()
        self.keep(app, tokens)

    def _of_exchange(self) -> None:
        mini = self.client("mini")
        tokens = mini.token(
            {
                "grant_type": EXCHANGE,
                "subject_token": self.wechat.js_code("li-lei"),
                "subject_token_type": "urn:qiao:params:oauth:token-type:wechat-code",
                "connection": "wechat",
                "scope": "openid wechat offline_access",
            }
        ).get_json()
        self.keep(mini, tokens)

    def _of_device(self) -> None:
        tv, browser = self.client("tv"), self.deployment.browser()
        shown = self.device(tv)
        self.approve(browser, shown["user_code"], "li-lei")
        self.clock.advance(5)
        tokens = tv.token({"grant_type": DEVICE, "device_code": shown["device_code"]}).get_json()
        self.keep(tv, tokens, browser)

    def decisions(self) -> None:
        self._conflict()
        self._merge()
        self._sign_out_to_tell()

    def _conflict(self) -> None:
        """WeChat gives another UnionID with an OpenID that is known."""
        self.wechat.person("zhang-wei", unionid="rebound")
        app = self.client("app")
        begun = self.challenge(app)
        self.confirm(begun["launch"], "zhang-wei")
        app.post("/challenge", {"auth_session": begun["auth_session"]})
        self.wechat.person("zhang-wei", unionid="bound")
        [conflict] = self.program.get("/conflicts")["items"]
        self.held["conflict"] = conflict["id"]

    def _merge(self) -> None:
        self.command("accounts", "create", "twin", ACCOUNT_PASSWORD=PASSWORD)
        self.command("accounts", "create", "other.twin", ACCOUNT_PASSWORD=PASSWORD)
        kept, dropped = (
            self.program.get(f"/accounts?q={name}")["items"][0]["sub"]
            for name in ("twin", "other.twin")
        )
        merged = self.program.make(f"/accounts/{kept}/merge", other=dropped)
        self.held["merge"] = {"id": merged["id"], "kept": kept, "dropped": dropped}

    def _sign_out_to_tell(self) -> None:
        """A logout token that waits: nothing delivers here."""
        client, browser = self.client("forum"), self.deployment.browser()
        self.wechat.person("leaver", nickname="Wu 吴")
        started = client.start()
        answer = browser.sign_in(started.url, "leaver")
        tokens = client.redeem(self.code(client, started, answer), started).get_json()
        subject = client.verified(tokens["id_token"])["sub"]
        self.program.make(f"/accounts/{subject}/sign-out", offline=False)
        self.held["logout"] = {"client_id": "forum", "sub": subject}
