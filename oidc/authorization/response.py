"""Writes every authorization response, success or error, in every response mode.

One place, so that ``state`` and ``iss`` (RFC 9207) are never missing and no value reaches a page
or a header unescaped.
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Response
from markupsafe import escape

from oidc.clients.client import Client
from oidc.crypto.jwt import Unverifiable
from oidc.host import Onward
from oidc.protocol.authorization_request import ResponseTarget
from oidc.protocol.errors import OAuthError, Unregistered
from oidc.protocol.parameters import Parameters as Sent
from oidc.provider import Provider, WholeResponse
from oidc.refusals import note_refusal
from oidc.tokens.signed_responses import authorization_response_protection

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
RESPONSE_LIFETIME = 600
"""Seconds for which a signed authorization response may be taken (JARM 2.1)."""
_NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_PAGE = (("Content-Type", "text/html; charset=utf-8"), *_NO_STORE.items())


Signer = Callable[[Parameters], str]
"""Turns the parameters into one signed JWT for the client."""


def read_response_target(parameters: Sent, client: Client | None) -> ResponseTarget:
    """Where the response may go.

    :raises Unregistered: when the client or its redirect URI is not one of ours.
    """
    if "client_id" in parameters.errors or "redirect_uri" in parameters.errors:
        raise Unregistered("invalid_request", "client_id and redirect_uri must be sent once.")
    if client is None:
        raise Unregistered("invalid_client", "The application is not registered here.", status=400)
    redirect_uri = parameters.get("redirect_uri")
    if redirect_uri is None:
        raise Unregistered("invalid_request", "The redirect_uri parameter is missing.")
    if not client.check_redirect_uri(redirect_uri):
        raise Unregistered(
            "invalid_request",
            "The redirect_uri is not one that the application registered.",
            redirect_uri,
        )
    mode = parameters.get("response_mode", "query")
    known = mode if mode in RESPONSE_MODES else "query"
    return ResponseTarget(client.client_id, redirect_uri, known, parameters.get("state"))


def authorization_response(
    issuer: str, response_target: ResponseTarget, parameters: Parameters, sign: Signer
) -> Onward:
    """The response with these parameters, sent the way the client asked for.

    :param parameters: ``code`` or ``error`` and the like; ``state`` and ``iss`` are added here.
    """
    sent = {**parameters, "iss": issuer}
    if response_target.state is not None:
        sent["state"] = response_target.state
    place = RESPONSE_MODES[response_target.response_mode]
    if response_target.response_mode in JWT_MODES:
        # JARM 2.3: one parameter, which holds all the others and cannot be altered.
        sent = {"response": sign(sent)}
    return place(response_target.redirect_uri, sent)


def _query(redirect_uri: str, sent: Parameters) -> Onward:
    joint = "&" if "?" in redirect_uri else "?"
    return Onward(redirect_uri + joint + urlencode(sent))


def _fragment(redirect_uri: str, sent: Parameters) -> Onward:
    return Onward(redirect_uri + "#" + urlencode(sent))


def _form_post(redirect_uri: str, sent: Parameters) -> Onward:
    return Onward(redirect_uri, sent)


def sent_by_itself(onward: Onward, issuer: str) -> Response:
    return _posting_page(onward, issuer) if onward.fields else _redirect(onward.address)


def _posting_page(onward: Onward, issuer: str) -> Response:
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in onward.fields.items()
    )
    page = _FORM.format(
        action=escape(onward.address), fields=fields, script=escape(issuer + "/form-post.js")
    )
    response = Response(page, headers=_NO_STORE)
    # The page may post to this one place and nowhere else.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response


def _redirect(location: str) -> Response:
    """303: whatever method brought the browser here, it goes on with GET (RFC 9700 4.12)."""
    response = WholeResponse(b"", 303, _PAGE)
    response.headers.add("Location", location)
    return response


RESPONSE_MODES: Mapping[str, Callable[[str, Parameters], Onward]] = {
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


def refuse(
    provider: Provider, target: ResponseTarget, error: OAuthError, *, acted: bool = False
) -> Response:
    """The error at the client's redirect URI (RFC 6749 4.1.2.1).

    :param acted: the person has done something for this request on a page of ours. Before that a
        link is all it takes to come here, and a client that nobody vouched for would have us
        redirect to wherever it likes (RFC 9700 4.11.2).
    """
    note_refusal(provider, target.client_id, error)
    parameters = {"error": error.code, "error_description": error.hint}
    return respond(provider, target, parameters, acted=acted)


def respond(
    provider: Provider,
    target: ResponseTarget,
    parameters: Mapping[str, str],
    *,
    acted: bool = True,
) -> Response:
    """The authorization response in the mode that was asked for, signed where it is to be.

    A page where it is to be encrypted and the client's key cannot be had: in the clear it goes
    nowhere.
    """
    client = provider.clients.get(provider.session, target.client_id)
    if client is None:  # it was switched off while this request was worked on
        hint = "The application is not registered here."
        return provider.host.pages.error_page(Unregistered("invalid_client", hint))

    def sign(sent: Mapping[str, str]) -> str:
        now = provider.clock()
        claims = {**sent, "aud": client.client_id, "iat": now, "exp": now + RESPONSE_LIFETIME}
        protection = authorization_response_protection(client)
        provider.fetch_keys(client, protection)
        return provider.response_signer.seal(provider.session, client, claims, protection)

    issuer = provider.settings.issuer
    try:
        onward = authorization_response(issuer, target, parameters, sign)
    except Unverifiable as error:
        hint = "The application's encryption key cannot be had."
        return provider.host.pages.error_page(OAuthError("invalid_client", hint, str(error)))
    trusted = acted or client.is_vouched_for
    asked = provider.host.pages.onward_page(client.client_id, onward, trusted=trusted)
    return asked or sent_by_itself(onward, issuer)
