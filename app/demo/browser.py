"""A browser in the demo: on a computer (also one of Huawei's, and inside WeCom), on a phone, or
inside WeChat, with a person before it.

It reads pages and answers their forms, as somebody would by hand who says yes to everything; what
the person does on the phone goes to the sandbox.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

from app.demo.virtual_phone import TIMEOUT, SignInFailed, VirtualPhone

PLACES = {
    "computer": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 "
    "Safari/537.36",
    "harmony": "Mozilla/5.0 (PC; OpenHarmony 5.1) AppleWebKit/537.36 Chrome/132.0.0.0 "
    "Safari/537.36 ArkWeb/4.1.6.1",
    "wecom": "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 Chrome/111.0 Safari/537.36 "
    "wxwork/4.1.22 (MicroMessenger/6.2) WindowsWechat MailPlugin_Electron",
    "phone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "Version/18.0 Mobile/15E148 Safari/604.1",
    "wechat": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "Mobile/15E148 MicroMessenger/8.0.54 Language/zh_CN",
}
"""User agents, which are all that a page goes by."""
MOST_PAGES = 20
YES = (("decision", "allow"), ("decision", "leave"))


@dataclass
class Form:
    action: str
    fields: dict[str, str]
    buttons: list[tuple[str, str]]


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", ""), {}, []))
        elif self.found and tag in ("input", "button") and "name" in given:
            pair = (given["name"], given.get("value", ""))
            if tag == "button":
                self.found[-1].buttons.append(pair)
            else:
                self.found[-1].fields[pair[0]] = pair[1]


class Browser:
    """:param place: one of `PLACES`.

    :param say: called with each thing that happens.
    """

    def __init__(
        self, place: str, phone: VirtualPhone, person: str, say: Callable[[str], None]
    ) -> None:
        self._phone, self._person, self._say = phone, person, say
        self._http = requests.Session()
        self._http.headers["User-Agent"] = PLACES[place]

    def sign_in(self, application: str) -> str:
        """The page of the application that somebody gets who has signed in.

        :raises SignInFailed: it came to another end.
        """
        page = self._open(f"{application}/login")
        for _ in range(MOST_PAGES):
            if page.url.startswith(f"{application}/"):
                return page.text
            page = self._onward(page)
        raise SignInFailed(f"The pages go round in circles at {page.url}.")

    def _open(self, address: str) -> requests.Response:
        """What is there, after redirects; at WeChat's own pages the person agrees."""
        answer = self._http.get(address, allow_redirects=False, timeout=TIMEOUT)
        return self._follow(answer)

    def _follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect:
            address = urljoin(answer.url, answer.headers["Location"])
            if address.startswith(f"{self._phone.url}/"):
                self._say(f"WeChat asks {self._person}: {address.partition('?')[0]}")
                address = self._phone.authorize(address, self._person)
            answer = self._http.get(address, allow_redirects=False, timeout=TIMEOUT)
        if not answer.ok:
            raise SignInFailed(f"{answer.status_code} at {answer.url.partition('?')[0]}")
        return answer

    def _onward(self, page: requests.Response) -> requests.Response:
        """The next page: by the form that leads on, after WeChat where it is wanted."""
        forms = Forms(page.text).found
        finish = next((form for form in forms if form.action.endswith("/finish")), None)
        if finish is not None:
            self._confirm(page)
            return self._submit(page, finish, {})
        for form in forms:
            chosen = dict(pair for pair in form.buttons if pair in YES)
            if chosen or "connection" in {*form.fields, *(name for name, _ in form.buttons)}:
                return self._submit(page, form, chosen or dict(form.buttons[:1]))
        raise SignInFailed(f"Nothing leads on from {page.url.partition('?')[0]}.")

    def _submit(
        self, page: requests.Response, form: Form, more: dict[str, str]
    ) -> requests.Response:
        address = urljoin(page.url, form.action)
        fields = {**form.fields, **more}
        return self._follow(
            self._http.post(address, data=fields, allow_redirects=False, timeout=TIMEOUT)
        )

    def _confirm(self, page: requests.Response) -> None:
        """The page waits for the mini program: its code is scanned, or its link was opened."""
        shown = re.search(r"(\d\d)</strong>", page.text)
        if shown is None:
            return  # confirmed already
        address = page.url.partition("?")[0]
        if f"{urlsplit(address).path}/open" in page.text:
            self._http.get(f"{address}/open", allow_redirects=False, timeout=TIMEOUT)
            ticket = self._phone.ticket_of_newest("links")
            self._say(f"The page opens WeChat; {self._person} confirms in the mini program.")
        else:
            self._http.get(f"{address}/code", timeout=TIMEOUT)
            ticket = self._phone.ticket_of_newest("mini-program-codes")
            self._say(f"{self._person} scans the code and picks {shown[1]}.")
        self._phone.confirm(self._person, f"?ticket={ticket}", int(shown[1]))
