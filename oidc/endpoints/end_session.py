"""GET and POST /logout: the end_session_endpoint (OpenID Connect RP-Initiated Logout 1.0).

Nobody is signed out by a link alone: without a valid ID token of the very session that is live in
this browser, the person is asked first. A request that is wrong in anything still lets the person
sign out, but sends them nowhere.
"""

from flask import Response, request

from oidc.host import Login
from oidc.logout.request import LogoutRequest, read_logout_request, seal, unseal
from oidc.logout.session_end import LogoutEffects, end_sessions
from oidc.logout_pages import LogoutQuestion, SignedOut
from oidc.protocol.endpoint_paths import ENDPOINT_PATHS
from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import from_query_or_form
from oidc.provider import Provider, current_provider

CARRIED = "carried"
"""The parameter with a request that came by POST and was sealed."""


def logout() -> Response:
    """Ends the session, asks whether to, or explains what is wrong with the request."""
    provider = current_provider()
    try:
        parameters = from_query_or_form(request)
        asked = read_logout_request(provider, parameters)
    except OAuthError as error:
        return provider.host.pages.error_page(error)
    if request.method == "POST":
        # The session's cookie does not come along with a POST from another site (SameSite=Lax).
        return _redirect(
            f"{ENDPOINT_PATHS['end_session_endpoint']}?{CARRIED}={seal(provider, asked)}"
        )
    if CARRIED in parameters:
        asked = unseal(provider, parameters[CARRIED]) or asked
    return _decide(provider, asked)


def _decide(provider: Provider, asked: LogoutRequest) -> Response:
    login = provider.host.people.session_here()
    if login is not None and (asked.sid is None or asked.sid != login.sid):
        question = LogoutQuestion(
            sid=login.sid or "",
            carried=seal(provider, asked),
            client_id=asked.client_id,
            problem=asked.problem,
            ui_locales=asked.ui_locales,
            hint=asked.hint,
            known_as=_known_as(provider, asked, login),
        )
        return provider.host.pages.logout_page(question)
    if asked.problem:
        return provider.host.pages.error_page(OAuthError("logout_refused", asked.problem))
    return _end(provider, asked, trusted=asked.has_id_token_hint and _may_redirect(asked, login))


def _may_redirect(asked: LogoutRequest, login: Login | None) -> bool:
    """Anybody who registers an application can get an ID token for it and put it into a link; only
    where the session that it names is the one here has the person ever chosen that application."""
    if login is not None:
        return True
    provider = current_provider()
    client = provider.clients.get(provider.session, asked.client_id)
    return client is not None and client.is_vouched_for


def _known_as(provider: Provider, asked: LogoutRequest, login: Login) -> tuple[str, ...]:
    """What the application may call whoever is signed in: their ``sub`` there, or the session."""
    client = provider.clients.get(provider.session, asked.client_id)
    subject, sid = login.subject, login.sid
    if client:
        subject = provider.subjects.subject_for(client, subject, sid or "")
    return (subject, sid or subject)


def finish(provider: Provider, carried: str = "") -> Response:
    """Signs out the person who said yes; what the host's form calls, after its own checks.

    :param carried: the application's request as the question carried it; empty where the person
        signs out by themselves.
    """
    return _end(provider, unseal(provider, carried) or LogoutRequest(), trusted=True)


def _end(provider: Provider, asked: LogoutRequest, *, trusted: bool) -> Response:
    """:param trusted: the redirect may happen by itself: the request proved whose it is, or the
    person has agreed to it."""
    ended = provider.host.people.end_session_here(asked.client_id)
    farewell = end_sessions(provider, [ended]) if ended is not None else LogoutEffects()
    provider.session.commit()
    onward = asked.onward
    if ended is not None:
        there = provider.host.people.onward_by_source(ended, onward if trusted else None)
        onward, trusted = there or onward, trusted or there is not None
    if onward is not None and trusted and not farewell.frames:
        response = _redirect(onward)
    else:
        response = provider.host.pages.signed_out_page(
            SignedOut(
                frames=farewell.frames,
                onward=onward,
                by_itself=trusted,
                client_id=asked.client_id,
                ui_locales=asked.ui_locales,
                ended=ended is not None,
            )
        )
    provider.host.people.forget_browser(response)
    return response


def _redirect(address: str) -> Response:
    """303, so that no form body goes along (RFC 9700 4.12)."""
    response = Response(status=303)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = "no-store"
    return response
