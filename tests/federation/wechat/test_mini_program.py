"""The mini program: whom WeChat says it is, the phone number, and what opens it."""

from dataclasses import replace

import pytest

from federation import Connection, Credential
from federation.errors import CodeRejected, Denied, Misconfigured, PhoneRequired, Unavailable
from federation.identity import ExternalKey
from federation.upstreams import Codes
from federation.wechat.client import WeChatClient
from federation.wechat.mini_program import MiniProgram
from tests.conftest import TestClock
from tests.federation.scripted_wechat import ScriptedWeChat
from tests.federation.wechat.conftest import APP_ID, SECRET, a_connection, an_app

LILY = {"session_key": "O/YVQPHx==", "openid": "oLily", "unionid": "uLily"}
TOKEN = {"access_token": "T1", "expires_in": 7200}


def a_number(country: object = "86", pure: str = "13800000000", appid: str = APP_ID) -> object:
    watermark = {"timestamp": 1637744274, "appid": appid}
    found = {"purePhoneNumber": pure, "countryCode": country, "watermark": watermark}
    return {"errcode": 0, "errmsg": "ok", "phone_info": found}


@pytest.fixture
def program(client: WeChatClient) -> MiniProgram:
    return MiniProgram(client)


def test_code_gives_openid_and_unionid_in_one_call(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    scripted.answers(LILY)

    identity = program.exchange(a_connection(), Codes("the-js-code"))

    assert identity.keys == (
        ExternalKey(f"wechat:openid:{APP_ID}", "oLily"),
        ExternalKey("wechat:unionid:rail", "uLily"),
    )
    assert (identity.keys[0].value, identity.raw.get("unionid"), identity.phone) == (
        "oLily",
        "uLily",
        None,
    )
    assert scripted.paths() == ["/sns/jscode2session"]
    assert scripted.query(0) == {
        "appid": APP_ID,
        "secret": SECRET,
        "js_code": "the-js-code",
        "grant_type": "authorization_code",
    }


def test_session_key_is_nowhere_in_the_identity(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    scripted.answers(LILY)

    identity = program.exchange(a_connection(), Codes("the-js-code"))

    assert "YVQPHx" not in identity.to_json()


def test_unionid_without_a_named_open_platform_links_nobody(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    scripted.answers(LILY)
    connection = a_connection(app=an_app(open_platform=None))

    identity = program.exchange(connection, Codes("the-js-code"))

    assert identity.keys == (ExternalKey(f"wechat:openid:{APP_ID}", "oLily"),)
    assert identity.raw.get("unionid") == "uLily"


def test_openid_alone_is_enough(scripted: ScriptedWeChat, program: MiniProgram) -> None:
    scripted.answers({"openid": "oLily", "session_key": "k"})

    identity = program.exchange(a_connection(), Codes("the-js-code"))

    assert (identity.keys[0].value, identity.raw.get("unionid")) == ("oLily", None)


@pytest.mark.parametrize("code", ["", " ", "the code is a mock one", "a" * 513, "a&b", "码", "a\n"])
def test_what_cannot_be_a_code_never_reaches_wechat(
    scripted: ScriptedWeChat, program: MiniProgram, code: str
) -> None:
    with pytest.raises(CodeRejected):
        program.exchange(a_connection(), Codes(code))

    assert scripted.requests == []


def test_bad_phone_code_is_seen_before_the_login_code_is_spent(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    with pytest.raises(CodeRejected):
        program.exchange(a_connection(phone="optional"), Codes("the-js-code", "a b"))

    assert scripted.requests == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"errcode": 40029, "errmsg": "invalid code"}, CodeRejected),
        ({"errcode": 40163, "errmsg": "code been used"}, CodeRejected),
        ({"errcode": 40226, "errmsg": "code blocked"}, Denied),
        ({"errcode": -1, "errmsg": "system error"}, Unavailable),
        ({"errcode": 45011, "errmsg": "slow"}, Unavailable),
        ({"errcode": 40001, "errmsg": "invalid credential"}, Misconfigured),
        ({"errcode": 40125, "errmsg": "invalid appsecret"}, Misconfigured),
        ({"session_key": "k"}, Unavailable),
        ({"openid": 7}, Unavailable),
        ({"openid": ""}, Unavailable),
        (b"\xff\xd8 a picture", Unavailable),
        (b"busy", Unavailable),
    ],
)
def test_refused_code_is_sent_once_and_never_again(
    scripted: ScriptedWeChat, program: MiniProgram, answer: object, error: type[Exception]
) -> None:
    scripted.answers(answer)
    scripted.answers(LILY)

    with pytest.raises(error):
        program.exchange(a_connection(), Codes("the-js-code"))

    assert len(scripted.requests) == 1


def test_connection_without_a_credential_is_misconfigured_and_asks_nobody(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    connection = a_connection(app=Credential.missing("miniprogram"))

    with pytest.raises(Misconfigured):
        program.exchange(connection, Codes("the-js-code"))

    assert scripted.requests == []


@pytest.mark.parametrize(
    ("country", "pure", "number"),
    [
        ("86", "13800000000", "+8613800000000"),
        (86, "13800000000", "+8613800000000"),
        ("852", "51234567", "+85251234567"),
        ("1", "2025550123", "+12025550123"),
        ("39", "0612345678", "+390612345678"),
    ],
)
def test_phone_number_is_kept_in_e164_with_its_provenance(
    scripted: ScriptedWeChat,
    program: MiniProgram,
    clock: TestClock,
    country: object,
    pure: str,
    number: str,
) -> None:
    for answer in (LILY, TOKEN, a_number(country, pure)):
        scripted.answers(answer)

    identity = program.exchange(
        a_connection(phone="required"), Codes("the-js-code", "the-phone-code", "realtime")
    )

    assert identity.phone is not None
    assert (identity.phone.number, identity.phone.provenance) == (number, "wechat-realtime")
    assert identity.phone.verified_at == clock()
    assert scripted.body(2) == {"code": "the-phone-code", "openid": "oLily"}
    assert scripted.query(2) == {"access_token": "T1"}


def test_sign_in_with_phone_takes_two_calls_once_the_token_is_known(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    connection, codes = a_connection(phone="optional"), Codes("the-js-code", "the-phone-code")
    for answer in (LILY, TOKEN, a_number(), LILY, a_number()):
        scripted.answers(answer)
    program.exchange(connection, codes)
    first = len(scripted.requests)

    program.exchange(connection, codes)

    assert len(scripted.requests) - first == 2


def test_connection_that_wants_no_phone_does_not_spend_the_phone_code(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    scripted.answers(LILY)

    identity = program.exchange(a_connection(phone="never"), Codes("js", "the-phone-code"))

    assert identity.phone is None
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("phone_code", [None, ""])
def test_required_phone_is_asked_for_before_the_login_code_is_spent(
    scripted: ScriptedWeChat, program: MiniProgram, phone_code: str | None
) -> None:
    with pytest.raises(PhoneRequired):
        program.exchange(a_connection(phone="required"), Codes("js", phone_code))

    assert scripted.requests == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (a_number(appid="wx9999999999999999"), CodeRejected),
        ({"errcode": 0, "phone_info": {"countryCode": "86"}}, CodeRejected),
        ({"errcode": 40029, "errmsg": "invalid code"}, CodeRejected),
        ({"errcode": 40003, "errmsg": "openid of another person"}, CodeRejected),
        ({"errcode": 40013, "errmsg": "code of another app"}, Misconfigured),
        ({"errcode": 48001, "errmsg": "not granted"}, Misconfigured),
        (a_number("86", "1"), Unavailable),
        (a_number("86", ""), Unavailable),
        (a_number("999", "13800000000"), Unavailable),
        ({"errcode": 0, "errmsg": "ok"}, Unavailable),
        ({"errcode": 0, "phone_info": "13800000000"}, Unavailable),
    ],
)
def test_phone_number_that_is_not_vouched_for_signs_nobody_in(
    scripted: ScriptedWeChat, program: MiniProgram, answer: object, error: type[Exception]
) -> None:
    for one in (LILY, TOKEN, answer):
        scripted.answers(one)

    with pytest.raises(error) as refused:
        program.exchange(a_connection(phone="optional"), Codes("js", "the-phone-code"))

    assert "1380" not in str(refused.value)
    assert len(scripted.requests) == 3


def test_code_image_is_the_picture_as_it_came(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    picture = b"\xff\xd8\xff\xe0" + b"j" * 100_000
    scripted.answers(TOKEN)
    scripted.answers(picture, content_type="application/json")

    image = program.code_image(a_connection(), "x" * 22)

    assert image == picture
    assert scripted.body(1) == {
        "scene": "x" * 22,
        "page": "pages/login/index",
        "check_path": True,
        "env_version": "release",
        "width": 430,
    }


def test_unpublished_page_is_not_checked_for(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    scripted.answers(TOKEN)
    scripted.answers(b"\x89PNG\r\n")

    program.code_image(a_connection(options={"env_version": "trial"}), "x")

    assert scripted.body(1)["check_path"] is False
    assert scripted.body(1)["env_version"] == "trial"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"errcode": 41030, "errmsg": "invalid page"}, Misconfigured),
        ({"errcode": 0, "errmsg": "ok"}, Unavailable),
        (b"\xff\xd8" + b"j" * 1024 * 1024, Unavailable),
    ],
)
def test_error_is_never_taken_for_a_picture(
    scripted: ScriptedWeChat, program: MiniProgram, answer: object, error: type[Exception]
) -> None:
    scripted.answers(TOKEN)
    scripted.answers(answer, content_type="image/jpeg")

    with pytest.raises(error):
        program.code_image(a_connection(), "x")


def test_link_and_scheme_open_the_sign_in_page_for_ten_minutes(
    scripted: ScriptedWeChat, program: MiniProgram, clock: TestClock
) -> None:
    scripted.answers(TOKEN)
    scripted.answers({"errcode": 0, "errmsg": "ok", "url_link": "https://wxaurl.cn/a"})
    scripted.answers({"errcode": 0, "errmsg": "ok", "openlink": "weixin://dl/business/?t=a"})

    link = program.url_link(a_connection(), "ticket=abc")
    scheme = program.scheme(a_connection(), "ticket=abc")

    expiry = {"expire_type": 0, "expire_time": clock() + 600}
    target = {"path": "pages/login/index", "query": "ticket=abc", "env_version": "release"}
    assert (link, scheme) == ("https://wxaurl.cn/a", "weixin://dl/business/?t=a")
    assert scripted.body(1) == target | expiry
    assert scripted.body(2) == {"jump_wxa": target, "is_expire": True} | expiry


def test_link_that_did_not_come_is_unavailable(
    scripted: ScriptedWeChat, program: MiniProgram
) -> None:
    scripted.answers(TOKEN)
    scripted.answers({"errcode": 0, "errmsg": "ok"})

    with pytest.raises(Unavailable):
        program.url_link(a_connection(), "ticket=abc")


@pytest.mark.parametrize(("version", "number"), [("release", 0), ("develop", 1), ("trial", 2)])
def test_native_app_gets_launch_parameters_without_a_call(
    scripted: ScriptedWeChat, program: MiniProgram, version: str, number: int
) -> None:
    parameters = program.launch_parameters(a_connection(options={"env_version": version}), "abc")

    assert parameters == {
        "user_name": "gh_0123456789ab",
        "path": "pages/login/index?ticket=abc",
        "type": number,
    }
    assert scripted.requests == []


def test_launch_without_an_original_id_is_the_operators_fault(program: MiniProgram) -> None:
    connection: Connection = replace(a_connection(), credential=an_app(original_id=None))

    with pytest.raises(Misconfigured):
        program.launch_parameters(connection, "abc")
