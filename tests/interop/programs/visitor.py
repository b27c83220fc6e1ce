"""A person of WeChat's before a browser without JavaScript, at any application and Qiao."""

from collections.abc import Sequence
from http.cookiejar import Cookie
from typing import Any
from urllib.parse import urljoin

import requests
from requests.cookies import RequestsCookieJar

from tests.interop.person import MOST_STEPS, TIMEOUT, Forms, Person

WAYS = 3 * MOST_STEPS


class Stopped(Exception):
    """The way ends at a page that nobody wants; the text says at which."""


class TrustingCookies(RequestsCookieJar):
    """Browsers trust addresses of this machine without https, with cookies marked Secure too."""

    def set_cookie(self, cookie: Cookie, *args: Any, **options: Any) -> None:
        cookie.secure = False
        super().set_cookie(cookie, *args, **options)


class Visitor(Person):
    """Follows every redirect, also those of the application."""

    def __init__(self, issuer: str, sandbox: str, wechat: str) -> None:
        super().__init__(issuer, sandbox, wechat)
        self._http.cookies = TrustingCookies()

    def travel(self, url: str, press: Sequence[str] = ()) -> requests.Response:
        """The page at which the way ends. :raises Stopped: it is an error's.

        :param press: parts of the ``action`` of the application's forms; each is sent once.
        """
        waiting = list(press)
        answer = self.open(url)
        for _ in range(WAYS):
            following = self._next(answer, waiting)
            if following is None:
                return answer
            answer = following
        raise Stopped(f"the browser goes round in circles at {answer.url}")

    def _next(self, answer: requests.Response, waiting: list[str]) -> requests.Response | None:
        if answer.is_redirect:
            return self.open(urljoin(answer.url, answer.headers["Location"]))
        if not answer.ok:
            raise Stopped(f"{answer.status_code} at {answer.url}: {words(answer.text)}")
        if answer.url.startswith(f"{self._issuer}/"):
            return self._answer(answer)
        return self._press(answer, waiting)

    def _press(self, page: requests.Response, waiting: list[str]) -> requests.Response | None:
        for form in Forms(page.text).found:
            wanted = next((part for part in waiting if part in form.action), None)
            if wanted is not None:
                waiting.remove(wanted)
                url = urljoin(page.url, form.action)
                fields = {**form.fields, **dict(form.buttons[:1])}
                return self._http.post(url, fields, allow_redirects=False, timeout=TIMEOUT)
        return None

    def scan(self, page: str) -> None:
        """Scans the code on a page that another browser shows."""
        self._scan(page)

    def read(self, url: str) -> dict[str, Any]:
        """What the application tells as JSON. :raises Stopped: it tells an error."""
        answer = self.open(url)
        if answer.status_code != requests.codes.ok:
            raise Stopped(f"{answer.status_code} at {url}: {words(answer.text)}")
        return dict(answer.json())


def words(page: str) -> str:
    """The beginning of what a page says."""
    return " ".join(page.split())[-300:]
