"""Flask's own session, which only forms use (for their CSRF token)."""

from flask import Flask, Request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class FormSessions(SecureCookieSessionInterface):
    """Builds no signer for a request that brings no cookie, as every token request is."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:  # type: ignore[override]
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)
