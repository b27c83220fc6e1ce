"""What can go wrong, told in three voices.

    Refused(code, hint, detail)          an OAuth error; Authlib's token endpoint understands it
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


class Refused(OAuth2Error):
    """An OAuth error that the client is told.

    :param code: an error code of RFC 6749, OpenID Connect Core or an extension.
    :param hint: one ASCII sentence: which parameter and what to do; never echoes a value.
    :param detail: for the log only.
    :param status: HTTP status where the error is a JSON body; by code when left out.
    """

    def __init__(self, code: str, hint: str, detail: str = "", status: int | None = None) -> None:
        super().__init__(error=code, description=hint, status_code=status or STATUS.get(code, 400))
        self.code = code
        self.hint = hint
        self.detail = detail

    def challenge(self) -> dict[str, str]:
        """The header that goes with a client that failed to authenticate (RFC 6749 5.2)."""
        if self.status_code != 401 or self.code != "invalid_client":
            return {}
        return {"WWW-Authenticate": 'Basic error="invalid_client"'}

    def get_headers(self) -> list[tuple[str, str]]:
        """What Authlib sends with the error."""
        headers: list[tuple[str, str]] = super().get_headers()
        return [*headers, *self.challenge().items()]


class Unregistered(Refused):
    """The client or its redirect URI is not ours: the answer is a page (RFC 6749 4.1.2.1)."""


class InteractionGone(Exception):
    """The parked request cannot go on in this browser.

    :param reason: ``unknown``, ``expired``, ``used`` or ``other_browser``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
