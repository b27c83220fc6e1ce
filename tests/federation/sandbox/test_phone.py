"""The virtual phone by plain forms, as a browser without JavaScript sends them."""

import re

import pytest
import requests

from tests.federation.sandbox.ticket_server import TicketServer
from tests.sandbox_server import MINI_PROGRAM, MOBILE, OFFICIAL, WEBSITE, LiveSandbox

SCENE = "AbCdEfGhIjKlMnOpQrStUv"


def api(
    phone: LiveSandbox, path: str, body: dict[str, object], app: dict[str, str] | None = None
) -> requests.Response:
    credential = {
        "grant_type": "client_credential",
        "appid": app["appid"] if app else MINI_PROGRAM.appid,
        "secret": app["secret"] if app else MINI_PROGRAM.secret,
    }
    token = requests.post(f"{phone.url}/cgi-bin/stable_token", json=credential, timeout=10).json()
    query = {"access_token": token["access_token"]}
    return requests.post(f"{phone.url}{path}", params=query, json=body, timeout=10)


def page(phone: LiveSandbox, path: str) -> requests.Response:
    return requests.get(f"{phone.url}{path}", timeout=10)


def answer(phone: LiveSandbox, path: str, /, **form: str) -> requests.Response:
    return requests.post(f"{phone.url}{path}", data=form, timeout=10)


def test_scanner_lists_codes_on_screens_newest_first(phone: LiveSandbox) -> None:
    for scene in ("first", "second"):
        api(phone, "/wxa/getwxacodeunlimit", {"scene": scene})

    shown = page(phone, "/phone/li-lei/scanner").text

    assert re.findall(r'data-testid="code-(\w+)"', shown) == ["second", "first"]


def test_code_leaves_the_screens_after_a_while(phone: LiveSandbox) -> None:
    api(phone, "/wxa/getwxacodeunlimit", {"scene": "first"})

    phone.advance(300)

    assert "code-first" not in page(phone, "/phone/li-lei/scanner/codes").text


def test_scanned_code_shows_who_asks(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.add(SCENE)

    shown = page(phone, f"/phone/li-lei?scene={SCENE}").text

    for fact in ("Corner Bookshop 街角书店", "books.example", "Firefox on Windows", "203.0.113.7"):
        assert fact in shown
    assert re.findall(r'data-testid="number-(\d+)"', shown) == ["12", "47", "83"]


@pytest.mark.parametrize(
    ("purpose", "shown"),
    [("scan", "the other screen"), ("link", "the page in your browser"), ("launch", "the app")],
)
def test_number_is_looked_for_where_the_sign_in_was_begun(
    phone: LiveSandbox, qiao: TicketServer, purpose: str, shown: str
) -> None:
    qiao.add(SCENE, purpose=purpose)

    asked = page(phone, f"/phone/li-lei?scene={SCENE}").text

    assert f"Which number does {shown} show?" in asked
    assert ("other screen" in asked) == (purpose == "scan")


def test_qiao_is_told_the_language_of_whoever_holds_the_phone(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE)
    address, wanted = f"{phone.url}/phone/li-lei?scene={SCENE}", {"Accept-Language": "en-GB,en"}

    requests.get(address, headers=wanted, timeout=10)

    assert qiao.languages == ["en-GB,en"]


def test_picture_of_a_code_can_be_chosen(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.add(SCENE)
    picture = api(phone, "/wxa/getwxacodeunlimit", {"scene": SCENE}).content

    files = {"picture": ("code.jpg", picture, "image/jpeg")}
    shown = requests.post(f"{phone.url}/phone/li-lei/scanner", files=files, timeout=10)
    files = {"picture": ("cat.jpg", b"\xff\xd8\xff\xe0", "image/jpeg")}
    unreadable = requests.post(f"{phone.url}/phone/li-lei/scanner", files=files, timeout=10)

    assert "Corner Bookshop" in shown.text
    assert unreadable.status_code == 400


def test_scanned_code_opens_the_mini_program_that_made_it(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE)
    other = phone.app("wx5a4d0000000000ff", kind="miniprogram", name="Another mini program")
    api(phone, "/wxa/getwxacodeunlimit", {"scene": SCENE}, other)

    shown = page(phone, f"/phone/li-lei?scene={SCENE}").text
    phone.visit("li-lei", SCENE, "confirm", number=47)

    code = qiao.confirmed_with[0]["js_code"]
    query = {
        "appid": other["appid"],
        "secret": other["secret"],
        "js_code": code,
        "grant_type": "authorization_code",
    }
    session = requests.get(f"{phone.url}/sns/jscode2session", params=query, timeout=10).json()
    assert "Another mini program" in shown
    assert session["openid"] == phone.openid("li-lei", other["appid"])


def test_confirming_hands_over_a_fresh_code_and_the_number(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE)

    shown = answer(
        phone, f"/phone/li-lei/mini-program?ticket={SCENE}", decision="confirm", number="47"
    )

    assert 'data-testid="confirmed"' in shown.text
    assert qiao.confirmed_with[0]["number"] == 47
    assert set(qiao.confirmed_with[0]) == {"js_code", "number", "scene"}


@pytest.mark.parametrize(
    ("form", "number", "kind"),
    [
        ({"phone": "86 13700137000"}, "13700137000", "quick"),
        ({"phone": "86 13900139000", "phone_kind": "realtime"}, "13900139000", "realtime"),
        ({"phone": "other", "country_code": "1", "other": "2025550123"}, "2025550123", "quick"),
    ],
)
def test_chosen_phone_number_goes_along(
    phone: LiveSandbox, qiao: TicketServer, form: dict[str, str], number: str, kind: str
) -> None:
    qiao.add(SCENE, phone="required")
    path = f"/phone/han-meimei/mini-program?ticket={SCENE}"

    answer(phone, path, decision="confirm", number="47", **form)

    sent = qiao.confirmed_with[0]
    body = {"code": sent["phone_code"]}
    info = api(phone, "/wxa/business/getuserphonenumber", body).json()["phone_info"]
    assert info["purePhoneNumber"] == number
    assert sent["phone_kind"] == kind


def test_phone_number_that_is_not_shared_does_not_go_along(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE, phone="optional")
    path = f"/phone/han-meimei/mini-program?ticket={SCENE}"

    answer(phone, path, decision="confirm", number="47", phone="none")

    assert "phone_code" not in qiao.confirmed_with[0]


def test_rejected_code_leaves_the_form_to_try_again(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.add(SCENE)
    qiao.refusals = [(400, "code_rejected")]
    path = f"/phone/li-lei/mini-program?ticket={SCENE}"

    first = answer(phone, path, decision="confirm", number="47")
    second = answer(phone, path, decision="confirm", number="47")

    assert 'data-error="code_rejected"' in first.text
    assert 'data-testid="confirm"' in first.text
    assert 'data-testid="confirmed"' in second.text
    assert len({sent["js_code"] for sent in qiao.confirmed_with}) == 2


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, "wrong_number"), (403, "access_denied"), (409, "ticket_used"), (503, "not_available")],
)
def test_final_refusal_ends_the_visit(
    phone: LiveSandbox, qiao: TicketServer, status: int, error: str
) -> None:
    qiao.add(SCENE)
    qiao.refusals = [(status, error)]

    shown = answer(
        phone, f"/phone/li-lei/mini-program?ticket={SCENE}", decision="confirm", number="12"
    )

    assert shown.status_code == status
    assert f'data-error="{error}"' in shown.text
    assert 'data-testid="confirm"' not in shown.text


def test_declining_tells_qiao(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.add(SCENE)

    shown = answer(phone, f"/phone/li-lei/mini-program?ticket={SCENE}", decision="decline")

    assert qiao.denied == [SCENE]
    assert 'data-testid="denied"' in shown.text


def test_launch_returns_to_the_app_with_its_parameter(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE, purpose="launch", numbers=None)
    launch = phone.control(
        "POST",
        "/launches",
        {"user_name": MINI_PROGRAM.original_id, "path": f"pages/login/index?ticket={SCENE}"},
    )

    opened = page(phone, f"/phone/li-lei?launch={launch['id']}")
    answer(phone, opened.url.removeprefix(phone.url), decision="confirm")

    returned = phone.control("GET", f"/launches/{launch['id']}")
    app = page(phone, f"/phone/li-lei/app?launch={launch['id']}")
    assert (returned["state"], returned["app_parameter"]) == ("confirmed", "back-to-app")
    assert "back-to-app" in app.text


@pytest.mark.parametrize(
    "pasted",
    [
        f"pages/login/index?ticket={SCENE}",
        SCENE,
        f'{{"user_name":"gh_5a4d00000001","path":"pages/login/index?ticket={SCENE}","type":0}}',
        f'{{"launch":{{"user_name":"gh_5a4d00000001","path":"x?ticket={SCENE}"}}}}',
    ],
)
def test_demo_app_launches_from_whatever_was_pasted(
    phone: LiveSandbox, qiao: TicketServer, pasted: str
) -> None:
    qiao.add(SCENE, purpose="launch", numbers=None)

    shown = answer(phone, "/phone/li-lei/app/launch", parameters=pasted)

    assert "Corner Bookshop" in shown.text


LAUNCH = {"user_name": MINI_PROGRAM.original_id, "path": f"pages/login/index?ticket={SCENE}"}
OPENED = {
    "app": {"scene": 1069, "referrer_app_id": MOBILE.appid},
    "another-app": {"scene": 1069, "referrer_app_id": "wxffffffffffffff01"},
    "another-mini-program": {"scene": 1037, "referrer_app_id": "wxffffffffffffff02"},
    "scheme": {"scene": 1065},
    "plain-scheme": {"scene": 1286},
    "link": {"scene": 1194},
    "link-inside": {"scene": 1167},
    "short-link": {"scene": 1179},
    "code": {"scene": 1047},
    "recent": {"scene": 1089},
}


@pytest.mark.parametrize(("how", "told"), OPENED.items(), ids=OPENED.keys())
def test_mini_program_tells_how_the_demo_app_had_it_opened(
    phone: LiveSandbox, qiao: TicketServer, how: str, told: dict[str, object]
) -> None:
    qiao.add(SCENE, purpose="launch", numbers=None)

    opened = answer(phone, "/phone/li-lei/app/launch", parameters=SCENE, opened_by=how)
    answer(phone, opened.url.removeprefix(phone.url), decision="confirm")

    confirmed = {name: qiao.confirmed_with[0].get(name) for name in told}
    assert qiao.read_with[0] == {name: str(value) for name, value in told.items()}
    assert confirmed == told
    assert set(qiao.confirmed_with[0]) == {"js_code", *told}


@pytest.mark.parametrize("named", [MOBILE.appid, "wxffffffffffffff01"])
def test_launch_tells_the_app_that_launched(
    phone: LiveSandbox, qiao: TicketServer, named: str
) -> None:
    qiao.add(SCENE, purpose="launch", numbers=None)
    launch = phone.control("POST", "/launches", {**LAUNCH, "app_appid": named})

    page(phone, f"/phone/li-lei?launch={launch['id']}")
    phone.visit("li-lei", SCENE)

    assert qiao.read_with == [{"scene": "1069", "referrer_app_id": named}] * 2


def test_scan_and_link_tell_what_they_are(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.add(SCENE)
    api(phone, "/wxa/getwxacodeunlimit", {"scene": SCENE})
    phone.visit("li-lei", SCENE)
    qiao.add("another-ticket")
    body = {"path": "pages/login/index", "query": "ticket=another-ticket"}
    link = api(phone, "/wxa/generate_urllink", body).json()["url_link"]

    phone.visit("li-lei", "another-ticket")
    page(phone, f"/phone/li-lei?{link.partition('?')[2]}")

    assert qiao.read_with == [{"scene": "1047"}, {"scene": "1194"}, {"scene": "1194"}]


def test_visit_plays_a_mini_program_that_tells_nothing_or_something_else(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE)

    phone.visit("li-lei", SCENE, entry=None)
    phone.visit("li-lei", SCENE, entry=1089, referrer_app_id=MOBILE.appid)

    assert qiao.read_with == [{}, {"scene": "1089", "referrer_app_id": MOBILE.appid}]


def test_ticket_opened_in_a_wrong_way_is_explained_in_both_languages(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE, purpose="launch")
    qiao.refusals.append((403, "wrong_entry"))

    shown = answer(phone, f"/phone/li-lei/mini-program?ticket={SCENE}&entry=1065", number="47")

    assert 'data-error="wrong_entry"' in shown.text
    assert "This sign-in does not open like this" in shown.text
    assert "不能以这种方式打开此次登录" in shown.text


def test_declined_launch_returns_to_the_app_too(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.add(SCENE, purpose="launch", numbers=None)
    launch = phone.control("POST", "/launches", LAUNCH)

    opened = page(phone, f"/phone/li-lei?launch={launch['id']}")
    answer(phone, opened.url.removeprefix(phone.url), decision="decline")

    returned = phone.control("GET", f"/launches/{launch['id']}")
    assert (returned["state"], returned["app_parameter"]) == ("denied", "declined")


def test_mini_program_names_the_wechat_that_it_would_connect(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    identity = {
        "source": "WeChat",
        "name": "王五",
        "ending": "…AbCd",
        "confirmed_at": 1_800_000_000,
        "device": "WeChat · iPhone",
        "place": None,
        "ip": "198.51.100.7",
    }
    qiao.add(SCENE, action="link", link={"identity": identity, "account": None})
    shown = page(phone, f"/phone/li-lei/mini-program?ticket={SCENE}")
    qiao.add(SCENE, action="link", link={"identity": None, "account": "Han Meimei"})

    other = page(phone, f"/phone/li-lei/mini-program?ticket={SCENE}")

    for told in ("王五", "…AbCd", "WeChat · iPhone", "198.51.100.7"):
        assert told in shown.text
    assert "Han Meimei" in other.text


@pytest.mark.parametrize("pasted", ['{"user_name":"gh_unknown","path":"x"}', "{", "[1]?", ""])
def test_demo_app_refuses_bad_parameters(phone: LiveSandbox, pasted: str) -> None:
    shown = answer(phone, "/phone/li-lei/app/launch", parameters=pasted)

    assert shown.status_code in (400, 404)


def test_send_auth_gives_code_and_state(phone: LiveSandbox) -> None:
    shown = answer(
        phone, "/phone/li-lei/app/send-auth", appid=MOBILE.appid, state="xyz", decision="allow"
    )

    code = re.search(r'data-testid="send-auth-code">(\w{32})<', shown.text)
    assert code is not None
    assert 'data-testid="send-auth-state">xyz<' in shown.text


def test_refused_send_auth_gives_no_code(phone: LiveSandbox) -> None:
    shown = answer(phone, "/phone/li-lei/app/send-auth", state="xyz", decision="deny")

    assert 'data-testid="send-auth-errCode">-4<' in shown.text
    assert "send-auth-code" not in shown.text


@pytest.mark.parametrize(("decision", "outcome"), [("allow", "allowed"), ("deny", "denied")])
def test_send_auth_of_an_app_elsewhere_is_answered_on_the_phone(
    phone: LiveSandbox, decision: str, outcome: str
) -> None:
    asked = phone.control("POST", "/send-auths", {"appid": MOBILE.appid, "state": "xyz"})

    home = page(phone, "/phone/li-lei").text
    form = {"appid": MOBILE.appid, "state": "xyz", "id": asked["id"], "decision": decision}
    answer(phone, "/phone/li-lei/app/send-auth", **form)

    answered = phone.control("GET", f"/send-auths/{asked['id']}")
    assert f"send-auth-request-{asked['id']}" in home
    assert answered["outcome"] == outcome
    assert (answered["code"] is not None) == (outcome == "allowed")
    assert "send-auth-request" not in page(phone, "/phone/li-lei/waiting").text


def test_pasted_scheme_opens_the_mini_program(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.add(SCENE, purpose="link")
    body: dict[str, object] = {
        "jump_wxa": {"path": "pages/login/index", "query": f"ticket={SCENE}"}
    }
    scheme = api(phone, "/wxa/generatescheme", body).json()["openlink"]

    shown = answer(phone, "/phone/li-lei/scanner", scene=scheme)
    phone.visit("li-lei", SCENE)

    assert "Corner Bookshop" in shown.text
    assert qiao.read_with == [{"scene": "1065"}] * 2


def test_other_addresses_open_the_mini_program_each_by_its_scene(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE, purpose="link")
    page_url = f"pages/login/index?ticket={SCENE}"
    short = api(phone, "/wxa/genwxashortlink", {"page_url": page_url}).json()["link"]
    body: dict[str, object] = {"path": "pages/login/index", "query": f"ticket={SCENE}"}
    link = api(phone, "/wxa/generate_urllink", body).json()["url_link"]
    plain = f"weixin://dl/business/?appid={MINI_PROGRAM.appid}&query=ticket%3D{SCENE}"

    answer(phone, "/phone/li-lei/scanner", scene=short)
    answer(phone, "/phone/li-lei/scanner", scene=plain)
    requests.get(f"{link}&inside=1", cookies={"wechat_person": "li-lei"}, timeout=10)

    assert [each["scene"] for each in qiao.read_with] == ["1179", "1286", "1167"]


def test_single_page_of_moments_has_no_code_to_give(phone: LiveSandbox, qiao: TicketServer) -> None:
    qiao.add(SCENE, purpose="link", numbers=None)

    opened = answer(phone, "/phone/li-lei/app/launch", parameters=SCENE, opened_by="single-page")
    shown = answer(phone, opened.url.removeprefix(phone.url), decision="confirm")

    assert 'data-error="no_code"' in shown.text
    assert qiao.confirmed_with == []


def test_link_opens_the_mini_program_until_it_expires(
    phone: LiveSandbox, qiao: TicketServer
) -> None:
    qiao.add(SCENE, purpose="link")
    body: dict[str, object] = {"path": "pages/login/index", "query": f"ticket={SCENE}"}
    link = api(phone, "/wxa/generate_urllink", body).json()["url_link"]

    in_hand = {"wechat_person": "li-lei"}
    opened = requests.get(link, cookies=in_hand, timeout=10)
    phone.advance(31 * 86400)
    expired = requests.get(link, cookies=in_hand, timeout=10)

    assert "Corner Bookshop" in opened.text
    assert "expired" in expired.text


def test_unreachable_server_is_said_so(phone: LiveSandbox) -> None:
    phone.reset("http://127.0.0.1:9")

    shown = page(phone, f"/phone/li-lei?scene={SCENE}")

    assert shown.status_code == 502
    assert 'data-error="unreachable"' in shown.text


@pytest.mark.parametrize(
    ("path", "appid", "scope"),
    [
        ("/connect/qrconnect", WEBSITE.appid, "snsapi_login"),
        ("/connect/oauth2/authorize", OFFICIAL.appid, "snsapi_userinfo"),
    ],
)
def test_authorize_page_sends_the_chosen_person_back(
    phone: LiveSandbox, path: str, appid: str, scope: str
) -> None:
    query = {
        "appid": appid,
        "redirect_uri": "http://127.0.0.1:9999/back",
        "response_type": "code",
        "scope": scope,
        "state": "abc",
    }
    asked = requests.get(f"{phone.url}{path}", params=query, timeout=10)

    allowed = requests.post(asked.url, data={"person": "li-lei"}, allow_redirects=False, timeout=10)
    declined = requests.post(
        asked.url, data={"decision": "deny"}, allow_redirects=False, timeout=10
    )

    assert 'data-testid="person-li-lei"' in asked.text
    assert re.fullmatch(
        r"http://127\.0\.0\.1:9999/back\?code=\w{32}&state=abc", allowed.headers["Location"]
    )
    assert declined.status_code == 200
    assert 'data-testid="declined"' in declined.text


def test_silent_page_asks_nobody_inside_wechat(phone: LiveSandbox) -> None:
    query = {
        "appid": OFFICIAL.appid,
        "redirect_uri": "http://127.0.0.1:9999/back",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "abc",
    }

    answer = requests.get(
        f"{phone.url}/connect/oauth2/authorize",
        params=query,
        cookies={"wechat_person": "li-lei"},
        allow_redirects=False,
        timeout=10,
    )

    assert answer.status_code == 303
    assert "code=" in answer.headers["Location"]


def test_pages_bring_no_inline_script_and_nothing_from_outside(phone: LiveSandbox) -> None:
    shown = page(phone, "/phone")

    policy = shown.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.findall(r"<script(?![^>]*\bsrc=)|style=|https?://", shown.text)
