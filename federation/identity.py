"""What an upstream said about a person: the only value that crosses from federation to the rest."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

SHARED = ("unionid", "shared")
"""The second part of namespaces whose names hold for several credentials of one source. WeChat,
and most sources in China, call such a name a UnionID."""


class ExternalKey(NamedTuple):
    """One stable name of a person: ``<source>:<what it is called>:<for what it holds>``, value."""

    namespace: str
    value: str


def is_shared(namespace: str) -> bool:
    """Whether names of this namespace are shared by credentials, and no way in by themselves."""
    return namespace.split(":")[1:2] in ([word] for word in SHARED)


@dataclass(frozen=True)
class VerifiedPhone:
    """A number in E.164 that the source vouches for, how, and when (Unix seconds)."""

    number: str = field(repr=False)
    provenance: str
    verified_at: int


@dataclass(frozen=True)
class Email:
    """An address, and whether the source vouches that it is this person's."""

    address: str = field(repr=False)
    is_verified: bool = False


@dataclass(frozen=True)
class SourceSession:
    """The person's session at the source: its name there, and what ends it."""

    sid: str | None = None
    id_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SourceTokens:
    """What lets its holder speak to the source for the person (RFC 6749 5.1).

    :param expires_at: Unix seconds; None where the source does not say.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str = ""
    expires_at: int | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "SourceTokens":
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Identity:
    """One person as the source knows them. Name and picture are unverified, chosen by them.

    The first key is the one that the credential alone knows the person by, and is always there;
    one that several credentials of the source share may follow (`federation.source.Keys`).

    :param amr: how the source says that it has authenticated them this time (RFC 8176).
    :param tokens: the person's at the source, where the connection keeps them.
    :param id_token_alg: what the ID token was signed with that said so.
    """

    keys: tuple[ExternalKey, ...]
    phone: VerifiedPhone | None = None
    name: str | None = None
    picture: str | None = None
    raw: Mapping[str, str] = field(default_factory=dict, repr=False)
    email: Email | None = None
    amr: tuple[str, ...] = ()
    session: SourceSession | None = None
    tokens: SourceTokens | None = None
    id_token_alg: str | None = None

    def to_json(self) -> str:
        """The identity as text, for a sealed column."""
        document = asdict(self) | {"keys": [list(key) for key in self.keys], "raw": dict(self.raw)}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Identity":
        """The identity that :meth:`to_json` wrote."""
        document = json.loads(text)
        phone, email = document["phone"], document.get("email")
        session, tokens = document.get("session"), document.get("tokens")
        return cls(
            keys=tuple(ExternalKey(namespace, value) for namespace, value in document["keys"]),
            phone=VerifiedPhone(**phone) if phone else None,
            name=document["name"],
            picture=document["picture"],
            raw=document["raw"],
            email=Email(**email) if email else None,
            amr=tuple(document.get("amr", ())),
            session=SourceSession(**session) if session else None,
            tokens=SourceTokens(**tokens) if tokens else None,
            id_token_alg=document.get("id_token_alg"),
        )
