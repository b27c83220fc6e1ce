"""The ``claims`` request parameter as a value (OpenID Connect Core 5.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from oidc.protocol import strict_json
from oidc.protocol.errors import OAuthError

MAX_CHARACTERS = 8 * 1024
MAX_CLAIMS = 100
"""For the ID token and for userinfo, each."""
MAX_NAME = 100
MAX_VALUES = 50
MAX_DEPTH = 6


@dataclass(frozen=True)
class Ask:
    """How one claim is asked for. ``values`` are those that would do, none for any.

    ``value`` with one value is the same as ``values`` with a list of one (Core 5.5.1).
    """

    essential: bool = False
    values: tuple[Any, ...] = ()

    def accepts(self, actual: object) -> bool:
        """Whether the claim's actual value is one that was asked for."""
        return not self.values or any(
            type(wanted) is type(actual) and wanted == actual for wanted in self.values
        )


@dataclass(frozen=True)
class ClaimsRequest:
    """The claims asked for by name, separately for the ID token and for userinfo."""

    id_token: Mapping[str, Ask] = field(default_factory=dict)
    userinfo: Mapping[str, Ask] = field(default_factory=dict)

    @property
    def subject(self) -> str | None:
        """The ``sub`` that the person must have, where exactly one is named (Core 3.1.2.2)."""
        named = {
            value
            for ask in (self.id_token.get("sub"), self.userinfo.get("sub"))
            if ask is not None
            for value in ask.values
        }
        return named.pop() if len(named) == 1 else None

    @property
    def essential_acr(self) -> tuple[str, ...]:
        """The ``acr`` values of which one must be reached, else it is an error (Core 5.5.1.1)."""
        ask = self.id_token.get("acr", Ask())
        return tuple(str(value) for value in ask.values) if ask.essential else ()

    def to_document(self) -> dict[str, dict[str, dict[str, Any]]]:
        """As JSON, to store; :meth:`from_document` reads it back."""
        return {
            member: {
                name: {"essential": ask.essential, "values": list(ask.values)}
                for name, ask in asked.items()
            }
            for member, asked in (("id_token", self.id_token), ("userinfo", self.userinfo))
            if asked
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Self:
        """The value that :meth:`to_document` wrote: trusted, so nothing is checked again."""
        return cls(
            **{
                member: {
                    name: Ask(ask["essential"], tuple(ask["values"])) for name, ask in asked.items()
                }
                for member, asked in document.items()
            }
        )


def parse(text: str) -> ClaimsRequest:
    """What the parameter asks for; members that are not understood are ignored (Core 5.5).

    :raises OAuthError: ``invalid_request``: not the JSON that it should be, or far too much of it.
    """
    if len(text) > MAX_CHARACTERS:
        raise OAuthError("invalid_request", "The claims parameter is too long.")
    try:
        document = strict_json.read(text)
    except ValueError as error:
        raise OAuthError("invalid_request", "The claims parameter must be JSON.") from error
    if not isinstance(document, dict) or strict_json.is_deeper(document, MAX_DEPTH):
        raise OAuthError("invalid_request", "The claims parameter must be a JSON object.")
    return ClaimsRequest(
        id_token=dict(_read_member(document.get("id_token"))),
        userinfo=dict(_read_member(document.get("userinfo"))),
    )


def _read_member(asked: Any) -> Iterator[tuple[str, Ask]]:
    if asked is None:
        return
    if not isinstance(asked, dict) or len(asked) > MAX_CLAIMS:
        raise OAuthError(
            "invalid_request", "The claims parameter must map claim names to requests."
        )
    for name, ask in asked.items():
        if not 0 < len(name) <= MAX_NAME or not name.isprintable():
            raise OAuthError("invalid_request", "The claims parameter has an unusable claim name.")
        yield name, _read_ask(name, ask)


def _read_ask(name: str, ask: Any) -> Ask:
    if ask is None:
        return Ask()
    if not isinstance(ask, dict):
        raise OAuthError("invalid_request", "Each claim must be asked for by null or an object.")
    essential = ask.get("essential", False)
    if not isinstance(essential, bool):
        raise OAuthError(
            "invalid_request", "The essential member of a claim must be true or false."
        )
    values = ask["values"] if "values" in ask else [ask["value"]] if "value" in ask else []
    if not isinstance(values, list) or len(values) > MAX_VALUES:
        raise OAuthError("invalid_request", "The values member of a claim must be a short list.")
    if name in ("sub", "acr") and not all(isinstance(value, str) for value in values):
        raise OAuthError("invalid_request", "The sub and acr claims must be asked for as strings.")
    return Ask(essential, tuple(values))
