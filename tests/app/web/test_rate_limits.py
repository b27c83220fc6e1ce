"""The limiter works around the views that have a limit, and leaves all other requests alone."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, g
from flask.testing import FlaskClient

from app.web.rate_limits import limiter, setup_limits


def failed(response: Response) -> bool:
    return response.status_code == 401


@limiter.limit("2/minute")
def limited() -> str:
    return "yes"


@limiter.limit("2/minute", deduct_when=failed)
def guess(word: str) -> tuple[str, int]:
    return ("yes", 200) if word == "right" else ("no", 401)


def free() -> str:
    return f"{g.get('rate_limited', False)}"


@pytest.fixture
def app() -> Iterator[Flask]:
    """An application with hooks of its own, before and after the limiter's."""
    app = Flask(__name__)
    app.extensions["seen"] = seen = []
    app.before_request(lambda: seen.append("first"))
    setup_limits(app)
    app.before_request(lambda: seen.append("second"))
    app.add_url_rule("/free", "free", free)
    app.add_url_rule("/limited", "limited", limited)
    app.add_url_rule("/guess/<word>", "guess", guess)
    limiter.reset()
    yield app
    limiter.reset()


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


def statuses(http: FlaskClient, path: str, count: int) -> list[int]:
    return [http.get(path).status_code for _ in range(count)]


def test_limited_view_is_limited(http: FlaskClient) -> None:
    assert statuses(http, "/limited", 3) == [200, 200, 429]


def test_only_failures_count_where_that_is_wished(http: FlaskClient) -> None:
    assert statuses(http, "/guess/right", 5) == [200] * 5
    assert statuses(http, "/guess/wrong", 3) == [401, 401, 429]


def test_view_without_a_limit_is_not_looked_at(http: FlaskClient) -> None:
    assert [http.get("/free").text for _ in range(3)] == ["False"] * 3


def test_hooks_of_others_stay(app: Flask, http: FlaskClient) -> None:
    http.get("/free")

    assert app.extensions["seen"] == ["first", "second"]
    assert len(app.before_request_funcs[None]) == 2
