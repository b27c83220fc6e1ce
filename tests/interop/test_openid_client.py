"""npm openid-client: web and native applications, from discovery to signing out."""

import pytest

from tests.interop.person import Person
from tests.interop.qiao import PROFILE, Qiao
from tests.interop.script import run

SCOPE = "openid profile email wechat offline_access"
CALLBACK = "http://localhost:4711/callback"
AFTERWARDS = "http://localhost:4711/bye"


@pytest.mark.parametrize(
    "method", ["client_secret_basic", "client_secret_post", "client_secret_jwt"]
)
def test_web_application_signs_in_refreshes_revokes_and_signs_out(
    qiao: Qiao, person: Person, method: str
) -> None:
    registration = qiao.register(
        f"openid-client-{method}",
        redirect_uris=[CALLBACK],
        post_logout_redirect_uris=[AFTERWARDS],
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method=method,
        scope=SCOPE,
    )

    told = run(
        "openid-client.mjs",
        person,
        issuer=qiao.issuer,
        registration=registration,
        redirect_uri=CALLBACK,
        scope=SCOPE,
    )

    assert told["callback"].startswith(f"{CALLBACK}?")
    assert told["userinfo"]["email"] == PROFILE["email"]
    assert told["renewed"]["claims"]["sub"] == told["claims"]["sub"]
    assert not told["renewed"][
        "rotated"
    ]  # it authenticates: a refresh token stays (RFC 9700 4.14.2)
    assert told["active"] == {"before": True, "after": False}
    assert told["left"] == f"{AFTERWARDS}?state=bye"


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("com.example.shop:/callback", "com.example.shop:/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback"),
        ("http://[::1]/callback", "http://[::1]:61023/callback"),
    ],
    ids=["custom-scheme", "loopback", "loopback-ipv6"],
)
def test_native_application_signs_in_by_scanning(
    qiao: Qiao, li_lei: Person, registered: str, asked: str, request: pytest.FixtureRequest
) -> None:
    registration = qiao.register(
        f"native-{request.node.callspec.id}",
        application_type="native",
        token_endpoint_auth_method="none",
        redirect_uris=[registered],
        post_logout_redirect_uris=["com.example.shop:/bye"],
        grant_types=["authorization_code", "refresh_token"],
        scope=SCOPE,
    )

    told = run(
        "openid-client.mjs",
        li_lei,
        issuer=qiao.issuer,
        registration=registration,
        redirect_uri=asked,
        scope=SCOPE,
    )

    known = qiao.wechat_person("li-lei")
    assert told["callback"].startswith(f"{asked}?")
    assert told["claims"]["wechat_openid"] == known.openid
    assert told["claims"]["wechat_unionid"] == known.unionid
    assert told["userinfo"]["wechat_openid"] == known.openid
    assert told["renewed"]["claims"]["sub"] == told["claims"]["sub"]
    assert told["left"] == "com.example.shop:/bye?state=bye"
