"""Every authorization response, in every mode: ``state`` and ``iss`` are there, nothing escapes."""

import json
import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Response
from werkzeug.test import EnvironBuilder

from oidc.authorization.response import (
    JWT_MODES,
    RESPONSE_MODES,
    authorization_response,
    sent_by_itself,
)
from oidc.protocol.authorization_request import ResponseTarget

ISSUER = "https://op.example"
CALLBACK = "https://rp.example/cb"
SENT = {"code": "qac_x"}
HOSTILE = {"code": 'x"><script>alert(1)</script>', "state\r\nX: y": "&=#'\r\n"}


def signed(parameters: Mapping[str, str]) -> str:
    """Stands for the signature: what went in can be read again."""
    return "jwt." + json.dumps(dict(parameters)).encode().hex()


def respond(
    mode: str, sent: Mapping[str, str] = SENT, state: str | None = "s", uri: str = CALLBACK
) -> Response:
    target = ResponseTarget("app", uri, mode, state)
    return sent_by_itself(authorization_response(ISSUER, target, sent, signed), ISSUER)


def received(mode: str, response: Response) -> dict[str, str]:
    """What the application gets, whichever way it comes."""
    if mode.startswith("form_post"):
        page = response.get_data(as_text=True)
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
        told = {unescape(name): unescape(value) for name, value in fields}
    else:
        parts = urlsplit(response.headers["Location"])
        told = dict(parse_qsl(parts.fragment if "fragment" in mode else parts.query))
    if mode not in JWT_MODES:
        return told
    assert set(told) == {"response"}
    read: dict[str, str] = json.loads(bytes.fromhex(told["response"].removeprefix("jwt.")))
    return read


@pytest.mark.parametrize("mode", RESPONSE_MODES)
def test_response_carries_state_and_issuer(mode: str) -> None:
    response = respond(mode)

    assert received(mode, response) == {"code": "qac_x", "state": "s", "iss": ISSUER}
    assert response.status_code == (200 if mode.startswith("form_post") else 303)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("mode", RESPONSE_MODES)
def test_request_without_state_gets_none(mode: str) -> None:
    assert received(mode, respond(mode, state=None)) == {"code": "qac_x", "iss": ISSUER}


@pytest.mark.parametrize("mode", RESPONSE_MODES)
def test_state_and_issuer_are_ours_to_say(mode: str) -> None:
    told = received(mode, respond(mode, {**SENT, "iss": "https://evil.example", "state": "other"}))

    assert (told["iss"], told["state"]) == (ISSUER, "s")


@pytest.mark.parametrize("mode", RESPONSE_MODES)
def test_no_value_breaks_out_of_page_or_header(mode: str) -> None:
    response = respond(mode, HOSTILE, state='"\r\nSet-Cookie: x=y')

    assert received(mode, response) == {**HOSTILE, "state": '"\r\nSet-Cookie: x=y', "iss": ISSUER}
    assert "<script>alert" not in response.get_data(as_text=True)
    assert "\n" not in response.headers.get("Location", "")


@pytest.mark.parametrize("mode", ["query", "jwt", "query.jwt"])
def test_query_of_the_redirect_uri_stays(mode: str) -> None:
    response = respond(mode, uri=f"{CALLBACK}?tenant=7")

    assert response.headers["Location"].startswith(f"{CALLBACK}?tenant=7&")


def test_redirect_is_as_werkzeug_makes_it() -> None:
    ours = respond("query", uri=CALLBACK + "?a=é")

    with EnvironBuilder().get_request() as request:
        theirs = Response(
            status=303,
            headers={
                "Location": ours.headers["Location"],
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            },
        )
        sent = [each.get_wsgi_response(request.environ) for each in (ours, theirs)]
    told = [(b"".join(parts), status, sorted(headers)) for parts, status, headers in sent]
    assert told[0] == told[1]


def test_native_application_is_reached_by_its_own_scheme() -> None:
    assert (
        respond("query", uri="com.example.app:/cb")
        .headers["Location"]
        .startswith("com.example.app:/cb?code=qac_x")
    )


@pytest.mark.parametrize("mode", ["form_post", "form_post.jwt"])
def test_page_that_posts_itself_posts_to_the_one_place(mode: str) -> None:
    response = respond(mode, uri=f'{CALLBACK}?a="b&c')
    page = response.get_data(as_text=True)

    assert [unescape(found) for found in re.findall(r'action="([^"]*)"', page)] == [
        f'{CALLBACK}?a="b&c'
    ]
    assert re.findall(r'<script src="([^"]*)" defer></script>', page) == [f"{ISSUER}/form-post.js"]
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_signed_modes_have_a_name_for_each_way() -> None:
    assert {"jwt", "query.jwt", "fragment.jwt", "form_post.jwt"} == JWT_MODES
    assert {mode.removesuffix(".jwt") for mode in JWT_MODES} - {"jwt"} == set(
        RESPONSE_MODES
    ) - JWT_MODES
