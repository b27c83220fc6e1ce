"""The language switch: a form that sets a cookie and shows the same page again."""

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.pages.blueprint import pages
from app.web import i18n
from oidc.provider import current_provider

YEAR = 365 * 86400


@pages.post("/language")
def switch_language() -> ResponseReturnValue:
    """Remembers the language; from a page of a sign-in it also outranks ``ui_locales`` there."""
    language = i18n.spoken(request.form.get("language", "")) or i18n.ENGLISH
    back, interaction_id = _page(request.form.get("page", ""))
    if back:
        response = make_response(redirect(back, 303))
    else:
        response = make_response(render_template("language.html"))
    value = f"{language.tag}.{interaction_id}" if interaction_id else language.tag
    secure = current_provider().settings.secure
    response.set_cookie(
        i18n.COOKIE, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax"
    )
    return response


def _page(address: str) -> tuple[str | None, str]:
    """One of our own pages, built anew from its route: what was sent is never redirected to."""
    path, _, query = address.partition("?")
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None, ""
    interaction_id = str(values.get("interaction_id", ""))
    page = url_for(endpoint, **values)
    return (f"{page}?{query}" if query else page), interaction_id
