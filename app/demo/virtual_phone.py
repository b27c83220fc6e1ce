"""The sandbox's virtual phone, for programs: WeChat and its SDK without anybody's hand."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import requests

TIMEOUT = 10
"""Seconds for one request."""
PATIENCE = 180
"""Seconds that somebody may take on the virtual phone."""


class SignInFailed(Exception):
    """The person is not signed in; the text is what Qiao or WeChat said."""


class SandboxRefused(SignInFailed):
    """The sandbox cannot do what it was told, such as for a person whom it does not have."""


@dataclass(frozen=True)
class VirtualPhone:
    """The sandbox's phone, driven through its control API: it stands for WeChat and its SDK.

    :param app_id: the AppID that WeChat says the app has; None: the one of the demo's mobile app.
    """

    url: str
    app_id: str | None = None

    def launch_mini_program(self, parameters: Mapping[str, Any]) -> str:
        """``WXLaunchMiniProgram``; the address that shows the mini program on the phone."""
        launching = {"app_appid": self.app_id or self.mobile_app()}
        launched = self._post("/launches", {**parameters, **launching})
        return f"{self.url}/phone?launch={launched['id']}"

    def confirm(self, person: str, path: str, number: int) -> bool:
        """The person opens the mini program and confirms; whether it asked for the number.

        :param number: what the app shows.
        """
        ticket = parse_qs(path.partition("?")[2])["ticket"][0]
        visit = {"person": person, "scene": ticket}
        asked = self._visit({**visit, "action": "read"})["numbers"]
        picked = {"number": number} if asked else {}
        self._visit({**visit, "action": "confirm", **picked})
        return bool(asked)

    def _visit(self, visit: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._post("/visits", visit)
        if answer["status"] != requests.codes.ok:
            raise SignInFailed(json.dumps(answer["body"], ensure_ascii=False))
        return dict(answer["body"])

    def send_auth(
        self, asked: Mapping[str, Any], person: str | None, say: Callable[[str], None]
    ) -> str | None:
        """``SendAuth``: the code that WeChat gives the app; None where the person said no.

        :param person: who allows it at once; None: somebody is asked on the virtual phone.
        """
        app_id = self.mobile_app()
        if person is not None:
            body = {"appid": app_id, "person": person, "kind": "oauth", "scope": asked["scope"]}
            return str(self._post("/codes", body)["code"])
        body = {"appid": app_id, "scope": asked["scope"], "state": asked["state"]}
        request = self._post("/send-auths", body)
        say(f"Open the virtual phone and allow it: {self.url}/phone")
        return self._answer_of(str(request["id"]))

    def _answer_of(self, send_auth_id: str) -> str | None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            url = f"{self.url}/sandbox/v1/send-auths/{send_auth_id}"
            answer = requests.get(url, timeout=TIMEOUT).json()
            if answer["outcome"] != "waiting":
                return str(answer["code"]) if answer["code"] else None
            time.sleep(1)
        return None

    def mini_program_codes(self, person: str) -> tuple[str, str | None]:
        """What ``wx.login`` and the phone-number button give; no phone code without a phone."""
        app_id = self._app("miniprogram")
        body = {"appid": app_id, "person": person}
        code = self._post("/codes", {**body, "kind": "js"})["code"]
        known = requests.get(f"{self.url}/sandbox/v1/people/{person}", timeout=TIMEOUT).json()
        phone_code = self._post("/codes", {**body, "kind": "phone"}) if known["phones"] else None
        return str(code), str(phone_code["code"]) if phone_code else None

    def authorize(self, address: str, person: str) -> str:
        """An authorize page of WeChat's, allowed; where the browser goes then."""
        answer = self._post("/authorizations", {"url": address, "person": person})
        if answer["location"] is None:
            raise SignInFailed("WeChat's page sends the browser nowhere.")
        return str(answer["location"])

    def ticket_of_newest(self, kind: str) -> str:
        """The ticket in the code (``mini-program-codes``) or link (``links``) made last."""
        made = requests.get(f"{self.url}/sandbox/v1/{kind}", timeout=TIMEOUT).json()
        [newest, *_] = made["links" if kind == "links" else "codes"]
        return str(newest["scene"] if "scene" in newest else parse_qs(newest["query"])["ticket"][0])

    def mobile_app(self) -> str:
        """The AppID that the demo's mobile app was built with."""
        return self._app("mobile")

    def _app(self, kind: str) -> str:
        answer = requests.get(f"{self.url}/sandbox/v1/apps", timeout=TIMEOUT).json()
        return str(next(app["appid"] for app in answer["apps"] if app["kind"] == kind))

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/sandbox/v1{path}", json=body, timeout=TIMEOUT)
        if not answer.ok:
            raise SandboxRefused(f"The sandbox says: {_said(answer)}")
        return dict(answer.json())


def _said(answer: requests.Response) -> str:
    with suppress(ValueError, KeyError, TypeError):
        return str(answer.json()["error_description"])
    return answer.text.strip()
