"""The short way to routes of the protocol: less work, the same answers."""

import pytest
from flask import Response, abort, after_this_request, g, request, session, url_for
from werkzeug.test import TestResponse

from app.web.application import QiaoFlask


@pytest.fixture
def application() -> QiaoFlask:
    """One view by both ways: ``/short`` and ``/long``."""
    app = QiaoFlask("tests")
    app.config["SECRET_KEY"] = "a secret of the tests"
    seen: list[str] = []

    def view() -> Response:
        if request.args.get("fails"):
            raise LookupError("nothing is there")
        if request.args.get("refused"):
            abort(403)
        if request.args.get("remembers"):
            session["name"] = url_for("short")
        g.asked = request.path

        @after_this_request
        def own(response: Response) -> Response:
            response.headers["X-Own"] = g.asked
            return response

        return Response(f"{request.method} {session.get('name', '')}")

    def everywhere(response: Response) -> Response:
        response.headers["X-Everywhere"] = "yes"
        return response

    app.add_url_rule("/short", "short", view, methods=["GET", "POST"])
    app.add_url_rule("/long", "long", view, methods=["GET", "POST"])
    app.after_request(everywhere)
    app.at_first_request(lambda: seen.append("first"))
    app.before_request(lambda: seen.append("form"))
    app.teardown_request(lambda _error: seen.append("over"))
    app.register_error_handler(LookupError, lambda error: Response(str(error), 404))
    app.shorten(["/short"])
    app.extensions["seen"] = seen
    return app


def told(answer: TestResponse) -> tuple[int, str, dict[str, str]]:
    headers = {k: v for k, v in answer.headers.items() if k not in ("X-Own", "Set-Cookie")}
    return answer.status_code, answer.text, headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("query", ["", "?fails=1", "?refused=1", "?remembers=1"])
def test_both_ways_answer_the_same(application: QiaoFlask, method: str, query: str) -> None:
    answers = [
        application.test_client().open(f"/{way}{query}", method=method) for way in ("short", "long")
    ]

    assert told(answers[0]) == told(answers[1])
    assert answers[0].headers["X-Everywhere"] == "yes"


def test_hooks_of_forms_are_left_out_and_the_rest_runs(application: QiaoFlask) -> None:
    application.test_client().get("/short")
    assert application.extensions["seen"] == ["first", "over"]

    application.test_client().get("/long")
    assert application.extensions["seen"][2:] == ["form", "over"]


def test_session_that_a_page_fills_is_kept(application: QiaoFlask) -> None:
    browser = application.test_client()
    browser.get("/short?remembers=1")

    assert browser.get("/short").text == "GET /short"
    assert "Set-Cookie" not in application.test_client().get("/short").headers


def test_other_methods_go_the_long_way(application: QiaoFlask) -> None:
    browser = application.test_client()

    assert browser.delete("/short").status_code == 405
    assert "POST" in browser.options("/short").headers["Allow"]
    assert browser.get("/short/").status_code == 404


def test_error_that_nobody_handles_is_answered_and_the_request_ends(
    application: QiaoFlask,
) -> None:
    application.testing = False
    del application.error_handler_spec[None][None][LookupError]
    application.config["PROPAGATE_EXCEPTIONS"] = False

    assert application.test_client().get("/short?fails=1").status_code == 500
    assert application.extensions["seen"][-1] == "over"
