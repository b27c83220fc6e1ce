"""One HTTP call to WeChat: bounded in time and size, quiet about secrets, never repeated.

Section 1.0 of WeChat's server API guide: errors come with HTTP 200, the content type does not
tell what the body is, and ``errcode`` may be absent on success.
"""

import json
import logging
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from federation.certificates import verifier_reason
from federation.errors import Unavailable
from federation.observers import Observers
from federation.wechat.settings import WeChatSettings

if TYPE_CHECKING:
    import requests

JSON_LIMIT = 64 * 1024
IMAGE_LIMIT = 1024 * 1024
_CHUNK = 16 * 1024
_POOL = 256
"""Idle connections kept at most; as many sign-ins can wait for WeChat without new handshakes."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What WeChat said. ``errcode`` is 0 on success; ``image`` is empty but for pictures."""

    errcode: int
    document: Mapping[str, Any] = field(repr=False)
    image: bytes = field(default=b"", repr=False)

    def text(self, name: str) -> str | None:
        """A member as a non-empty string, else None."""
        value = self.document.get(name)
        return value if isinstance(value, str) and value else None


class Transport:
    """Calls WeChat's server APIs over pooled connections; safe to share between threads."""

    def __init__(self, settings: WeChatSettings, observers: Observers | None = None) -> None:
        self._settings = settings
        self._observers = observers or Observers()

    @cached_property
    def _http(self) -> "requests.Session":
        from federation.wechat.deadline import bare_session  # 5 MiB, for the first call

        return bare_session(_POOL)

    def get(self, path: str, query: Mapping[str, str], *, app_id: str) -> Answer:
        """A GET whose parameters are all in the query. Raises ``Unavailable``."""
        return self._call("GET", path, query, None, app_id, JSON_LIMIT)

    def post(
        self,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any],
        *,
        app_id: str,
        limit: int = JSON_LIMIT,
    ) -> Answer:
        """A POST with a JSON body. Raises ``Unavailable``."""
        return self._call("POST", path, query, body, app_id, limit)

    def reach(self) -> str | None:
        """Why WeChat cannot be spoken to from here; None when it answers, whatever it says."""
        status, _, problem = self._exchange("GET", "/", {}, None, JSON_LIMIT)
        return None if status else problem

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None,
        app_id: str,
        limit: int,
    ) -> Answer:
        begun = time.monotonic()
        status, content, problem = self._exchange(method, path, query, body, limit)
        if problem is None and status != 200:
            problem = f"HTTP {status}"
        answer = None if problem else _parse(content)
        ended = str(answer.errcode) if answer else "unavailable"
        for observe in self._observers.calls:
            observe("wechat", path, ended, time.monotonic() - begun)
        if answer is None:
            problem = problem or "neither JSON nor an image"
            _log.warning("WeChat is unavailable: %s call=%s app_id=%s", problem, path, app_id)
            raise Unavailable(f"{path}: {problem}")
        if answer.errcode:
            sent = [*query.values(), *_strings(body or {})]
            _log_refusal(answer, path, app_id, sent)
        return answer

    def _exchange(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None,
        limit: int,
    ) -> tuple[int, bytes, str | None]:
        """Status, body and what went wrong.

        A failure is returned, not raised: the library's exceptions quote the URL, which holds
        secrets, and would stay attached to ours as its context.
        """
        from federation.wechat.deadline import FAILURES, deadline

        settings = self._settings
        try:
            with (
                deadline(settings.total_timeout),
                self._http.request(
                    method,
                    settings.api_base + path,
                    params=query,
                    data=None if body is None else _dump(body),
                    headers={} if body is None else {"Content-Type": "application/json"},
                    timeout=(settings.connect_timeout, settings.total_timeout),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                content = _read(response, limit)
                if content is None:
                    return response.status_code, b"", f"a body of more than {limit} bytes"
                return response.status_code, content, None
        except FAILURES as error:
            reason = verifier_reason(error)
            return 0, b"", type(error).__name__ + (f": {reason}" if reason else "")


def _read(response: "requests.Response", limit: int) -> bytes | None:
    """The body as it came, or None when it is larger than ``limit`` bytes."""
    content = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        content += chunk
        if len(content) > limit:
            response.raw.close()
            return None
    return bytes(content)


def _parse(content: bytes) -> Answer | None:
    """The answer by its first byte, since content types lie: an object is JSON, else a picture."""
    if content.startswith((b"\xff\xd8", b"\x89PNG")):
        return Answer(0, {}, content)
    try:
        # Raw control characters occur in values; the bytes are UTF-8 whatever the header says.
        document = json.loads(content.decode("utf-8-sig", "replace"), strict=False)
        errcode = int(document.get("errcode") or 0)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return Answer(errcode, document)


def _log_refusal(answer: Answer, path: str, app_id: str, sent: Iterable[str]) -> None:
    message = str(answer.document.get("errmsg", ""))[:300]
    rid = re.search(r"rid: ?([0-9a-f-]{1,40})", message)
    for value in sent:
        if len(value) > 3:
            message = message.replace(value, "***")
    _log.warning(
        "WeChat refused: errcode=%s rid=%s call=%s app_id=%s errmsg=%r",
        answer.errcode,
        rid.group(1) if rid else None,
        path,
        app_id,
        message,
    )


def _strings(body: Mapping[str, Any]) -> list[str]:
    return [value for value in body.values() if isinstance(value, str)]


def _dump(body: Mapping[str, Any]) -> bytes:
    # Some of WeChat's APIs take \uXXXX escapes literally, so the bytes are UTF-8.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
