"""Writes every authorization response, success or error, in every response mode.

One place, so that ``state`` and ``iss`` (RFC 9207) are never missing and no value reaches a page
or a header unescaped.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Response
from markupsafe import escape

from oidc.protocol.authorization_request import ResponseTarget

Parameters = Mapping[str, str]

# OAuth 2.0 Form Post Response Mode 2. The script is a file of ours (the policy allows no inline
# one); the button is for people without JavaScript.
_FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Qiao</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{script}" defer></script></head>
<body><form method="post" action="{action}">{fields}
<noscript><p>JavaScript is off. Press the button to go on. 请按按钮继续。</p></noscript>
<button type="submit">Continue 继续</button></form></body></html>
"""

FORM_SCRIPT = "document.forms[0].submit()\n"
_NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


Signer = Callable[[Parameters], str]
"""Turns the parameters into one signed JWT for the client."""


def authorization_response(
    issuer: str, response_target: ResponseTarget, parameters: Parameters, sign: Signer
) -> Response:
    """The response with these parameters, sent the way the client asked for.

    :param parameters: ``code`` or ``error`` and the like; ``state`` and ``iss`` are added here.
    """
    sent = {**parameters, "iss": issuer}
    if response_target.state is not None:
        sent["state"] = response_target.state
    way = RESPONSE_MODES[response_target.response_mode]
    if response_target.response_mode in JWT_MODES:
        # JARM 2.3: one parameter, which holds all the others and cannot be altered.
        sent = {"response": sign(sent)}
    return way(response_target.redirect_uri, sent, issuer)


def _query(redirect_uri: str, sent: Parameters, _issuer: str) -> Response:
    joint = "&" if "?" in redirect_uri else "?"
    return _redirect(redirect_uri + joint + urlencode(sent))


def _fragment(redirect_uri: str, sent: Parameters, _issuer: str) -> Response:
    return _redirect(redirect_uri + "#" + urlencode(sent))


def _form_post(redirect_uri: str, sent: Parameters, issuer: str) -> Response:
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in sent.items()
    )
    page = _FORM.format(
        action=escape(redirect_uri), fields=fields, script=escape(issuer + "/form-post.js")
    )
    response = Response(page, headers=_NO_STORE)
    # The page may post to this one place and nowhere else.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response


def _redirect(location: str) -> Response:
    """303: whatever method brought the browser here, it goes on with GET (RFC 9700 4.12)."""
    return Response(status=303, headers={**_NO_STORE, "Location": location})


RESPONSE_MODES: Mapping[str, Callable[[str, Parameters, str], Response]] = {
    "query": _query,
    "fragment": _fragment,
    "form_post": _form_post,
    "jwt": _query,
    "query.jwt": _query,
    "fragment.jwt": _fragment,
    "form_post.jwt": _form_post,
}
JWT_MODES = frozenset(mode for mode in RESPONSE_MODES if mode.endswith("jwt"))
"""JWT Secured Authorization Response Mode (JARM) 2.3."""
