"""The short way to routes of the protocol: less work, the same answers."""

from collections.abc import Callable
from contextvars import Context
from io import BytesIO

import pytest
from flask import (
    Request,
    Response,
    abort,
    after_this_request,
    g,
    request,
    session,
    url_for,
)
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder, TestResponse

from app.database import db
from app.web.application import WHOLE_BODY, QiaoFlask, QiaoRequest
from oidc.provider import WholeResponse
from tests.app.site import Site


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


def _closed_later(response: Response) -> Response:
    response.call_on_close(lambda: None)
    return response


RESPONSES: dict[str, Callable[[], Response]] = {
    "nothing": lambda: Response(status=303),
    "redirect": lambda: Response(status=303, headers={"Location": "https://a.example/b?c=d%20e&f"}),
    "app": lambda: Response(status=303, headers={"Location": "com.example.app:/back?code=a#b"}),
    "elsewhere": lambda: Response("a", 302, {"Location": "https://例子.example/路?a b"}),
    "part": lambda: Response("a", 200, {"content-location": "/é"}),
    "texts": lambda: Response(["é", "b"]),
    "made later": lambda: Response(text for text in "abc"),
    "counted": lambda: Response("abc", 200, {"content-length": "3"}),
    "empty": lambda: Response("", 204),
    "known": lambda: Response("abc", 304, {"ETag": '"a"'}),
    "closed": lambda: _closed_later(Response("abc")),
    "whole": lambda: WholeResponse(b"{}", 200, [("Content-Type", "application/json")]),
}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_is_sent_as_werkzeug_sends_it(name: str, method: str) -> None:
    app = QiaoFlask("tests")
    for path in ("/short", "/long"):
        app.add_url_rule(path, path, RESPONSES[name], methods=["GET", "POST"])
    app.shorten(["/short"])

    answers = [app.test_client().open(path, method=method) for path in ("/short", "/long")]

    for answer in answers:
        answer.headers = Headers(sorted(answer.headers))
    assert told(answers[0]) == told(answers[1])


def test_address_of_an_application_is_sent_as_it_is_registered() -> None:
    """Werkzeug would write the host of any scheme small."""
    address = "com.example.app://Back/Here?code=A"
    app = QiaoFlask("tests")
    app.add_url_rule("/short", view_func=lambda: Response("", 303, [("Location", address)]))
    app.shorten(["/short"])

    assert app.test_client().get("/short").headers["Location"] == address


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


def test_first_request_of_a_process_begins_its_work_once(application: QiaoFlask) -> None:
    for _ in range(2):
        application.test_client().get("/short")
        application.test_client().get("/long")

    assert application.extensions["seen"].count("first") == 1


@pytest.mark.parametrize("name", ["Authorization", "x-own", "Content-Type", "DPoP"])
def test_header_is_looked_up_as_werkzeug_does(name: str) -> None:
    sent = {"Authorization": "Basic eA==", "Content-Type": "text/plain", "X-Own": "1"}
    environ = EnvironBuilder(method="POST", headers=sent).get_environ()
    ours, theirs = QiaoRequest(environ).headers, Request(environ).headers

    assert (name in ours) == (name in theirs)
    assert ours.get(name) == theirs.get(name)
    assert ours.get(name, "none") == theirs.get(name, "none")
    assert ours.get("X-Own", type=int) == 1
    assert ours.getlist(name) == theirs.getlist(name)


@pytest.mark.parametrize("sent", ["a=1; b=2; a=3", 'a="1 2"', "a", "", "a=1; c", "=; ;b=2"])
def test_cookie_is_looked_up_as_werkzeug_does(sent: str) -> None:
    """The first of one name: what is set for a narrower path comes first (RFC 6265 5.4)."""
    environ = EnvironBuilder(headers={"Cookie": sent}).get_environ()
    ours, theirs = QiaoRequest(environ).cookies, Request(environ).cookies

    for name in ("a", "b", "c", ""):
        assert ours.get(name) == theirs.get(name)
        assert (name in ours) == (name in theirs)


def test_body_that_the_server_has_read_is_taken_as_it_is() -> None:
    environ = EnvironBuilder(method="POST", data=b"a=1").get_environ()
    request = QiaoRequest({**environ, WHOLE_BODY: b"a=1"})
    request.max_content_length = 3

    assert request.get_data() == b"a=1"
    assert request.get_data(as_text=True) == "a=1"


@pytest.mark.parametrize("is_read", [True, False])
def test_files_that_were_sent_are_closed_with_the_request(is_read: bool) -> None:
    sent = EnvironBuilder(method="POST", data={"file": (BytesIO(b"a"), "a.txt")})
    request = QiaoRequest(sent.get_environ())
    file = request.files["file"] if is_read else None

    request.close()

    assert file is None or file.stream.closed


def test_body_beyond_the_limit_is_refused_whoever_has_read_it() -> None:
    environ = EnvironBuilder(method="POST", data=b"a=12").get_environ()
    request = QiaoRequest({**environ, WHOLE_BODY: b"a=12"})
    request.max_content_length = 3

    with pytest.raises(RequestEntityTooLarge):
        request.get_data()


@pytest.mark.parametrize("path", ["/userinfo", "/authorize", "/account", "/nowhere"])
def test_each_request_has_a_session_of_the_database_of_its_own_which_ends_with_it(
    site: Site, path: str
) -> None:
    ours, kept = db.session(), db.session.registry.registry
    before = dict(kept)

    Context().run(site.browser().get, path)

    assert kept == before
    assert db.session() is ours
