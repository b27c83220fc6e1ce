"""A phone in somebody's hand: the app on it is the Java helper, its WeChat is the sandbox."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import requests

from app.demo.java_helper import JavaApp
from tests.sandbox_server import MOBILE

CLIENT, REDIRECT = "java-app", "com.example.java:/callback"
SCOPE = "openid profile phone wechat offline_access"
PATIENCE = 30
TIMEOUT = 20


class Around(Protocol):
    """Where Qiao and the sandbox are."""

    @property
    def issuer(self) -> str: ...
    @property
    def sandbox(self) -> str: ...


@dataclass
class Phone:
    """:param client: ID and redirect URI of the app that is on it."""

    deployment: Around
    class_path: str
    memory: Path
    running: list[JavaApp] = field(default_factory=list)
    client: tuple[str, str] = (CLIENT, REDIRECT)

    def app(self, *begin: str) -> JavaApp:
        """A new process of the app: ``sign-in wechat-mini``, ``browser`` or ``resume``."""
        known = (self.deployment.issuer, *self.client, SCOPE)
        self.running.append(JavaApp(self.class_path, self.memory, known, begin))
        return self.running[-1]

    def put_away(self) -> None:
        for app in self.running:
            app.kill()

    def until(self, app: JavaApp, event: str) -> dict[str, Any]:
        """Waits for this to happen; an end of another kind fails."""
        seen = []
        while True:
            seen.append(app.next(PATIENCE))
            if seen[-1]["event"] == event:
                return seen[-1]
            assert seen[-1]["event"] not in ("signed_in", "failed", "ended"), seen

    def control(self, method: str, path: str, body: object = None) -> Any:
        url = f"{self.deployment.sandbox}/sandbox/v1{path}"
        answer = requests.request(method, url, json=body, timeout=TIMEOUT)
        assert answer.ok, answer.text
        return answer.json()

    def opens(self, launch: dict[str, Any]) -> str:
        """WeChat opens the mini program that the app has launched; the launch's id."""
        body = {name: launch[name] for name in ("user_name", "path", "type")}
        return str(self.control("POST", "/launches", body)["id"])

    def visits(self, launch: dict[str, Any], person: str, action: str, **more: object) -> Any:
        """The person in the mini program: ``read``, ``confirm`` or ``deny``."""
        scene = launch["path"].partition("ticket=")[2]
        visit = {"person": person, "scene": scene, "action": action, **more}
        return self.control("POST", "/visits", visit)

    def confirms(self, launch: dict[str, Any], person: str = "li-lei", **more: object) -> Any:
        self.opens(launch)
        assert self.visits(launch, person, "read")["status"] == requests.codes.ok
        return self.visits(launch, person, "confirm", **more)

    def agrees(self, app: JavaApp, asked: dict[str, Any], person: str = "li-lei") -> None:
        """The person allows SendAuth; WeChat gives the app a code."""
        body = {"appid": MOBILE.appid, "person": person, "kind": "oauth", "scope": asked["scope"]}
        app.say("send-auth", self.control("POST", "/codes", body)["code"], asked["state"])

    def openid(self, person: str, appid: str) -> str:
        return str(self.control("GET", f"/people/{person}")["openids"][appid])
