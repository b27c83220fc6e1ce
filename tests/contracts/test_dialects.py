"""What single dialects do beside what every source promises (`tests/contracts/test_sources.py`)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from federation.catalog import SOURCES
from federation.devices import is_inside, offers
from federation.errors import CodeRejected, Denied, Misconfigured, NotBelieved
from federation.oauth.answers import Unreadable
from federation.oauth.raw_members import members
from federation.sources import Sources
from tests.conftest import TestClock
from tests.contracts.kit import Rig
from tests.contracts.test_sources import OURS, SUBJECTS, pem
from tests.provider_sandbox import CLIENT_ID, LiveProvider

RigOf = Callable[..., Rig]


@pytest.fixture(scope="module")
def provider() -> Iterator[LiveProvider]:
    provider = LiveProvider(TestClock())
    yield provider
    provider.close()


@pytest.fixture
def rig_of(provider: LiveProvider) -> RigOf:
    def make(source_id: str, values: dict[str, str] | None = None, **changes: Any) -> Rig:
        provider.reset()
        subject = next(one for one in SUBJECTS if one.source.id == source_id)
        typed = {**subject.values, **(values or {})}
        return Rig(replace(subject, values=typed, **changes), provider, TestClock())

    return make


def test_qq_is_asked_for_unionids_and_again_without_where_it_has_none(rig_of: RigOf) -> None:
    rig = rig_of("qq", {"developer": "ours"})
    rig.does(userinfo={"unionid": "UID_1"})
    assert rig.sign_in().keys[1] == ("qq:unionid:ours", "UID_1")
    [asked] = rig.provider.calls("userinfo")
    assert (asked["query"]["fmt"], asked["query"]["unionid"]) == ("json", "1")

    rig = rig_of("qq")
    rig.does(userinfo={"error": 100048})
    with pytest.raises(Misconfigured, match="100048"):
        rig.sign_in()
    assert ["unionid" in call["query"] for call in rig.provider.calls("userinfo")] == [True, False]


def test_qq_tells_an_error_as_a_code(rig_of: RigOf) -> None:
    rig = rig_of("qq")
    rig.does(answer={"code": "100010", "msg": "redirect uri is illegal"})

    with pytest.raises(Misconfigured) as refused:
        rig.sign_in()

    assert refused.value.errcode == "redirect_uri_mismatch"


def test_xiaomi_names_people_with_the_token_and_for_a_developer_in_the_profile(
    rig_of: RigOf,
) -> None:
    rig = rig_of("xiaomi", {"developer": "ours"})
    rig.does(tokens={"openId": "2.0X"}, userinfo={"unionId": "U1"})
    assert [one.value for one in rig.sign_in().keys] == ["2.0X", "U1"]
    [asked] = rig.provider.calls("userinfo")
    assert asked["query"].keys() == {"clientId", "token"}
    assert "authorization" not in {name for name, value in asked.items() if value}

    rig.does(userinfo={"result": "error", "code": 96008})
    with pytest.raises(Misconfigured) as refused:
        rig.sign_in()
    assert refused.value.errcode == "userinfo_refused"


@pytest.mark.parametrize(("source_id", "member"), [("weibo", "uid"), ("douyin", "open_id")])
def test_person_is_the_one_whom_the_token_is_for(
    rig_of: RigOf, source_id: str, member: str
) -> None:
    rig = rig_of(source_id)
    rig.does(tokens={member: "somebody-else"})

    rig.refuses(NotBelieved)


def test_dingtalk_takes_members_of_the_organization_alone(rig_of: RigOf) -> None:
    rig = rig_of("dingtalk", options={"corp_id": "ding0001"})
    assert "scope=openid+corpid" in rig.page(rig.depart())
    rig.does(tokens={"corpId": "ding0002"})
    rig.refuses(Denied)
    rig.does(tokens={"corpId": "ding0001"})
    assert rig.sign_in()


def test_feishu_refuses_whom_the_app_is_not_for_and_lark_is_elsewhere(rig_of: RigOf) -> None:
    rig = rig_of("feishu")
    returned = rig.agree(rig.depart())
    rig.finish(returned)
    rig.does(errors={"invalid_grant": 20010})
    with pytest.raises(Denied, match="20010"):
        rig.finish(returned)

    lark = rig_of("feishu", {"region": "larksuite.com"})
    assert lark.page(lark.depart()).startswith("https://accounts.larksuite.com/")


def test_wecom_refuses_those_who_are_no_members_and_keeps_its_token(rig_of: RigOf) -> None:
    rig = rig_of("wecom")
    rig.does(tokens={"userid": None, "openid": "oAAAA"})
    rig.refuses(Denied)
    rig.does(tokens={"userid": "wwother/zhangsan"})
    rig.refuses(Denied)
    rig.does(tokens={"userid": "ZhangSan"})
    assert rig.sign_in().keys[0].value == "zhangsan"
    assert rig.provider.calls("app-token") == []


WXWORK = "Mozilla/5.0 ({}) AppleWebKit/537.36 wxwork/4.1.0 MicroMessenger/7.0.1 Language/zh"


def test_wecom_signs_in_silently_inside_its_own_app(rig_of: RigOf) -> None:
    rig = rig_of("wecom")
    wechat = Sources(SOURCES).get("wechat")
    assert wechat is not None
    for system in ("Linux; Android 14", "Windows NT 10.0; Win64; x64"):
        agent = WXWORK.format(system)
        assert is_inside(agent, rig.subject.source)
        assert not is_inside(agent, wechat)
        [button] = offers([rig.connection], agent).buttons
        assert button.way.begins == "redirect"
    assert not is_inside(WXWORK.replace("wxwork", "x"), rig.subject.source)

    departure = replace(rig.depart(), inside=True)
    page = urlsplit(rig.page(departure))

    assert f"{page.scheme}://{page.netloc}{page.path}#{page.fragment}" == (
        "https://open.weixin.qq.com/connect/oauth2/authorize#wechat_redirect"
    )
    assert dict(parse_qsl(page.query)) == {
        "appid": CLIENT_ID,
        "redirect_uri": departure.redirect_uri,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": departure.state,
        "agentid": "1000002",
    }


@pytest.mark.parametrize(
    ("user", "name"),
    [
        (
            '{"name": {"firstName": "Mei", "lastName": "Han"}, "email": "other@b.example"}',
            "Mei Han",
        ),
        ('{"name": {"firstName": "Mei"}}', "Mei"),
        *((user, None) for user in (None, "", "{", "[]", '{"name": "Mei"}', '{"name": {}}')),
    ],
)
def test_apple_tells_the_name_once_beside_the_code(
    rig_of: RigOf, user: str | None, name: str | None
) -> None:
    rig = rig_of("apple")
    claims = {"email": "han@b.example", "email_verified": "true"}
    rig.does(answer={"user": user}, claims=claims)

    identity = rig.sign_in()

    assert identity.name == name
    assert identity.email is not None
    assert (identity.email.address, identity.email.is_verified) == ("han@b.example", True)


def test_apple_says_false_in_words(rig_of: RigOf) -> None:
    rig = rig_of("apple")
    rig.does(claims={"email": "han@b.example", "email_verified": "false"})

    email = rig.sign_in().email

    assert email is not None
    assert not email.is_verified


def test_alipay_is_believed_by_its_signature_alone(rig_of: RigOf) -> None:
    rig = rig_of("alipay")
    rig.does(gateway_key=pem(OURS))
    rig.refuses(NotBelieved)
    rig.does(answer={"app_id": "2021000000000000"})
    rig.refuses(NotBelieved)
    rig.does(userinfo={"open_id": "somebody-else"})
    rig.refuses(NotBelieved)
    rig.does(tokens={"open_id": None, "user_id": "2088000000000001"})
    assert rig.sign_in().keys[0].value == "2088000000000001"
    rig.does()
    assert rig.sign_in().name == "韩梅梅"
    returned = rig.agree(rig.depart())
    rig.finish(returned)
    with pytest.raises(CodeRejected, match=r"isv\.code-invalid"):
        rig.finish(returned)


def test_members_keep_their_text_exactly() -> None:
    body = '{ "a_response" : {"url":"https:\\/\\/x","n": 9007199254740993 },"sign":"c2ln"}'

    found = members(body.encode())

    assert found["a_response"][1] == '{"url":"https:\\/\\/x","n": 9007199254740993 }'
    assert found["sign"][0] == "c2ln"


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "{}", "[]", '{"a":1', '{"a":1,}', '{"a":1}x', '{"a":1,"a":2}', '{"a" 1}'),
        *('{"a":"\\ud800"}', '{"a":' + "[" * 100_000, "{1:2}"),
    ],
)
def test_members_of_what_is_no_plain_object_are_none(body: str) -> None:
    with pytest.raises(Unreadable):
        members(body.encode())
