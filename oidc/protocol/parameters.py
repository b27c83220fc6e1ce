"""Request parameters, read once and strictly: none that we know twice, text only, within bounds.

Authlib merges query and form; here an endpoint says which of the two it reads (RFC 6749 3.1, 3.2).
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from flask import Request

from oidc.protocol.errors import OAuthError

MAXIMUM_CHARACTERS = 16384
REPEATABLE = frozenset({"resource", "audience"})
"""RFC 8707 2 and RFC 8693 2.1 let these two be sent more than once."""

KNOWN = frozenset(
    (
        *("response_type", "client_id", "redirect_uri", "scope"),
        *("state", "response_mode", "code_challenge", "code_challenge_method"),
        *("nonce", "display", "prompt", "max_age"),
        *("ui_locales", "claims_locales", "id_token_hint", "login_hint"),
        *("acr_values", "claims", "registration", "request"),
        *("request_uri", "resource", "dpop_jkt", "connection"),
        *("grant_type", "code", "code_verifier", "refresh_token"),
        *("client_secret", "client_assertion", "client_assertion_type", "device_code"),
        *("audience", "subject_token", "subject_token_type", "actor_token"),
        *("actor_token_type", "requested_token_type", "token", "token_type_hint"),
        *("access_token", "auth_session", "wechat_code", "wechat_phone_code"),
        *("wechat_phone_kind", "number", "cancelled", "wait"),
        *("post_logout_redirect_uri", "logout_hint", "carried"),
    )
)
"""What some endpoint of ours reads. Nothing is asked of any other parameter, neither that it comes
once nor that it is short: unknown ones are ignored (RFC 6749 3.1 and 3.2). WeChat adds its own to
every address that is shared, once more at each sharing."""

FORM = "application/x-www-form-urlencoded"
BAD_SCOPE = "The scope must be words of printable ASCII without quotes, with spaces between."
NO_TEXT = "A parameter is not valid UTF-8 text."
_SCOPE = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")


class Parameters(dict[str, str]):
    """Single values by name; empty ones count as left out (RFC 6749 3.1)."""

    lists: Mapping[str, tuple[str, ...]]
    """All values of those that may be repeated."""
    errors: Mapping[str, str]
    """Names that cannot be used, each with the reason."""

    @property
    def characters(self) -> int:
        """Of all values together."""
        return sum(len(value) for values in self.lists.values() for value in values)

    def words(self, name: str) -> tuple[str, ...]:
        """The values of a list that spaces separate, and nothing else does; each once."""
        return tuple(filter(None, dict.fromkeys(self.get(name, "").split(" "))))

    def scope(self) -> tuple[str, ...]:
        """The scopes that are asked for.

        :raises OAuthError: ``invalid_scope``, as for a tab or a quote in it (RFC 6749 3.3).
        """
        if _SCOPE.fullmatch(self.get("scope", "")) is None:
            raise OAuthError("invalid_scope", BAD_SCOPE)
        return self.words("scope")

    def raise_first_error(self, *names: str) -> None:
        """Raises ``invalid_request`` for the first fault (of these names only, where given)."""
        for name, reason in self.errors.items():
            if not names or name in names:
                raise OAuthError("invalid_request", reason)


def from_values(values: Mapping[str, str]) -> Parameters:
    """The parameters of a request that the host makes itself."""
    return _read(values.items())


def from_query(request: Request) -> Parameters:
    """The query; faults are kept, since an authorization error may have a place to go."""
    return _read(_decoded(request.query_string))


def from_form(request: Request) -> Parameters:
    """The form body alone: a token request carries nothing in its URI (RFC 6749 3.2)."""
    if request.mimetype != FORM:
        raise OAuthError("invalid_request", f"Send the parameters as {FORM}.")
    return _read(_decoded(request.get_data()))


def from_query_or_form(request: Request) -> Parameters:
    """GET: the query; POST: the form (OpenID Connect Core 3.1.2.1)."""
    return from_query(request) if request.method in ("GET", "HEAD") else from_form(request)


def _decoded(encoded: bytes) -> list[tuple[str, str]]:
    """Names and values. Bytes that are no UTF-8 become half a surrogate each, which no text has."""
    text = encoded.decode(errors="surrogateescape")
    return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")


def _read(pairs: Iterable[tuple[str, str]]) -> Parameters:
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    parameters = Parameters()
    lists: dict[str, tuple[str, ...]] = {}
    errors: dict[str, str] = {}
    for name, values in sent.items():
        reason = _fault(name, values)
        if reason is not None:
            if name in KNOWN:
                errors[name] = reason
        elif given := tuple(filter(None, values)):
            parameters[name] = given[0]
            lists[name] = given
    parameters.lists = lists
    parameters.errors = errors
    return parameters


def _fault(name: str, values: list[str]) -> str | None:
    if len(values) > 1 and name not in REPEATABLE:
        return "A parameter is repeated."
    for value in values:
        if len(value) > MAXIMUM_CHARACTERS:
            return "A parameter is too long."
        if "\x00" in value or not (value.isascii() or _is_text(value)):
            return NO_TEXT
    return None


def _is_text(value: str) -> bool:
    """Whether all of it was UTF-8. Databases refuse zero bytes besides."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
