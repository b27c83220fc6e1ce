"""What can go wrong, told in three voices.

    OAuthError(code, hint, detail)       an OAuth error; Authlib's token endpoint understands it
    ├─ TooManyGuesses                    wrong secrets of a client, for whose next one must wait
    ├─ Busy                              we must wait
    └─ Unregistered                      no redirect URI that we may trust: a page, no redirect
    InteractionGone                      the parked request is unknown, expired, another browser's

``code`` is for machines, ``hint`` for the client's developer, ``detail`` for our log alone: the
renderers of responses have no access to it.
"""

from authlib.oauth2.rfc6749 import OAuth2Error

STATUS = {
    "invalid_client": 401,
    "invalid_token": 401,
    "use_dpop_nonce": 400,
    "insufficient_scope": 403,
    "insufficient_authorization": 403,
    "server_error": 500,
    "temporarily_unavailable": 503,
}


_HINTS = {
    "invalid_request": "A parameter that is needed is missing, or cannot be used.",
    "invalid_client": "The client is unknown, or did not authenticate as it has registered.",
    "invalid_grant": "The code or token is unknown, expired, revoked or of another client.",
    "invalid_scope": "The scope is more than was granted, or unknown.",
    "unauthorized_client": "The application has not registered this grant type.",
    "unsupported_grant_type": "The grant_type is not one of grant_types_supported.",
    "unsupported_token_type": "The token_type_hint is not supported.",
}


def hint_for(code: str) -> str:
    """A sentence for an error that somebody else's code raised bare."""
    return _HINTS.get(code, "The request was refused.")


class OAuthError(OAuth2Error):
    """An OAuth error that the client is told.

    :param code: an error code of RFC 6749, OpenID Connect Core or an extension.
    :param hint: one ASCII sentence: which parameter and what to do; never echoes a value.
    :param detail: for the log only.
    :param status: HTTP status where the error is a JSON body; by code when left out.
    """

    retry_after: int | None = None
    """Seconds after which asking again makes sense (RFC 9110 10.2.3)."""

    def __init__(self, code: str, hint: str, detail: str = "", status: int | None = None) -> None:
        super().__init__(error=code, description=hint, status_code=status or STATUS.get(code, 400))
        self.code = code
        self.hint = hint
        self.detail = detail

    def headers(self) -> dict[str, str]:
        """When to come back; or that the client has to authenticate (RFC 6749 5.2, RFC 7617 2)."""
        if self.retry_after is not None:
            return {"Retry-After": str(self.retry_after)}
        if self.status_code != 401 or self.code != "invalid_client":
            return {}
        return {"WWW-Authenticate": 'Basic realm="clients", error="invalid_client"'}

    def get_headers(self) -> list[tuple[str, str]]:
        """What Authlib sends with the error."""
        headers: list[tuple[str, str]] = super().get_headers()
        return [*headers, *self.headers().items()]


class TooManyGuesses(OAuthError):
    """A wrong client secret came from one address until it must wait.

    :param retry_after: in how many seconds the next one is judged.
    """

    def __init__(self, retry_after: int) -> None:
        hint = "The client secret is wrong, as often before; wait as Retry-After says."
        super().__init__("slow_down", hint, status=429)
        self.retry_after = retry_after


class Busy(OAuthError):
    """We cannot do it now, and may well be able to in a moment.

    :param retry_after: in how many seconds.
    """

    def __init__(self, hint: str, retry_after: int, detail: str = "") -> None:
        super().__init__("temporarily_unavailable", hint, detail)
        self.retry_after = retry_after


class Unregistered(OAuthError):
    """The client or its redirect URI is not ours: the answer is a page (RFC 6749 4.1.2.1)."""


class InteractionGone(Exception):
    """The parked request cannot go on in this browser.

    :param reason: ``unknown``, ``expired``, ``used``, ``other_browser`` or
        ``application_gone``: stopped or removed meanwhile.
    :param client_id: whose request it was, where this browser may be told.
    :param redirect_uri: where its answer went.
    """

    def __init__(
        self, reason: str, client_id: str | None = None, redirect_uri: str | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.client_id = client_id
        self.redirect_uri = redirect_uri
