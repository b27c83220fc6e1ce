"""Request parameters, read once and strictly: none that we know twice, text only, within bounds.

Authlib merges query and form; here an endpoint says which of the two it reads (RFC 6749 3.1, 3.2).
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.datastructures import MultiDict

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

    def words(self, name: str) -> tuple[str, ...]:
        """The values of a list that spaces separate, and nothing else does; each once."""
        return tuple(word for word in dict.fromkeys(self.get(name, "").split(" ")) if word)

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
    return _read(MultiDict(values), b"")


def from_query(request: Request) -> Parameters:
    """The query; faults are kept, since an authorization error may have a place to go."""
    return _read(request.args, request.query_string)


def from_form(request: Request) -> Parameters:
    """The form body alone: a token request carries nothing in its URI (RFC 6749 3.2)."""
    if request.mimetype != FORM:
        raise OAuthError("invalid_request", f"Send the parameters as {FORM}.")
    body = request.get_data()  # kept, so that the form can be read from it
    return _read(request.form, body)


def from_query_or_form(request: Request) -> Parameters:
    """GET: the query; POST: the form (OpenID Connect Core 3.1.2.1)."""
    return from_query(request) if request.method in ("GET", "HEAD") else from_form(request)


def _read(values: MultiDict[str, str], encoded: bytes) -> Parameters:
    """:param encoded: what the values were decoded from."""
    parameters = Parameters()
    lists: dict[str, tuple[str, ...]] = {}
    errors: dict[str, str] = {}
    for name, sent in values.lists():
        given = [value for value in sent if value != ""]
        reason = _fault(name, sent)
        if reason is not None:
            if name in KNOWN:
                errors[name] = reason
        elif given:
            parameters[name] = given[0]
            lists[name] = tuple(given)
    if not _is_text(values, encoded):
        errors[""] = NO_TEXT
    parameters.lists = lists
    parameters.errors = errors
    return parameters


def _fault(name: str, sent: list[str]) -> str | None:
    if len(sent) > 1 and name not in REPEATABLE:
        return "A parameter is repeated."
    if any(len(value) > MAXIMUM_CHARACTERS for value in sent):
        return "A parameter is too long."
    # U+FFFD is what Werkzeug puts for bare bytes that are not UTF-8; databases refuse the other.
    if any("\x00" in value or "\ufffd" in value for value in sent):
        return NO_TEXT
    return None


def _is_text(values: MultiDict[str, str], encoded: bytes) -> bool:
    """Whether all of it is UTF-8. Werkzeug leaves bytes that are not as they were written, ``%FF``,
    so that their value seems sound."""
    sent = (value for name, every in values.lists() if name in KNOWN for value in every)
    if not any("%" in value for value in sent):
        return True
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True
