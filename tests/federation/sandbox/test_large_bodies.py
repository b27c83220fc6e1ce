"""A request that declares more than anybody may send is refused with 413, wherever it is sent."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from federation.sandbox import create_sandbox
from federation.sandbox.provider import create_provider

DECLARED = ("9999999999", "9" * 30)
METHODS = ("GET", "POST", "PUT", "DELETE")


def paths(application: Flask) -> list[str]:
    """An address of each route, and one that is none."""
    routes = {re.sub(r"<[^>]+>", "1", rule.rule) for rule in application.url_map.iter_rules()}
    return [*sorted(routes), "/nowhere"]


def declaring(length: str, client: FlaskClient, method: str, path: str) -> TestResponse:
    return client.open(
        path,
        method=method,
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": length},
    )


@pytest.mark.parametrize("create", [create_sandbox, create_provider])
@pytest.mark.parametrize("length", DECLARED)
def test_body_that_is_declared_too_large_is_no_failure(
    create: Callable[[], Flask], length: str
) -> None:
    application = create()
    client = application.test_client()

    seen = {
        (method, path): declaring(length, client, method, path).status_code
        for path in paths(application)
        for method in METHODS
    }

    assert [asked for asked, status in seen.items() if status >= 500] == []
    assert 413 in seen.values()


@pytest.mark.parametrize("path", ["/nowhere", "/phone", "/phone/li-lei"])
def test_body_that_is_too_large_is_refused_where_nobody_takes_one(path: str) -> None:
    answer = declaring(DECLARED[0], create_sandbox().test_client(), "POST", path)

    assert answer.status_code == 413


def test_control_api_says_in_json_that_a_body_is_too_large() -> None:
    client = create_sandbox().test_client()

    answer = declaring(DECLARED[0], client, "POST", "/sandbox/v1/people")

    assert (answer.status_code, answer.get_json()["error"]) == (413, "invalid_request")
