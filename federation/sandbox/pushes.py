"""Event pushes: what WeChat tells a developer's server when people change their mind."""

import json
import secrets
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape

import requests

from . import push_crypto
from .apps import WeChatApp

Event = Literal[
    "user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"
]
EVENTS: tuple[Event, ...] = (
    "user_info_modified",
    "user_authorization_revoke",
    "user_authorization_cancellation",
)

#: Seconds that WeChat waits for an answer, and how often it tries again.
ANSWER_WITHIN = 5.0
RETRIES = 3

Fields = Mapping[str, str | int]


@dataclass(frozen=True)
class Attempt:
    """One delivery: ``status`` is None when nobody answered in time."""

    status: int | None
    body: str
    milliseconds: int

    @property
    def is_accepted(self) -> bool:
        return self.status == 200 and self.body.strip() in ("", "success")


@dataclass
class Push:
    """One push as it was sent, so that it can be sent again byte for byte."""

    appid: str
    url: str
    query: Mapping[str, str]
    content_type: str
    content: bytes
    number: int = 0
    attempts: list[Attempt] = field(default_factory=list)


class Pushes:
    """The last pushes, oldest first."""

    def __init__(self) -> None:
        self._sent: deque[Push] = deque(maxlen=500)
        self._count = 0

    def add(self, push: Push) -> Push:
        self._count += 1
        push.number = self._count
        self._sent.append(push)
        return push

    def get(self, number: int) -> Push | None:
        return next((push for push in self._sent if push.number == number), None)

    def all(self) -> list[Push]:
        return list(self._sent)


def event_fields(
    app: WeChatApp,
    event: Event,
    now: int,
    *,
    openid: str | None,
    unionid: str | None,
    revoke_info: str,
) -> dict[str, str | int]:
    """The fields of an event in WeChat's order; None leaves a field out.

    ``FromUserName`` is an account of the platform, never the person.
    """
    fields: dict[str, str | int | None] = {
        "ToUserName": app.original_id or app.appid,
        "FromUserName": "oSandboxPlatformAccount00000",
        "CreateTime": now,
        "MsgType": "event",
        "Event": event,
        "OpenID": openid,
        "UnionID": unionid,
        "AppID": app.appid,
        "RevokeInfo": revoke_info if event == "user_authorization_revoke" else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def verify_ticket_fields(component: WeChatApp, ticket: str, now: int) -> dict[str, str | int]:
    """What WeChat pushes to a third party every ten minutes."""
    return {
        "AppId": component.appid,
        "CreateTime": now,
        "InfoType": "component_verify_ticket",
        "ComponentVerifyTicket": ticket,
    }


def with_stray_spaces(fields: Fields) -> dict[str, str | int]:
    """The fields with the blanks that WeChat's own samples have in keys and values."""
    return {
        f" {name}" if name.endswith("ID") else name: f" {value}" if name.endswith("ID") else value
        for name, value in fields.items()
    }


def to_json(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False)


def to_xml(fields: Fields) -> str:
    """XML as WeChat writes it: texts as CDATA, numbers bare, blanks inside the tag kept."""
    lines = "".join(
        f"<{name}>{value if isinstance(value, int) else f'<![CDATA[{value}]]>'}</{name.strip()}>"
        for name, value in fields.items()
    )
    return f"<xml>{lines}</xml>"


def compose(
    app: WeChatApp, message: str, *, is_xml: bool, secure: bool, now: int, openid: str
) -> Push:
    """The signed, and in secure mode encrypted, request for one message."""
    nonce = str(secrets.randbelow(10**9))
    query = {
        "signature": push_crypto.signature(app.push_token, str(now), nonce),
        "timestamp": str(now),
        "nonce": nonce,
        "openid": openid,
    }
    if secure:
        encrypted = push_crypto.encrypt(app.push_aes_key, message, app.appid)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = push_crypto.signature(app.push_token, str(now), nonce, encrypted)
        message = _envelope(app, encrypted, is_xml=is_xml)
    content_type = "text/xml" if is_xml else "application/json"
    return Push(app.appid, app.push_url, query, content_type, message.encode())


def deliver(push: Push, *, retries: int = RETRIES, timeout: float = ANSWER_WITHIN) -> None:
    """Send until it is accepted (HTTP 200 with ``success`` or nothing) or the retries are over."""
    for _ in range(retries + 1):
        attempt = _attempt(push, timeout)
        push.attempts.append(attempt)
        if attempt.is_accepted:
            return


def verify_url(app: WeChatApp, now: int, timeout: float = ANSWER_WITHIN) -> bool:
    """The GET that the console makes at set-up: the answer must be ``echostr`` and nothing else."""
    nonce, echo = str(secrets.randbelow(10**9)), secrets.token_hex(10)
    query = {
        "signature": push_crypto.signature(app.push_token, str(now), nonce),
        "timestamp": str(now),
        "nonce": nonce,
        "echostr": echo,
    }
    try:
        answer = requests.get(app.push_url, params=query, timeout=timeout, allow_redirects=False)
    except requests.RequestException:
        return False
    return answer.status_code == 200 and answer.text == echo


def _envelope(app: WeChatApp, encrypted: str, *, is_xml: bool) -> str:
    to = app.original_id or app.appid
    if is_xml:
        name = "AppId" if app.kind == "component" else "ToUserName"
        return (
            f"<xml><{name}><![CDATA[{escape(to)}]]></{name}>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        )
    return json.dumps({"ToUserName": to, "Encrypt": encrypted})


def _attempt(push: Push, timeout: float) -> Attempt:
    began = time.monotonic()
    status, body = None, ""
    try:
        answer = requests.post(
            push.url,
            params=dict(push.query),
            data=push.content,
            headers={"Content-Type": push.content_type},
            timeout=timeout,
            allow_redirects=False,
        )
        status, body = answer.status_code, answer.content[:500].decode("utf-8", "replace")
    except requests.RequestException:
        pass
    return Attempt(status, body, round((time.monotonic() - began) * 1000))
