"""The Java core signs people in, or ends with a reason, whatever happens on the way."""

import json
import queue
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import requests

from app.demo.java_helper import JavaApp
from tests.interop.qiao import Qiao
from tests.live import free_ports
from tests.mobile.lossy import lossy_proxy
from tests.mobile.phone import CLIENT, REDIRECT, SCOPE, Phone
from tests.mobile.vectors import FILE
from tests.sandbox_server import MINI_PROGRAM, MOBILE


@pytest.fixture(scope="module", autouse=True)
def nowhere(
    class_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Future[tuple[dict[str, Any], float]]]:
    """What an app is told that reaches no server, and after how many seconds.

    Its minute passes while the other stories are told.
    """
    address = f"http://127.0.0.1:{free_ports().qiao}"
    asked, begun = (address, CLIENT, REDIRECT, SCOPE), time.monotonic()
    folder, begin = tmp_path_factory.mktemp("nowhere"), ("sign-in", "wechat-mini")
    with ThreadPoolExecutor(1) as waiting, JavaApp(class_path, folder, asked, begin) as app:
        yield waiting.submit(lambda: (app.next(90), time.monotonic() - begun))


def test_java_core_answers_every_vector(class_path: str) -> None:
    command = ("java", "-cp", class_path, "qiao.signin.Vectors", str(FILE))

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    vectors = json.loads(FILE.read_text(encoding="utf-8"))
    assert done.stdout.splitlines()[:-1] == []
    assert int(done.stdout.split()[-1]) > len(vectors["steps"])


def test_launch_signs_in(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")

    launch = phone.until(app, "launch")
    confirmed = phone.confirms(launch)
    app.say("returned")
    claims = phone.until(app, "signed_in")["claims"]

    assert confirmed["body"] == {"state": "confirmed", "app_parameter": "qiao:confirmed"}
    assert claims["wechat_openid"] == phone.openid("li-lei", MINI_PROGRAM.appid)
    assert claims["aud"] == CLIENT


def test_number_is_shown_and_who_opened_it_is_told(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")

    shown = phone.until(app, "waiting")
    launch = phone.until(app, "launch")
    forged = {"entry": 1069, "referrer_app_id": "wxffffffffffffff01"}
    read = phone.visits(launch, "li-lei", "read", **forged)["body"]
    while not (told := phone.until(app, "waiting"))["opened"]:
        pass
    confirmed = phone.visits(launch, "li-lei", "confirm", number=shown["number"], **forged)
    app.say("returned")
    phone.until(app, "signed_in")

    assert shown["number"] in read["numbers"]
    assert (told["number"], confirmed["status"]) == (shown["number"], 200)
    assert read["device"].startswith("Java on ")


def test_send_auth_signs_in(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mobile")

    asked = phone.until(app, "send_auth")
    phone.agrees(app, asked)
    claims = phone.until(app, "signed_in")["claims"]

    assert asked["non_automatic"] is False
    assert claims["wechat_openid"] == phone.openid("li-lei", MOBILE.appid)


def test_browser_signs_in(phone: Phone, qiao: Qiao) -> None:
    app = phone.app("browser")

    address = phone.until(app, "browser")["address"]
    with qiao.person("li-lei") as somebody:
        back = somebody.browse(address)
    assert back is not None
    app.say("redirected", back)
    claims = phone.until(app, "signed_in")["claims"]

    assert claims["wechat_openid"] == phone.openid("li-lei", MINI_PROGRAM.appid)


def test_question_of_a_page_goes_on_in_the_browser(phone: Phone, qiao: Qiao) -> None:
    app = phone.app("sign-in", "asks")

    phone.confirms(phone.until(app, "launch"), "han-meimei")
    app.say("returned")
    address = phone.until(app, "browser")["address"]

    assert "request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri" in address
    page = requests.get(address, timeout=20)
    assert page.status_code == 200
    app.say("cancel")
    assert phone.until(app, "failed")["reason"] == "CANCELLED"


def test_person_who_declines_in_the_mini_program_is_told_so(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")

    phone.visits(phone.until(app, "launch"), "li-lei", "deny")

    assert phone.until(app, "failed")["reason"] == "DECLINED"


def test_person_who_declines_send_auth_is_told_so(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mobile")

    asked = phone.until(app, "send_auth")
    app.say("send-auth-denied")
    failed = phone.until(app, "failed")
    phone.agrees(app, asked)
    app.say("sign-in", "wechat-mobile")
    phone.agrees(app, phone.until(app, "send_auth"))

    assert failed["reason"] == "CANCELLED"
    assert phone.until(app, "signed_in")["claims"]["idp"] == "wechat-mobile"


def test_cancelling_ends_the_ticket_in_the_mini_program(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")

    launch = phone.until(app, "launch")
    phone.visits(launch, "li-lei", "read")
    app.say("cancel")
    failed = phone.until(app, "failed")
    late = phone.visits(launch, "li-lei", "confirm")

    assert failed["reason"] == "CANCELLED"
    assert late["body"]["error"] == "ticket_denied"


def test_new_sign_in_ends_the_one_before(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")

    first = phone.until(app, "launch")
    app.say("sign-in", "wechat-mini")
    second = phone.until(app, "launch")
    late = phone.visits(first, "han-meimei", "read")
    phone.confirms(second)
    app.say("returned")
    claims = phone.until(app, "signed_in")["claims"]

    assert late["body"]["error"] == "ticket_denied"
    assert claims["wechat_openid"] == phone.openid("li-lei", MINI_PROGRAM.appid)


def test_person_whom_wechat_blocks_is_told_so(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")

    blocked = phone.confirms(phone.until(app, "launch"), "wang-fang")

    assert blocked["status"] == 403
    assert phone.until(app, "failed")["reason"] == "DECLINED"


def test_slow_wechat_is_waited_for(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mobile")
    asked = phone.until(app, "send_auth")
    endpoint = "/sns/oauth2/access_token"

    phone.control("POST", "/answers", {"endpoint": endpoint, "times": 1, "delay": 3.0})
    begun = time.monotonic()
    phone.agrees(app, asked)
    phone.until(app, "signed_in")

    assert time.monotonic() - begun > 2.5


def test_busy_wechat_is_asked_again_with_the_same_code(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mobile")
    asked = phone.until(app, "send_auth")

    phone.control("POST", "/answers", {"endpoint": "/sns/oauth2/access_token", "errcode": -1})
    phone.agrees(app, asked)

    assert phone.until(app, "signed_in")


def test_code_that_wechat_rejects_asks_the_person_again(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mobile")
    asked = phone.until(app, "send_auth")

    phone.control("POST", "/answers", {"endpoint": "/sns/oauth2/access_token", "errcode": 40029})
    phone.agrees(app, asked)
    again = phone.until(app, "send_auth")
    phone.agrees(app, again)

    assert again["state"] == asked["state"]
    assert phone.until(app, "signed_in")


def test_killed_while_the_person_confirms_goes_on_in_the_next_process(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")
    launch = phone.until(app, "launch")
    phone.until(app, "waiting")
    time.sleep(2)  # in the middle of asking, or between

    app.kill()
    phone.confirms(launch)
    time.sleep(11)
    next_one = phone.app("resume")

    assert phone.until(next_one, "resumed")["under_way"] is True
    assert phone.until(next_one, "signed_in")["claims"]["sub"]
    next_one.kill()
    assert phone.until(phone.app("resume"), "resumed")["under_way"] is False


def test_killed_while_send_auth_is_open_takes_the_code_in_the_next_process(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mobile")
    asked = phone.until(app, "send_auth")

    app.kill()
    next_one = phone.app("resume")
    phone.until(next_one, "resumed")
    phone.agrees(next_one, asked)

    assert phone.until(next_one, "signed_in")


def test_killed_while_the_browser_is_open_takes_its_answer_in_the_next_process(
    phone: Phone, qiao: Qiao
) -> None:
    app = phone.app("browser")
    address = phone.until(app, "browser")["address"]

    app.kill()
    with qiao.person("li-lei") as somebody:
        back = somebody.browse(address)
    assert back is not None
    next_one = phone.app("resume")
    phone.until(next_one, "resumed")
    next_one.say("redirected", back.replace("state=", "state=x"))
    next_one.say("redirected", back)

    assert phone.until(next_one, "signed_in")


@pytest.mark.parametrize("after", [0.0, 0.05, 0.2, 0.6])
def test_killed_whenever_it_is_signed_in_once_or_ends_with_a_reason(
    phone: Phone, after: float
) -> None:
    app = phone.app("sign-in", "wechat-mobile")
    phone.agrees(app, phone.until(app, "send_auth"))
    time.sleep(after)

    app.kill()
    next_one = phone.app("resume")
    under_way = phone.until(next_one, "resumed")["under_way"]
    told = what_comes(phone, next_one) if under_way else "signed_in"

    assert told in ("signed_in", "EXPIRED", "asked again", "given up")
    assert (phone.memory / "tokens").exists() == (told == "signed_in")


@pytest.mark.parametrize(
    ("word", "end"),
    [
        ('"authorization_code":', "EXPIRED"),
        ('"access_token":', "EXPIRED"),
    ],
    ids=["ask", "redeem"],
)
def test_answer_that_is_lost_ends_in_one_sign_in_or_in_a_reason(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, word: str, end: str
) -> None:
    with lossy_proxy(word) as (lossy, options):
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", options)
        app = phone.app("sign-in", "wechat-mini")
        phone.confirms(phone.until(app, "launch"))
        app.say("returned")
        told = ended(app)

    assert len(lossy.lost) == 1
    assert told.get("reason", told["event"]) == end
    assert (phone.memory / "tokens").exists() == (told["event"] == "signed_in")


@pytest.mark.parametrize(
    ("word", "connection", "answer", "end"),
    [
        ('"launch":', "wechat-mini", "confirms", "signed_in"),
        ('"expires_in":', "wechat-mini", "confirms", "signed_in"),
        ('"access_denied"', "wechat-mini", "denies", "DECLINED"),
        ('"authorization_code":', "wechat-mini", "confirms", "EXPIRED"),
        ('"access_token":', "wechat-mini", "confirms", "EXPIRED"),
    ],
)
def test_answer_whose_head_alone_arrives_is_no_mistake_of_the_app(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, word: str, connection: str, answer: str, end: str
) -> None:
    with lossy_proxy(word, head=True) as (lossy, options):
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", options)
        app = phone.app("sign-in", connection)
        launch = phone.until(app, "launch")
        if answer == "confirms":
            phone.confirms(launch)
        else:
            phone.opens(launch)
            phone.visits(launch, "li-lei", "read")
            phone.visits(launch, "li-lei", "deny")
        app.say("returned")
        told = ended(app)

    assert len(lossy.lost) == 1
    assert told.get("reason", told["event"]) == end


def test_refresh_whose_head_alone_arrives_keeps_the_person_signed_in(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = phone.app("sign-in", "wechat-mini")
    phone.confirms(phone.until(app, "launch"))
    app.say("returned")
    phone.until(app, "signed_in")
    app.kill()
    userinfo = f"{phone.deployment.issuer}/userinfo"
    (phone.memory / "tokens").write_text(json.dumps({**tokens(phone), "ends": 0}), encoding="utf-8")

    with lossy_proxy('"refresh_token":', head=True) as (lossy, options):
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", options)
        next_one = phone.app("resume")
        phone.until(next_one, "resumed")
        next_one.say("headers", "GET", userinfo)
        first = next_one.next(30)
        next_one.say("headers", "GET", userinfo)
        headers = phone.until(next_one, "headers")["headers"]

    assert (lossy.lost, first) == (["/token"], {"event": "headers", "headers": "unreachable"})
    assert requests.get(userinfo, headers=headers, timeout=20).json()["sub"]


def ended(app: JavaApp) -> dict[str, Any]:
    """How the sign-in of an app ends: ``signed_in`` or ``failed``."""
    told: dict[str, Any] = {"event": ""}
    while told["event"] not in ("signed_in", "failed"):
        told = app.next(30)
    return told


def what_comes(phone: Phone, app: JavaApp) -> str:
    """An end; or the person is before WeChat (again), and gives up."""
    try:
        told = app.next(8)
    except queue.Empty:
        told = {"event": "nothing"}
    if told["event"] in ("signed_in", "failed"):
        return str(told.get("reason", "signed_in"))
    app.say("cancel")
    assert phone.until(app, "failed")["reason"] == "CANCELLED"
    return "asked again" if told["event"] == "send_auth" else "given up"


def tokens(phone: Phone) -> Any:
    return json.loads((phone.memory / "tokens").read_text(encoding="utf-8"))


def test_tokens_are_bound_to_the_key_and_refreshed_with_rotation(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")
    phone.confirms(phone.until(app, "launch"))
    app.say("returned")
    phone.until(app, "signed_in")
    userinfo = f"{phone.deployment.issuer}/userinfo"

    first = tokens(phone)
    (phone.memory / "tokens").write_text(json.dumps({**first, "ends": 0}), encoding="utf-8")
    app.say("headers", "GET", userinfo)
    headers = phone.until(app, "headers")["headers"]
    second = tokens(phone)
    stolen = {"Authorization": f"Bearer {second['access_token']}"}
    refresh = {"grant_type": "refresh_token", "client_id": CLIENT}
    thief = {**refresh, "refresh_token": second["refresh_token"]}

    assert (first["token_type"], headers["Authorization"][:5]) == ("DPoP", "DPoP ")
    assert requests.get(userinfo, headers=headers, timeout=20).json()["sub"]
    assert second["refresh_token"] != first["refresh_token"]
    assert requests.get(userinfo, headers=stolen, timeout=20).status_code == 401
    assert requests.post(f"{phone.deployment.issuer}/token", thief, timeout=20).status_code == 400


def test_auth_session_is_of_no_use_without_the_key(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")
    launch = phone.until(app, "launch")
    record = json.loads((phone.memory / "sign_in").read_text(encoding="utf-8"))

    body = {"client_id": CLIENT, "auth_session": record["auth_session"]}
    stolen = requests.post(f"{phone.deployment.issuer}/challenge", body, timeout=20)
    phone.confirms(launch)
    app.say("returned")

    assert stolen.json()["error"] in ("invalid_session", "invalid_dpop_proof")
    assert phone.until(app, "signed_in")


def test_signing_out_forgets_the_tokens_here_and_there(phone: Phone) -> None:
    app = phone.app("sign-in", "wechat-mini")
    phone.confirms(phone.until(app, "launch"))
    app.say("returned")
    phone.until(app, "signed_in")

    app.say("sign-out")
    app.say("headers", "GET", f"{phone.deployment.issuer}/userinfo")

    assert phone.until(app, "headers")["headers"] is None
    assert not (phone.memory / "tokens").exists()


def test_server_that_cannot_be_reached_is_told_after_a_minute(
    nowhere: Future[tuple[dict[str, Any], float]],
) -> None:
    told, seconds = nowhere.result(90)

    assert (told["event"], told["reason"]) == ("failed", "UNAVAILABLE")
    assert 50 < seconds < 80
