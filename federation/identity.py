"""What an upstream said about a person: the only value that crosses from federation to the rest."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, NamedTuple

PhoneProvenance = Literal["wechat-quick", "wechat-realtime"]

OPENID = "wechat:openid:"
UNIONID = "wechat:unionid:"


class ExternalKey(NamedTuple):
    """One stable name of a person at the upstream.

    ``("wechat:openid:<AppID>", openid)`` is always there;
    ``("wechat:unionid:<Open Platform account>", unionid)`` only where WeChat gave a UnionID and
    the administrator said which Open Platform account it belongs to.
    """

    namespace: str
    value: str


@dataclass(frozen=True)
class VerifiedPhone:
    """A number in E.164 that WeChat vouched for, how, and when (Unix seconds)."""

    number: str = field(repr=False)
    provenance: PhoneProvenance
    verified_at: int


@dataclass(frozen=True)
class Identity:
    """One person as the upstream knows them. Name and picture are unverified, chosen by them."""

    keys: tuple[ExternalKey, ...]
    phone: VerifiedPhone | None = None
    name: str | None = None
    picture: str | None = None
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def appid(self) -> str:
        """The AppID of the credential that signed the person in."""
        return self._openid_key.namespace.removeprefix(OPENID)

    @property
    def openid(self) -> str:
        return self._openid_key.value

    @property
    def unionid(self) -> str | None:
        """The UnionID as WeChat gave it, also where no Open Platform account is configured."""
        return self.raw.get("unionid")

    @property
    def _openid_key(self) -> ExternalKey:
        return next(key for key in self.keys if key.namespace.startswith(OPENID))

    def to_json(self) -> str:
        """The identity as text, for a sealed column."""
        document = asdict(self) | {"keys": [list(key) for key in self.keys], "raw": dict(self.raw)}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Identity":
        """The identity that :meth:`to_json` wrote."""
        document = json.loads(text)
        phone = document["phone"]
        return cls(
            keys=tuple(ExternalKey(namespace, value) for namespace, value in document["keys"]),
            phone=VerifiedPhone(**phone) if phone else None,
            name=document["name"],
            picture=document["picture"],
            raw=document["raw"],
        )
