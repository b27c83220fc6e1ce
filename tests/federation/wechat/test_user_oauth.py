"""Mobile app, website and official account: WeChat's own kind of OAuth."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from federation.connections import Connection
from federation.errors import (
    CodeRejected,
    Denied,
    Misconfigured,
    Unavailable,
)
from federation.identity import ExternalKey, Identity
from federation.upstreams import Codes, Departure, Returned
from federation.wechat.client import WeChatClient
from federation.wechat.mobile import MobileApp
from federation.wechat.official import OfficialAccount
from federation.wechat.people import unionid_of
from federation.wechat.refusals import SnapshotRefused
from federation.wechat.website import Website
from tests.federation.scripted_wechat import ScriptedWeChat
from tests.federation.wechat.conftest import APP_ID, SECRET, a_connection

TOKEN = {
    "access_token": "user-token",
    "expires_in": 7200,
    "refresh_token": "refresh-token",
    "openid": "oLily",
    "scope": "snsapi_userinfo",
    "unionid": "uLily",
}
SHOWN = {
    "openid": "oLily",
    "nickname": "莉莉🌸",
    "sex": 0,
    "headimgurl": "http://thirdwx.qlogo.cn/mmopen/a/132",
    "privilege": [],
    "unionid": "uLily",
}
SignIn = Callable[[str], Identity]


def away(state: str, to: str = "https://id.example/cb", locale: str = "en") -> Departure:
    """How a browser left."""
    return Departure(to, state, "s" * 43, locale)


@pytest.fixture(params=["wechat-mobile", "wechat-website", "wechat-official"])
def sign_in(request: pytest.FixtureRequest, client: WeChatClient) -> SignIn:
    """The three ways that end in the same two calls."""
    mode: str = request.param
    connection = a_connection(mode)
    if mode == "wechat-mobile":
        return lambda code: MobileApp(client).exchange(connection, Codes(code))
    upstream = Website(client) if mode == "wechat-website" else OfficialAccount(client)
    return lambda code: upstream.finish(connection, Returned(away("state1"), code))


def test_code_gives_person_and_profile_in_two_calls(
    scripted: ScriptedWeChat, sign_in: SignIn
) -> None:
    scripted.answers(TOKEN)
    scripted.answers(SHOWN)

    identity = sign_in("the-code")

    assert identity.keys == (
        ExternalKey(f"wechat:openid:{APP_ID}", "oLily"),
        ExternalKey("wechat:unionid:rail", "uLily"),
    )
    assert identity.name == "莉莉🌸"
    assert identity.picture == "https://thirdwx.qlogo.cn/mmopen/a/132"
    assert scripted.paths() == ["/sns/oauth2/access_token", "/sns/userinfo"]
    assert scripted.query(0) == {
        "appid": APP_ID,
        "secret": SECRET,
        "code": "the-code",
        "grant_type": "authorization_code",
    }
    assert scripted.query(1)["access_token"] == "user-token"


def test_wechats_own_tokens_stay_here(scripted: ScriptedWeChat, sign_in: SignIn) -> None:
    scripted.answers(TOKEN)
    scripted.answers(SHOWN)

    told = sign_in("the-code").to_json()

    assert "user-token" not in told
    assert "refresh-token" not in told


@pytest.mark.parametrize("marker", [1, "1"])
def test_snapshot_visitor_is_refused(
    scripted: ScriptedWeChat, sign_in: SignIn, marker: object
) -> None:
    scripted.answers(TOKEN | {"is_snapshotuser": marker})

    with pytest.raises(SnapshotRefused):
        sign_in("the-code")

    assert len(scripted.requests) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"errcode": 40029, "errmsg": "invalid code"}, CodeRejected),
        ({"errcode": 40163, "errmsg": "code been used"}, CodeRejected),
        ({"errcode": 42003, "errmsg": "code expired"}, CodeRejected),
        ({"errcode": 40226, "errmsg": "blocked"}, Denied),
        ({"errcode": -1, "errmsg": "busy"}, Unavailable),
        ({"errcode": 40001, "errmsg": "invalid credential"}, Misconfigured),
        ({"errcode": 40125, "errmsg": "secret"}, Misconfigured),
        ({"access_token": "T"}, Unavailable),
    ],
)
def test_refused_code_is_sent_once_and_never_again(
    scripted: ScriptedWeChat, sign_in: SignIn, answer: object, error: type[Exception]
) -> None:
    scripted.answers(answer)
    scripted.answers(TOKEN)

    with pytest.raises(error):
        sign_in("the-code")

    assert len(scripted.requests) == 1


@pytest.mark.parametrize("code", ["", "the code is a mock one", "a" * 513])
def test_what_cannot_be_a_code_never_reaches_wechat(
    scripted: ScriptedWeChat, sign_in: SignIn, code: str
) -> None:
    with pytest.raises(CodeRejected):
        sign_in(code)

    assert scripted.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        {"errcode": 40001, "errmsg": "token"},
        {"errcode": 48001, "errmsg": "api unauthorized"},
        {"errcode": -1, "errmsg": "busy"},
        b"garbage",
        SHOWN | {"openid": "oMallory", "unionid": "uMallory"},
    ],
    ids=["token", "scope", "busy", "garbage", "somebody else"],
)
def test_missing_profile_does_not_lose_the_sign_in(
    scripted: ScriptedWeChat, sign_in: SignIn, answer: object
) -> None:
    scripted.answers(TOKEN)
    scripted.answers(answer)

    identity = sign_in("the-code")

    assert (identity.keys[0].value, identity.raw.get("unionid")) == ("oLily", "uLily")
    assert (identity.name, identity.picture) == (None, None)


def test_person_blocked_at_the_profile_is_denied(scripted: ScriptedWeChat, sign_in: SignIn) -> None:
    scripted.answers(TOKEN)
    scripted.answers({"errcode": 40226, "errmsg": "blocked"})

    with pytest.raises(Denied):
        sign_in("the-code")


def test_unionid_may_come_with_the_profile_alone(scripted: ScriptedWeChat, sign_in: SignIn) -> None:
    scripted.answers({name: value for name, value in TOKEN.items() if name != "unionid"})
    scripted.answers(SHOWN)

    assert unionid_of(sign_in("the-code")) == "uLily"


def test_base_scope_asks_for_no_profile(scripted: ScriptedWeChat, sign_in: SignIn) -> None:
    scripted.answers(TOKEN | {"scope": "snsapi_base"})

    identity = sign_in("the-code")

    assert identity.name is None
    assert len(scripted.requests) == 1


def test_app_is_told_what_to_ask_the_sdk_for(client: WeChatClient) -> None:
    parameters = MobileApp(client).send_auth_parameters(a_connection("wechat-mobile"), "abc123")

    assert parameters == {"scope": "snsapi_userinfo", "state": "abc123"}


@pytest.mark.parametrize(
    ("locale", "lang"), [("zh_CN", "cn"), ("zh", "cn"), ("en", "en"), ("de", "en")]
)
def test_website_goes_to_wechats_qr_page(client: WeChatClient, locale: str, lang: str) -> None:
    url = Website(client).login_url(
        a_connection("wechat-website"), away("state1", "https://id.example/cb?x=1&y=莉", locale)
    )

    parts = urlsplit(url)
    assert parts.path == "/connect/qrconnect"
    assert parts.fragment == "wechat_redirect"
    assert parse_qsl(parts.query) == [
        ("appid", APP_ID),
        ("redirect_uri", "https://id.example/cb?x=1&y=莉"),
        ("response_type", "code"),
        ("scope", "snsapi_login"),
        ("state", "state1"),
        ("lang", lang),
    ]


def test_official_account_address_is_letter_for_letter_as_documented(
    client: WeChatClient,
) -> None:
    url = OfficialAccount(client).login_url(
        a_connection("wechat-official"), away("state1", locale="zh_CN")
    )

    assert url == (
        f"https://open.weixin.qq.com/connect/oauth2/authorize?appid={APP_ID}"
        "&redirect_uri=https%3A%2F%2Fid.example%2Fcb"
        "&response_type=code&scope=snsapi_userinfo&state=state1#wechat_redirect"
    )


@pytest.mark.parametrize("state", ["", "a-b", "a" * 129, "状态", "a\n"])
def test_state_that_wechat_would_refuse_is_refused_here(client: WeChatClient, state: str) -> None:
    connection: Connection = a_connection("wechat-official")

    with pytest.raises(ValueError, match="state"):
        OfficialAccount(client).login_url(connection, away(state))
