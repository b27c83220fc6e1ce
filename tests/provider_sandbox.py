"""The sandbox's provider of OpenID Connect and OAuth 2.0, live on a free port, for tests."""

import re
import threading
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests

from federation.ports import Reply
from federation.sandbox.provider import create_provider
from federation.sandbox.provider.world import CLIENT_ID, CLIENT_SECRET, PEOPLE
from federation.sandbox.server import sandbox_server
from tests.conftest import TestClock

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "PEOPLE", "LiveProvider", "PlayedWeb"]

_FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


class LiveProvider:
    """Listening at ``url``: ``provider.does(alg="none")``, ``provider.authorize(page, name)``."""

    def __init__(self, clock: TestClock, watch: Callable[[], None] = lambda: None) -> None:
        """:param watch: called while a request is being answered, before it is."""
        application = create_provider(clock)
        application.before_request(watch)
        self._server = sandbox_server(application)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        self._http = requests.Session()

    def close(self) -> None:
        self._http.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def does(self, **quirks: Any) -> None:
        """These switches (`federation.sandbox.provider.quirks`), and every other one off."""
        self._control("PUT", "/quirks", quirks)

    def reset(self) -> None:
        self._control("POST", "/reset", {})

    def rotate(self) -> None:
        """Signs with new keys from now on."""
        self._control("POST", "/rotate", {})

    def person(self, name: str, /, **told: Any) -> None:
        self._control("PUT", f"/people/{name}", told)

    def sign(self, claims: Mapping[str, Any], typ: str = "") -> str:
        """A JWT of the provider's."""
        return str(self._control("POST", f"/sign?typ={quote(typ)}", dict(claims))["token"])

    def calls(self, endpoint: str) -> list[dict[str, Any]]:
        """What an endpoint was sent since the last time."""
        found: list[dict[str, Any]] = self._control("GET", "/journal", None)
        return [call for call in found if call["endpoint"] == endpoint]

    def forget(self) -> None:
        self._control("DELETE", "/journal", None)

    def authorize(self, page: str, person: str, issuer: str = "") -> dict[str, str]:
        """What the browser of this person comes back with; they agree at once."""
        headers = {"X-Sandbox-Issuer": issuer} if issuer else {}
        where = f"{page}&as={person}"
        answer = self._http.get(where, headers=headers, allow_redirects=False, timeout=5)
        if answer.status_code == 200 and 'method="post"' in answer.text:
            return {name: unescape(value) for name, value in _FIELD.findall(answer.text)}
        assert answer.status_code == 303, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def _control(self, method: str, path: str, body: object) -> Any:
        answer = self._http.request(method, f"{self.url}/control{path}", json=body, timeout=5)
        assert answer.ok, answer.text
        return answer.json()


class PlayedWeb:
    """A way to the web on which this provider plays others: their addresses lead to it.

    :param played: addresses, or beginnings of them, and the path here that they lead to.
    :param issuer: that the provider calls itself.
    :param patience: seconds.
    """

    def __init__(
        self, provider: LiveProvider, played: Mapping[str, str], issuer: str, patience: float
    ) -> None:
        self._provider = provider
        self._played = sorted(played.items(), key=lambda pair: -len(pair[0]))
        self._issuer = issuer
        self.patience = patience
        self._http = requests.Session()

    def here(self, url: str) -> str:
        """Where an address of theirs leads."""
        for theirs, path in self._played:
            if theirs and url.startswith(theirs):
                return self._provider.url + path + url.removeprefix(theirs)
        raise OSError(f"nobody plays {url}")

    def exchange(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        sent = {**headers, "X-Sandbox-Issuer": self._issuer} if self._issuer else dict(headers)
        try:
            answer = self._http.request(
                method, self.here(url), data=body, headers=sent, timeout=self.patience
            )
        except requests.RequestException as error:
            raise OSError(type(error).__name__) from None
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, answer.content, named)
