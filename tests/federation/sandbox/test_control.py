"""The control API: what scripts set, and what they may ask afterwards."""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from federation.sandbox import create_sandbox
from federation.sandbox.state import current_world
from federation.sandbox.visits import launch
from tests.sandbox_server import MINI_PROGRAM, OFFICIAL, WEBSITE, LiveSandbox


def code2session(wechat: LiveSandbox, code: str, timeout: float = 10) -> requests.Response:
    query = {
        "appid": MINI_PROGRAM.appid,
        "secret": MINI_PROGRAM.secret,
        "js_code": code,
        "grant_type": "authorization_code",
    }
    return requests.get(f"{wechat.url}/sns/jscode2session", params=query, timeout=timeout)


def refused(wechat: LiveSandbox, method: str, path: str, body: Any) -> requests.Response:
    return requests.request(method, f"{wechat.url}/sandbox/v1{path}", json=body, timeout=10)


def test_queued_error_is_answered_as_often_as_asked(wechat: LiveSandbox) -> None:
    wechat.answers(-1, "/sns/jscode2session", times=2)
    code = wechat.js_code("li-lei")

    answers = [code2session(wechat, code).json() for _ in range(3)]

    assert [answer.get("errcode") for answer in answers] == [-1, -1, None]
    assert answers[0]["errmsg"].startswith("system error, rid: ")


def test_error_before_the_work_leaves_the_code_unused(wechat: LiveSandbox) -> None:
    wechat.answers(status=502, body="<html>", endpoint="/sns/jscode2session")
    code = wechat.js_code("li-lei")

    first, second = code2session(wechat, code), code2session(wechat, code)

    assert (first.status_code, first.content) == (502, b"<html>")
    assert second.json()["openid"] == wechat.openid("li-lei")


def test_error_after_the_work_has_consumed_the_code(wechat: LiveSandbox) -> None:
    wechat.answers(-1, when="after")
    code = wechat.js_code("li-lei")

    first, second = code2session(wechat, code).json(), code2session(wechat, code).json()

    assert first["errcode"] == -1
    assert second["errcode"] == 40163


def test_slow_answer_holds_up_nobody_else(wechat: LiveSandbox) -> None:
    wechat.answers(delay=6.0, appid=MINI_PROGRAM.appid, endpoint="/sns/jscode2session")
    code = wechat.js_code("li-lei")

    with pytest.raises(requests.Timeout):
        code2session(wechat, code, timeout=0.2)
    began = time.monotonic()
    answer = code2session(wechat, wechat.js_code("han-meimei"))

    assert answer.json()["openid"] == wechat.openid("han-meimei")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("when", ["before", "after"])
def test_dead_connection_gives_no_answer(wechat: LiveSandbox, when: str) -> None:
    wechat.answers(dead=True, when=when)
    code = wechat.js_code("li-lei")

    with pytest.raises(requests.ConnectionError):
        code2session(wechat, code)

    again = code2session(wechat, code).json()
    assert again.get("errcode") == (None if when == "before" else 40163)


@pytest.mark.parametrize("garbage", ["html", "empty", "truncated", "binary"])
def test_garbage_is_not_json(wechat: LiveSandbox, garbage: str) -> None:
    wechat.answers(garbage=garbage)

    answer = code2session(wechat, wechat.js_code("li-lei"))

    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r".+"):
        answer.json()


def test_code_redeemed_by_twenty_at_once_is_good_for_one(wechat: LiveSandbox) -> None:
    code = wechat.js_code("li-lei")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: code2session(wechat, code).json(), range(20)))

    assert len([answer for answer in answers if "openid" in answer]) == 1


def test_dead_call_is_told_as_never_answered(wechat: LiveSandbox) -> None:
    wechat.answers(dead=True)
    with pytest.raises(requests.ConnectionError):
        code2session(wechat, "x")

    assert [call["status"] for call in wechat.calls()] == [None]


def test_person_on_snapshot_pages_is_a_snapshot_user(wechat: LiveSandbox) -> None:
    wechat.person("li-lei", snapshot=True)
    code = wechat.oauth_code("li-lei", OFFICIAL.appid)

    query = {
        "appid": OFFICIAL.appid,
        "secret": OFFICIAL.secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    token = requests.get(f"{wechat.url}/sns/oauth2/access_token", params=query, timeout=10).json()

    assert token["is_snapshotuser"] == 1


def test_calls_are_told_without_secrets(wechat: LiveSandbox) -> None:
    code = wechat.js_code("li-lei")
    code2session(wechat, code)
    code2session(wechat, code)

    calls = wechat.calls("/sns/jscode2session", MINI_PROGRAM.appid)

    assert [call["errcode"] for call in calls] == [0, 40163]
    assert calls[0]["parameters"]["js_code"] == calls[1]["parameters"]["js_code"]
    assert code not in str(calls)
    assert MINI_PROGRAM.secret not in str(calls)


def test_reset_brings_the_demo_back(wechat: LiveSandbox) -> None:
    wechat.person("li-lei", nickname="Somebody", high_risk=True)
    wechat.person("newcomer", nickname="New")
    wechat.answers(40029)

    wechat.reset()

    people = wechat.control("GET", "/people")["people"]
    assert [person["nickname"] for person in people][:2] == ["李雷", "韩梅梅🌸"]
    assert "newcomer" not in [person["id"] for person in people]
    assert wechat.control("GET", "/answers")["answers"] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/people", {"nickname": 5}, 400),
        ("POST", "/people", {"nick": "typo"}, 400),
        ("POST", "/people", {"id": "li-lei"}, 409),
        ("PATCH", "/people/nobody", {}, 404),
        ("PATCH", "/people/li-lei", {"phones": [{"number": "+86138"}]}, 400),
        ("PATCH", "/people/li-lei", {"unionid": "sometimes"}, 400),
        ("POST", "/apps", {"kind": "miniprogram", "appid": "gh_123"}, 400),
        ("POST", "/apps", {"kind": "webshop"}, 400),
        ("PATCH", f"/apps/{MINI_PROGRAM.appid}", {"ip_allow_list": ["nonsense"]}, 400),
        ("POST", "/codes", {"appid": "wx0", "person": "li-lei"}, 404),
        ("POST", "/codes", {"appid": MINI_PROGRAM.appid, "person": "nobody"}, 404),
        ("POST", "/codes", {"appid": WEBSITE.appid, "person": "li-lei", "kind": "js"}, 409),
        (
            "POST",
            "/codes",
            {"appid": MINI_PROGRAM.appid, "person": "zhang-wei", "kind": "phone"},
            409,
        ),
        ("POST", "/answers", {"endpoint": "/sns/jscode2session"}, 400),
        ("POST", "/answers", {"endpoint": "/sns/nowhere", "errcode": 1}, 400),
        ("POST", "/answers", {"endpoint": "*", "errcode": "40029"}, 400),
        ("POST", "/answers", [], 400),
        ("GET", "/nowhere", None, 404),
        ("PUT", "/people", {}, 405),
        ("POST", "/launches", {"user_name": "gh_unknown", "path": "x"}, 400),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    wechat: LiveSandbox, method: str, path: str, body: object, status: int
) -> None:
    answer = refused(wechat, method, path, body)

    assert answer.status_code == status
    assert answer.json()["error"]
    assert answer.json()["error_description"].endswith(".")


def authorize_url(path: str, appid: str, **changes: str) -> str:
    query = {
        "appid": appid,
        "redirect_uri": "http://127.0.0.1:9999/back?keep=1",
        "response_type": "code",
        "scope": "snsapi_login" if path.endswith("qrconnect") else "snsapi_userinfo",
        "state": "abc123",
    } | changes
    return str(
        requests.Request("GET", f"https://open.weixin.qq.com{path}", params=query).prepare().url
    )


def test_allowed_page_comes_back_with_code_and_state(wechat: LiveSandbox) -> None:
    location = wechat.authorize(authorize_url("/connect/qrconnect", WEBSITE.appid), "li-lei")

    assert location is not None
    assert location.startswith("http://127.0.0.1:9999/back?keep=1&code=")
    assert location.endswith("&state=abc123")


def test_declined_page_goes_nowhere_or_back_with_state_alone(wechat: LiveSandbox) -> None:
    url = authorize_url("/connect/qrconnect", WEBSITE.appid)

    nowhere = wechat.authorize(url, "li-lei", "deny")
    wechat.settings(denial_redirects=True)
    back = wechat.authorize(url, "li-lei", "deny")

    assert nowhere is None
    assert back == "http://127.0.0.1:9999/back?keep=1&state=abc123"


def test_websites_may_send_any_state_and_official_accounts_none(wechat: LiveSandbox) -> None:
    long = "x-._~" * 88

    website = wechat.authorize(
        authorize_url("/connect/qrconnect", WEBSITE.appid, state=long), "li-lei"
    )
    official = wechat.authorize(
        authorize_url("/connect/oauth2/authorize", OFFICIAL.appid, state=""), "li-lei"
    )

    assert website is not None
    assert website.endswith(f"&state={long}")
    assert official is not None
    assert "state" not in official


@pytest.mark.parametrize(
    ("path", "appid", "changes", "errcode"),
    [
        ("/connect/qrconnect", "", {}, "10012"),
        ("/connect/qrconnect", WEBSITE.appid, {"redirect_uri": "https://evil.example/"}, "10003"),
        ("/connect/qrconnect", WEBSITE.appid, {"redirect_uri": ""}, "10011"),
        ("/connect/qrconnect", WEBSITE.appid, {"scope": "snsapi_base"}, "10005"),
        ("/connect/qrconnect", WEBSITE.appid, {"scope": ""}, "10010"),
        ("/connect/oauth2/authorize", OFFICIAL.appid, {"state": "x" * 129}, "10013"),
        ("/connect/oauth2/authorize", OFFICIAL.appid, {"state": "a-b"}, "10013"),
        ("/connect/oauth2/authorize", OFFICIAL.appid, {"response_type": "token"}, "10005"),
        ("/connect/oauth2/authorize", WEBSITE.appid, {}, "10016"),
    ],
)
def test_wrong_authorize_request_is_refused_by_its_number(
    wechat: LiveSandbox, path: str, appid: str, changes: dict[str, str], errcode: str
) -> None:
    body = {"url": authorize_url(path, appid, **changes), "person": "li-lei"}

    assert refused(wechat, "POST", "/authorizations", body).json()["error"] == errcode


def test_banned_account_has_no_page(wechat: LiveSandbox) -> None:
    wechat.app(WEBSITE.appid, banned=True)
    url = authorize_url("/connect/qrconnect", WEBSITE.appid)

    page = requests.get(url.replace("https://open.weixin.qq.com", wechat.url), timeout=10)

    assert page.status_code == 200
    assert 'data-errcode="10004"' in page.text


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """They take turns a thousand times as often, as on a busy machine with many processors."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("impatient_threads")
def test_mini_programs_are_opened_while_apps_launch_others() -> None:
    sandbox = create_sandbox("http://127.0.0.1:1")
    with sandbox.app_context():
        world = current_world()
    program, read = str(MINI_PROGRAM.original_id), {"person": "li-lei", "scene": "a-ticket"}
    over = threading.Event()

    def launch_on_and_on() -> None:
        while not over.is_set():
            with world.lock:
                launch(world, program, "pages/login/index?ticket=another", 0)

    with world.lock:
        for _ in range(10_000):
            launch(world, program, "pages/login/index?ticket=another", 0)
    with ThreadPoolExecutor(1) as apps:
        apps.submit(launch_on_and_on)
        try:
            client = sandbox.test_client()
            visits = [client.post("/sandbox/v1/visits", json=read) for _ in range(10)]
        finally:
            over.set()

    assert [visit.status_code for visit in visits] == [200] * 10
