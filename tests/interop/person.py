"""A person before a browser without JavaScript, over HTTP: reads pages and answers their forms."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

USERNAME = "li.lei"
PASSWORD = "correct horse battery staple"
TIMEOUT = 90
"""Seconds; some programs compile a page when somebody opens it first."""
MOST_STEPS = 20
BY_AN_APP = 1069
DESKTOP = "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"


@dataclass
class Form:
    """What one form of a page would send, and what its buttons would add."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """All forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", "")))
        elif tag == "input" and self.found and "name" in given:
            self.found[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button" and self.found and "name" in given:
            self.found[-1].buttons.append((given["name"], given.get("value", "")))


class Person:
    """Goes where applications send them and says yes to everything.

    :param issuer: where Qiao is; every other address is an application's.
    :param wechat: who they are in the sandbox; None: they sign in with a password.
    :param authority: a file with the certificate that the browser is to believe.
    """

    def __init__(
        self, issuer: str, sandbox: str, wechat: str | None = None, authority: str | None = None
    ) -> None:
        self._issuer = issuer
        self._sandbox = sandbox
        self._wechat = wechat
        self._http = requests.Session()
        self._http.trust_env = False  # everything is on this machine
        self._http.verify = authority or True
        self._http.headers["User-Agent"] = DESKTOP

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def cookies(self) -> dict[str, bool]:
        """The names of the browser's cookies, and whether they are for https alone."""
        return {cookie.name: cookie.secure for cookie in self._http.cookies}

    def open(self, url: str) -> requests.Response:
        """What is at this address; redirects are not followed."""
        return self._http.get(url, allow_redirects=False, timeout=TIMEOUT)

    def browse(self, url: str) -> str | None:
        """The application's address that the browser is sent to in the end.

        None when it ends on a page of Qiao's that asks nothing more.
        """
        answer = self.open(url)
        for _ in range(MOST_STEPS):
            if answer.is_redirect:
                url = urljoin(answer.url, answer.headers["Location"])
                if not url.startswith(f"{self._issuer}/"):
                    return url
                answer = self.open(url)
                continue
            assert answer.status_code == requests.codes.ok, answer.text
            sent = self._answer(answer)
            if sent is None:
                return None
            answer = sent
        raise AssertionError(f"the browser goes round in circles at {url}")

    def confirm(self, path: str, number: int) -> None:
        """Confirms in the mini program that an app launched with this path, and shows a number."""
        scene = parse_qs(urlsplit(path).query)["ticket"][0]
        self._visit(scene, "read", entry=BY_AN_APP)
        self._visit(scene, "confirm", entry=BY_AN_APP, number=number)

    def _answer(self, page: requests.Response) -> requests.Response | None:
        """Sends the form that leads on; None where the page has no such form."""
        # The page with the code can also begin anew: what ends it comes first.
        for form in sorted(Forms(page.text).found, key=lambda form: "/finish" not in form.action):
            if (answers := self._answers(form, page)) is not None:
                return self._http.post(
                    urljoin(page.url, form.action),
                    data={**form.fields, **answers},
                    allow_redirects=False,
                    timeout=TIMEOUT,
                )
        return None

    def _answers(self, form: Form, page: requests.Response) -> dict[str, str] | None:
        if "password" in form.fields:
            return None if self._wechat else {"username": USERNAME, "password": PASSWORD}
        for yes in ("allow", "leave"):
            if ("decision", yes) in form.buttons:
                return {"decision": yes}
        if form.action.endswith("/finish"):
            self._scan(page.text)
            return {}
        if "user_code" in form.fields or "/continue/" in form.action:
            return {}
        return {} if self._wechat and "connection" in form.fields else None

    def _scan(self, page: str) -> None:
        """Scans the code that appeared last and picks the number beside it."""
        shown = re.search(r"(\d\d)</strong>", page)
        assert shown, page
        codes = self._control("GET", "/mini-program-codes")["codes"]
        self._visit(codes[0]["scene"], "read")
        self._visit(codes[0]["scene"], "confirm", number=int(shown[1]))

    def _visit(self, scene: str, action: str, **more: object) -> None:
        visit = {"person": self._wechat, "scene": scene, "action": action, **more}
        done = self._control("POST", "/visits", visit)
        assert done["status"] == requests.codes.ok, done

    def _control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        url = f"{self._sandbox}/sandbox/v1{path}"
        answer = requests.request(method, url, json=body, timeout=TIMEOUT)
        assert answer.ok, answer.text
        return dict(answer.json())
