"""One API: what an administrator says of it, and what must be true of that."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from oidc.clients.client import Client
from oidc.protocol.resource_indicators import is_resource

LANGUAGES = ("en", "zh")
FORMATS = ("opaque", "jwt")
MOST_SCOPES = 50
MOST_RESOURCE = 255
MOST_WORDS = 200
LIFETIME = (1, 30 * 86400)
"""Seconds that an access token may live: what cannot be taken back, no longer than a month."""
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,128}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
Problem = tuple[str, str]
Words = Mapping[str, str]
"""The same in each language: ``en`` and ``zh``."""


class InvalidApi(ValueError):
    """It cannot be registered; ``problems`` has everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{name} {predicate}" for name, predicate in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ApiScope:
    """One scope, with what it lets an application do: "read your orders"."""

    name: str
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiFields:
    """What an administrator says of an API.

    :param resource: its resource identifier (RFC 8707 2), compared character by character.
    :param default_scopes: what a request gets that names the API and no scope.
    :param token_lifetime: seconds; None for what the application has.
    :param introspected_by: ``client_id`` values that may introspect its tokens.
    :param open_to_self_registered: whether applications that nobody vouched for may ask for it.
    """

    resource: str
    name: Words = field(default_factory=dict)
    scopes: tuple[ApiScope, ...] = ()
    default_scopes: tuple[str, ...] = ()
    token_format: str = "jwt"
    token_lifetime: int | None = None
    introspected_by: tuple[str, ...] = ()
    open_to_self_registered: bool = False

    @property
    def scope_names(self) -> tuple[str, ...]:
        return tuple(scope.name for scope in self.scopes)

    def to_document(self) -> dict[str, Any]:
        """As it is stored; `from_document` reads it back."""
        document = asdict(self)
        del document["resource"]
        return document

    @classmethod
    def from_document(cls, resource: str, document: Mapping[str, Any]) -> "ApiFields":
        """The value that `to_document` wrote; members of later versions are passed over."""
        known = {name: value for name, value in document.items() if name in cls.__slots__}
        known["scopes"] = tuple(ApiScope(**scope) for scope in known.get("scopes", ()))
        for name in ("default_scopes", "introspected_by"):
            known[name] = tuple(known.get(name, ()))
        return cls(resource=resource, **known)


@dataclass(frozen=True, slots=True)
class Api:
    """A registered API. Times in seconds since the epoch."""

    id: str
    fields: ApiFields
    version: int
    created_at: int
    updated_at: int

    @property
    def resource(self) -> str:
        return self.fields.resource

    def has(self, scope: str) -> bool:
        return scope in self.fields.scope_names

    def is_open_to(self, client: Client) -> bool:
        return client.is_vouched_for or self.fields.open_to_self_registered

    def is_introspected_by(self, client_id: str) -> bool:
        return client_id in self.fields.introspected_by

    def called(self, language: str) -> str:
        """Its name for a reader of ``en`` or ``zh``; its address where it has none."""
        return said(self.fields.name, language) or self.resource


def said(words: Words, language: str) -> str:
    """The words in a language, or in another one where there are none."""
    return words.get(language) or next((text for text in words.values() if text), "")


def is_id(api_id: str) -> bool:
    return _ID.fullmatch(api_id) is not None


def check(fields: ApiFields, *, persons: Collection[str], reserved: Collection[str]) -> None:
    """:param persons: scopes that speak of a person, which may be among the default ones.
    :param reserved: further scopes that no API may have.

    :raises InvalidApi: with every problem at once.
    """
    problems = [*_general(fields), *_scopes(fields, {*persons, *reserved})]
    if not set(fields.default_scopes) <= {*fields.scope_names, *persons}:
        hint = "must be among its scopes, or be one of a person's such as openid"
        problems.append(("default_scopes", hint))
    if problems:
        raise InvalidApi(problems)


def _general(fields: ApiFields) -> Iterator[Problem]:
    if not is_resource(fields.resource) or not 0 < len(fields.resource) <= MOST_RESOURCE:
        yield "resource", f"must be an absolute URI of at most {MOST_RESOURCE} characters"
    elif re.search(r"[\s\x00-\x20\x7f\"<>\\]", fields.resource):
        yield "resource", "must not hold spaces, quotes or control characters"
    if any(not _is_line(text) for text in fields.name.values()):
        yield "name", f"must be one line of at most {MOST_WORDS} characters"
    if fields.token_format not in FORMATS:
        yield "token_format", f"must be one of {', '.join(FORMATS)}"
    least, most = LIFETIME
    if fields.token_lifetime is not None and not least <= fields.token_lifetime <= most:
        yield "token_lifetime", f"must be a number of whole seconds from {least} to {most}"


def _scopes(fields: ApiFields, reserved: Collection[str]) -> Iterator[Problem]:
    names = fields.scope_names
    if len(names) > MOST_SCOPES:
        yield "scopes", f"must be a list of at most {MOST_SCOPES} strings"
    if len(set(names)) != len(names):
        yield "scopes", "must name each scope once"
    if not all(map(_SCOPE.fullmatch, names)):
        yield "scopes", "must hold printable ASCII scopes without quotes or backslashes"
    if set(names) & set(reserved):
        yield "scopes", "must not hold scopes that have a meaning here already, such as openid"
    if any(not _is_line(text) for scope in fields.scopes for text in scope.words.values()):
        yield "scopes", f"must be described in one line of at most {MOST_WORDS} characters"


def _is_line(text: str) -> bool:
    return len(text) <= MOST_WORDS and text.isprintable()
