"""npm oauth4webapi: its low-level functions, in a browser, in a native app and on a device."""

from tests.interop.person import Person
from tests.interop.qiao import CONNECTION, PROFILE, Qiao
from tests.interop.script import run

SCOPE = "openid profile email wechat"
CALLBACK = "http://localhost:4712/callback"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def test_web_application_signs_in(qiao: Qiao, person: Person) -> None:
    registration = qiao.register("oauth4webapi-web", redirect_uris=[CALLBACK], scope=SCOPE)

    told = run(
        "oauth4webapi-code.mjs",
        person,
        issuer=qiao.issuer,
        registration=registration,
        redirect_uri=CALLBACK,
        scope=SCOPE,
    )

    assert told["claims"]["iss"] == qiao.issuer
    assert told["userinfo"]["email"] == PROFILE["email"]


def test_native_application_signs_in_without_a_browser(qiao: Qiao, li_lei: Person) -> None:
    registration = qiao.register(
        "oauth4webapi-native",
        application_type="native",
        token_endpoint_auth_method="none",
        redirect_uris=["com.example.shop:/callback"],
        first_party=True,
        scope=SCOPE,
    )

    told = run(
        "oauth4webapi-challenge.mjs",
        li_lei,
        issuer=qiao.issuer,
        registration=registration,
        connection=CONNECTION,
        scope=SCOPE,
    )

    known = qiao.wechat_person("li-lei")
    assert told["statuses"] == [403, 403, 200]
    assert told["errors"] == ["insufficient_authorization"] * 2
    assert set(told["launch"]) == {"user_name", "path", "type"}
    assert told["claims"]["wechat_openid"] == known.openid
    assert told["claims"]["wechat_unionid"] == known.unionid
    assert told["userinfo"]["wechat_unionid"] == known.unionid


def test_device_is_signed_in_from_a_browser_elsewhere(qiao: Qiao, li_lei: Person) -> None:
    registration = qiao.register(
        "oauth4webapi-device",
        application_type="native",
        token_endpoint_auth_method="none",
        grant_types=[DEVICE_CODE],
        scope=SCOPE,
    )

    told = run(
        "oauth4webapi-device.mjs",
        li_lei,
        issuer=qiao.issuer,
        registration=registration,
        scope=SCOPE,
    )

    assert told["landed"] is None
    assert told["claims"]["wechat_openid"] == qiao.wechat_person("li-lei").openid
    assert told["userinfo"]["sub"] == told["claims"]["sub"]


def test_mini_program_trades_its_code_and_narrows_what_it_got(qiao: Qiao, li_lei: Person) -> None:
    registration = qiao.register(
        "oauth4webapi-exchange",
        grant_types=[TOKEN_EXCHANGE],
        first_party=True,
        scope=SCOPE,
    )

    told = run(
        "oauth4webapi-exchange.mjs",
        li_lei,
        issuer=qiao.issuer,
        registration=registration,
        connection=CONNECTION,
        wechat_code=qiao.wechat_code("li-lei"),
        scope=SCOPE,
    )

    known = qiao.wechat_person("li-lei")
    assert told["claims"]["wechat_openid"] == known.openid
    assert told["userinfo"]["wechat_unionid"] == known.unionid
    assert [set(scope.split()) for scope in told["scopes"]] == [set(SCOPE.split()), {"openid"}]
    assert told["lesser"] == {"type": ACCESS_TOKEN, "refreshable": False}
