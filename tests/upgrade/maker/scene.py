"""What all scenes of `populate` share: the people, programs and screens in them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tests.app.api.program import Program
from tests.deployment import CALLBACK, Browser, Deployment
from tests.key_holder import KeyHolder
from tests.relying_party import RelyingParty, Started, s256
from tests.sandbox_server import LiveSandbox
from tests.upgrade.keys import key_of

PASSWORD = "a password of the upgrade tests"
APP_VERIFIER = "a-code-verifier-of-a-native-application-0123456789"


@dataclass
class Scene:
    """:param documents: address of an application's own document (its client_id).

    :param held: see `tests.upgrade.dump.Handles`; each scene adds to it.
    """

    deployment: Deployment
    documents: str
    held: dict[str, Any]

    @property
    def wechat(self) -> LiveSandbox:
        return self.deployment.wechat

    @property
    def clock(self) -> Any:
        return self.deployment.clock

    @property
    def program(self) -> Program:
        """The administrators' program, once it has its token."""
        return Program(self.deployment, self.client("ops"), self.held["ops"])

    def client(self, client_id: str) -> RelyingParty:
        http = self.deployment.app.test_client(use_cookies=False)
        secret = self.held["secrets"].get(client_id)
        return RelyingParty(http, client_id, secret, CALLBACK)

    def key_holder(self, client_id: str, **keys: Any) -> KeyHolder:
        client = self.client(client_id)
        client.secret = None
        return KeyHolder.of(client, self.clock, **keys)

    def bank(self) -> KeyHolder:
        keys = {"signs_with": key_of("bank signs"), "holds": key_of("bank holds")}
        return self.key_holder("bank", **keys)

    def code(
        self,
        client: RelyingParty,
        started: Started,
        answer: Any,
        browser: Browser | None = None,
    ) -> str:
        if "/consent/" in answer.location:
            assert browser is not None
            answer = browser.consent(answer.location)
        return client.response(answer.location, started)["code"]

    def keep(
        self, client: RelyingParty, tokens: Any, browser: Browser | None = None, story: str = ""
    ) -> None:
        assert "access_token" in tokens, tokens
        known = {"client_id": client.client_id, "tokens": tokens}
        if browser is not None:
            known["cookies"] = cookies(browser.http)
        self.held.setdefault("stories", {})[story or client.client_id] = known

    def browser_at(self, browser: Browser, location: str, started: Started) -> dict[str, Any]:
        return {
            "location": location,
            "cookies": cookies(browser.http),
            "agent": browser.agent,
            "started": asdict(started),
        }

    def challenge(self, app: RelyingParty) -> Any:
        body = {
            "response_type": "code",
            "scope": "openid wechat offline_access",
            "code_challenge": s256(APP_VERIFIER),
            "code_challenge_method": "S256",
            "connection": "wechat",
        }
        return app.post("/challenge", body).get_json()

    def confirm(self, launch: Mapping[str, Any], person: str) -> None:
        ticket = "/federation/v1/tickets/" + launch["path"].partition("ticket=")[2]
        phone = self.deployment.app.test_client(use_cookies=False)
        assert phone.get(ticket).status_code == 200
        done = phone.post(f"{ticket}/confirm", json={"js_code": self.wechat.js_code(person)})
        assert done.status_code == 200, done.text

    def device(self, tv: RelyingParty) -> Any:
        answer = tv.post("/device_authorization", {"scope": "openid offline_access"})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def approve(self, browser: Browser, user_code: str, person: str) -> None:
        typed = browser.submit(browser.get("/device"), "/device", user_code=user_code)
        asked = browser.sign_in(browser.get(typed.location).location, person)
        allowed = browser.submit(browser.get(asked.location), asked.location, decision="allow")
        assert browser.get(allowed.location).status_code == 200

    def change(self, method: str, path: str, body: Mapping[str, Any]) -> int:
        answer = self.program.send(method, path, body, If_Match="*")
        assert answer.status_code == 200, answer.text
        return int(answer.status_code)

    def command(self, *words: str, **environment: str) -> None:
        runner = self.deployment.app.test_cli_runner()
        done = runner.invoke(args=words, env=environment, catch_exceptions=False)
        assert done.exit_code == 0, f"{words}: {done.output}"


def cookies(http: Any) -> list[list[str]]:
    """Name, value and path of each cookie that a test client holds."""
    return sorted([each.key, each.value, each.path] for each in http._cookies.values())
