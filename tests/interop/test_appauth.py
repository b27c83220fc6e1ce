"""npm @openid/appauth on Node.js: a desktop application that listens on the loopback."""

import socket

from tests.interop.person import Person
from tests.interop.qiao import Qiao
from tests.interop.script import run

SCOPE = "openid profile wechat offline_access"


def test_desktop_application_signs_in_and_refreshes(qiao: Qiao, li_lei: Person) -> None:
    registration = qiao.register(
        "appauth",
        application_type="native",
        token_endpoint_auth_method="none",
        redirect_uris=["http://127.0.0.1/callback"],
        grant_types=["authorization_code", "refresh_token"],
        scope=SCOPE,
    )

    told = run(
        "appauth.mjs",
        li_lei,
        issuer=qiao.issuer,
        registration=registration,
        scope=SCOPE,
        port=free_port(),
    )

    assert told["sameState"]
    assert told["tokenType"].lower() == "bearer"
    assert set(told["scope"].split()) == set(SCOPE.split())
    assert told["rotated"]
    assert told["revoked"] is True
    assert told["userinfo"]["wechat_openid"] == qiao.wechat_person("li-lei").openid


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
