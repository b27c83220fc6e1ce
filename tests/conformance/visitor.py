"""A person who signs in to an application over HTTP, with no browser: follows, fills in, allows."""

import re
from typing import Any
from urllib.parse import urlencode, urljoin

import requests

from tests.conformance.deployment import DeploymentError

TIMEOUT = 20.0
MOST_STEPS = 12


class Visitor:
    """:param issuer: the deployment. :param verify: what vouches for its certificate: True for the
    system's authorities, or a file."""

    def __init__(self, issuer: str, verify: bool | str) -> None:
        self._issuer = issuer
        self._verify = verify

    def sign_in(self, client_id: str, redirect_uri: str, name: str, password: str) -> None:
        """As far as the redirect to the application, which is not followed.

        :raises DeploymentError: it does not come to that.
        """
        asked = {"client_id": client_id, "redirect_uri": redirect_uri}
        query = urlencode({**asked, "response_type": "code", "scope": "openid"})
        entered = {"username": name, "password": password}
        try:
            with requests.Session() as browser:
                page = self._follow(browser, f"{self._issuer}/authorize?{query}", redirect_uri)
                for action, fields in (
                    ("/password", entered),
                    ("/consent/", {"decision": "allow"}),
                ):
                    if page is not None and (form := _form(page.text, action)):
                        target, hidden = form
                        url = urljoin(page.url, target)
                        body = {**hidden, **fields}
                        page = self._follow(browser, url, redirect_uri, body)
        except requests.RequestException as error:
            raise DeploymentError(f"{name} cannot sign in ({type(error).__name__}).") from error
        if page is not None:
            raise DeploymentError(f"{name} cannot sign in: stopped at {page.url.partition('?')[0]}")

    def _follow(
        self, browser: requests.Session, url: str, end: str, body: dict[str, str] | None = None
    ) -> Any:
        """The page that one arrives at; None where the application's address is reached."""
        for _ in range(MOST_STEPS):
            method = "GET" if body is None else "POST"
            page = browser.request(
                method, url, data=body, verify=self._verify, timeout=TIMEOUT, allow_redirects=False
            )
            if not page.is_redirect:
                return page
            url, body = urljoin(page.url, page.headers["Location"]), None
            if url.startswith(end):
                return None
        raise DeploymentError(f"{self._issuer} leads in a circle.")


def _form(page: str, action: str) -> tuple[str, dict[str, str]] | None:
    """The form whose action holds these words: where it goes, with what is hidden in it."""
    found = re.search(rf'<form[^>]*action="([^"]*{re.escape(action)}[^"]*)".*?</form>', page, re.S)
    if found is None:
        return None
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return found[1], dict(hidden)
