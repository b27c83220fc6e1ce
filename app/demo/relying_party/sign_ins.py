"""Who is signed in: kept in memory, the browser's cookie holds only an id."""

import base64
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

KEPT = 1000

FIRST = (
    *("sub", "wechat_openid", "wechat_unionid", "wechat_appid", "name", "picture"),
    *("phone_number", "phone_number_verified", "idp"),
)
TIMES = {"exp", "iat", "auth_time", "nbf", "updated_at"}


@dataclass(frozen=True)
class SignIn:
    """What Qiao told about a person, verified."""

    id_token: str = field(repr=False)
    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    userinfo: Mapping[str, Any]
    scope: str

    @classmethod
    def of(cls, token: Mapping[str, Any], userinfo: Mapping[str, Any]) -> Self:
        """:param token: the token response; its ID token has been verified by Authlib."""
        return cls(
            id_token=token["id_token"],
            header=header_of(token["id_token"]),
            claims=dict(token["userinfo"]),
            userinfo=userinfo,
            scope=token.get("scope", ""),
        )

    @property
    def name(self) -> str | None:
        """What the person is called; WeChat tells it only of some."""
        return self.userinfo.get("name")

    @property
    def picture(self) -> str | None:
        return self.userinfo.get("picture")

    def shown(self, claims: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Claims as text, times readable, those of the person before those of the token."""
        names = [name for name in FIRST if name in claims]
        names += [name for name in claims if name not in FIRST]
        return [(name, text_of(name, claims[name])) for name in names]


class SignIns:
    """The newest thousand."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, SignIn] = OrderedDict()

    def add(self, sign_in: SignIn) -> str:
        sign_in_id = secrets.token_urlsafe(16)
        self._known[sign_in_id] = sign_in
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return sign_in_id

    def get(self, sign_in_id: str | None) -> SignIn | None:
        return self._known.get(sign_in_id or "")

    def remove(self, sign_in_id: str | None) -> SignIn | None:
        return self._known.pop(sign_in_id or "", None)


def header_of(token: str) -> dict[str, Any]:
    """The header of a signed token (RFC 7515 4)."""
    encoded = token.split(".", 1)[0]
    header: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    )
    return header


def text_of(name: str, value: Any) -> str:
    if name in TIMES and isinstance(value, int):
        return f"{value} ({datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
