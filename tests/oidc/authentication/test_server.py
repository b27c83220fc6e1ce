"""The answers of the token endpoint and its fellows, as a WSGI server gets them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Response
from werkzeug.test import EnvironBuilder, run_wsgi_app

from oidc.provider import WholeResponse

HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))


def _untouched(_: Response) -> None:
    pass


def _another_body(response: Response) -> None:
    response.set_data(b"{}")


def _another_header(response: Response) -> None:
    response.headers["Cache-Control"] = "private"
    response.headers.add("WWW-Authenticate", "DPoP")


def _closed_later(response: Response) -> None:
    response.call_on_close(lambda: None)


def told(response: Response, method: str) -> tuple[bytes, str, list[tuple[str, str]]]:
    environ = EnvironBuilder(method=method).get_environ()
    parts, status, headers = run_wsgi_app(response, environ)
    return b"".join(parts), status, sorted(headers.to_wsgi_list())


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("status", [200, 400, 401, 503])
@pytest.mark.parametrize("touch", [_untouched, _another_body, _another_header, _closed_later])
def test_whole_response_is_what_werkzeug_would_send(
    method: str, status: int, touch: Callable[[Response], Any]
) -> None:
    responses = (
        WholeResponse(b'{"a":"\xc3\xa9"}', status, HEADERS),
        Response(b'{"a":"\xc3\xa9"}', status, dict(HEADERS)),
    )
    for response in responses:
        touch(response)

    assert told(responses[0], method) == told(responses[1], method)
