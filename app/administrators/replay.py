"""Going on after a sign-in: to the page that was asked for, with the form that was sent."""

from flask import Response, current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def go_on(page: str, *, by_form: bool) -> Response:
    """To one of our own pages, built anew from its route: nothing that was sent is redirected to.

    :param by_form: the browser sends its form once more, to the page that it was meant for
        (a 307 keeps the method and the body).
    """
    address = _own(page, "POST" if by_form else "GET")
    if by_form and address:
        return _as_response(redirect(address, 307))
    return _as_response(redirect(address or url_for("admin.home"), 303))


def way_back(page: str, *, by_form: bool) -> str:
    """Where somebody goes who does not want to prove who they are: the page with the form that they
    sent, if it has an address of its own, else the beginning."""
    return (_own(page, "GET") if by_form else None) or url_for("admin.home")


def was_by_form() -> bool:
    """Whether a form of ours is waiting to be sent on."""
    return request.form.get("_by_form") == "1"


def _own(page: str, method: str) -> str | None:
    path, _, query = page.partition("?")
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    if not str(endpoint).startswith("admin.") or endpoint == "admin.sign_out":
        return None
    address = url_for(endpoint, **values)
    return f"{address}?{query}" if query and method == "GET" else address


def _as_response(answer: object) -> Response:
    assert isinstance(answer, Response)
    return answer
