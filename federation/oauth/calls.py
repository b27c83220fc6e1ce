"""One call to a provider's server: counted, quiet about secrets, never repeated."""

import logging
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from federation.errors import Unavailable
from federation.oauth import answers
from federation.ports import Reply
from federation.source import Surroundings

_log = logging.getLogger(__name__)


class Calls:
    """Calls of one source.

    :param source_id: what they are counted under.
    """

    def __init__(self, source_id: str, surroundings: Surroundings) -> None:
        self._source_id = source_id
        self._web = surroundings.web
        self._observers = surroundings.observers

    def get(self, name: str, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """:raises Unavailable: there was no usable answer."""
        return self._call(name, "GET", url, None, {"Accept": "application/json", **(headers or {})})

    def post(
        self,
        name: str,
        url: str,
        form: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """:raises Unavailable: there was no usable answer."""
        return self.send(
            name,
            url,
            urlencode(form).encode(),
            {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})},
        )

    def send(self, name: str, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """A POST of whatever body a source wants; the headers say which.

        :raises Unavailable: there was no usable answer.
        """
        return self._call(name, "POST", url, body, {"Accept": "application/json", **headers})

    def _call(
        self, name: str, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        begun = time.monotonic()
        try:
            reply, problem = self._web.exchange(method, url, body, headers), ""
        except OSError as error:
            # Its context may quote what was sent.
            reply, problem = None, str(error)
        ended = "unavailable" if reply is None or reply.status >= 500 else "0"
        if reply is not None and 400 <= reply.status < 500:
            ended = str(reply.status)
        for observe in self._observers.calls:
            observe(self._source_id, name, ended, time.monotonic() - begun)
        if reply is None:
            _log.warning("%s is unavailable: %s call=%s", self._source_id, problem, name)
            raise Unavailable(f"{name}: {problem}") from None
        return reply


def document(name: str, reply: Reply) -> Mapping[str, object]:
    """The object of an answer.

    :raises Unavailable: it holds none, or the server is broken.
    """
    if reply.status >= 500 or reply.status == 429:
        raise Unavailable(f"{name}: HTTP {reply.status}")
    try:
        return answers.read(reply)
    except answers.Unreadable as error:
        raise Unavailable(f"{name}: HTTP {reply.status}, {error}") from None
