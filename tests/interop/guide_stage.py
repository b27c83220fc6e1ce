"""Where the mini program's stories begin and end, in a deployment that was set up by the guide."""

import queue
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests
from flask import Flask, request

from app.demo.java_helper import JavaApp
from tests.interop.person import DESKTOP, Form, Forms

CALLBACK = "https://shop.example/callback"
PATIENCE = 60
VERIFIER = "a-verifier-of-the-tests-with-enough-characters"
ENDS = ("signed_in", "failed")


@dataclass
class Shop:
    """The registered website, and a computer's browser that is sent from there to Qiao."""

    issuer: str
    sandbox: str
    client_id: str
    secret: str
    browser: requests.Session = field(default_factory=requests.Session)
    page: str = ""

    def __post_init__(self) -> None:
        self.browser.trust_env = False
        self.browser.headers["User-Agent"] = DESKTOP

    def begin(self) -> dict[str, Any]:
        asked = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid wechat",
            "nonce": "n",
        }
        shown = self.browser.get(f"{self.issuer}/authorize?{urlencode(asked)}", timeout=PATIENCE)
        for form in Forms(shown.text).found:
            if form.fields.get("connection") == "wechat":
                shown = self._send(shown, form)
        self.page = shown.url
        number = re.search(r"(\d\d)</strong>", shown.text)
        assert number, shown.text
        assert self.browser.get(f"{self.page}/code", timeout=PATIENCE).ok
        codes = f"{self.sandbox}/sandbox/v1/mini-program-codes"
        scene = requests.get(codes, timeout=PATIENCE).json()["codes"][0]["scene"]
        return {"ticket": scene, "number": int(number[1])}

    def finish(self) -> dict[str, Any]:
        state = self.browser.get(f"{self.page}/status", timeout=PATIENCE).json()["state"]
        if state != "confirmed":
            return {"error": state}
        shown = self.browser.get(self.page, timeout=PATIENCE)
        [form] = [one for one in Forms(shown.text).found if one.action.endswith("/finish")]
        came = self._send(shown, form)
        if not came.is_redirect:
            [form] = [one for one in Forms(came.text).found if ("decision", "allow") in one.buttons]
            form.fields["decision"] = "allow"
            came = self._send(came, form)
        return self._redeem(parse_qs(urlsplit(came.headers["Location"]).query)["code"][0])

    def _redeem(self, code: str) -> dict[str, Any]:
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        login = (self.client_id, self.secret)
        tokens = requests.post(f"{self.issuer}/token", sent, auth=login, timeout=PATIENCE).json()
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        return dict(
            requests.get(f"{self.issuer}/userinfo", headers=bearer, timeout=PATIENCE).json()
        )

    def _send(self, shown: requests.Response, form: Form) -> requests.Response:
        """The page that this leads to, or the redirect to the application."""
        address = urljoin(shown.url, form.action)
        came = self.browser.post(address, data=form.fields, allow_redirects=False, timeout=PATIENCE)
        while came.is_redirect and not came.headers["Location"].startswith(CALLBACK):
            address = urljoin(came.url, came.headers["Location"])
            came = self.browser.get(address, allow_redirects=False, timeout=PATIENCE)
        return came


@dataclass
class App:
    """The registered app: the helper for Android on a JDK."""

    running: JavaApp
    number: int | None = None

    def until(self, *events: str) -> dict[str, Any]:
        """:raises queue.Empty: nothing happened for too long."""
        while (told := self.running.next(PATIENCE))["event"] not in events:
            self.number = told.get("number", self.number)
            assert told["event"] not in (*ENDS, "ended"), told
        return told

    def begin(self) -> dict[str, Any]:
        launch = self.until("launch")
        return {"ticket": launch["path"].partition("ticket=")[2], "number": self.number}

    def finish(self) -> dict[str, Any]:
        self.running.say("returned")
        told = self.until(*ENDS)
        return told["claims"] if told["event"] == "signed_in" else {"error": told["reason"]}


@dataclass
class GuideStage:
    """Serves what `tests/miniprogram/phone.js` asks of a stage."""

    shop: Callable[[], Shop]
    app: Callable[[str], JavaApp]
    database: Path
    begun: dict[str, Shop | App] = field(default_factory=dict)

    def begin(self) -> dict[str, Any]:
        asked, key = request.get_json(), f"sign-in-{len(self.begun)}"
        self.begun[key] = self.shop() if asked["from"] == "scan" else App(self.app("wechat"))
        opening = self.begun[key].begin()
        if asked.get("expired"):
            self.expire()
        return {"key": key, **opening}

    def expire(self) -> None:
        """Three minutes, which nobody wants to wait for."""
        with closing(sqlite3.connect(self.database)) as known, known:
            known.execute("UPDATE ticket SET expires_at = 1")

    def finish(self, key: str) -> dict[str, Any]:
        try:
            return self.begun[key].finish()
        except queue.Empty:
            return {"error": "nothing happened"}

    def served(self) -> Flask:
        served = Flask("guide")
        served.post("/sign-ins")(self.begin)
        served.post("/sign-ins/<key>/finish")(self.finish)
        return served
