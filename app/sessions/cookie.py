"""The cookie that a browser shows to be recognised."""

from flask import Response, request

NAME = "qiao_session"


def name(*, secure: bool) -> str:
    """With TLS the prefix forbids other hosts and paths to plant one (RFC 6265bis 4.1.3.2)."""
    return f"__Host-{NAME}" if secure else NAME


def token(*, secure: bool) -> str | None:
    """The token that this browser shows."""
    return request.cookies.get(name(secure=secure))


def put(response: Response, value: str, lifetime: int, *, secure: bool) -> None:
    """Gives the browser its token, for so many seconds; the row decides whether it still counts."""
    response.set_cookie(
        name(secure=secure),
        value,
        max_age=lifetime,
        secure=secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def clear(response: Response, *, secure: bool) -> None:
    """Takes the token away."""
    response.delete_cookie(
        name(secure=secure), secure=secure, httponly=True, samesite="Lax", path="/"
    )
