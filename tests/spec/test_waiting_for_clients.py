"""A client's server may take its time: nobody else's request is short of a database connection."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from app.database import db
from oidc.outbound.http_client import Outbound
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.story import signed_in
from tests.relying_party import ISSUER
from tests.sandbox_server import LiveSandbox

KEYS, REQUEST = "https://shop.example/jwks", "https://shop.example/request"
ENCRYPTED = {"jwks_uri": KEYS, "userinfo_encrypted_response_alg": "RSA-OAEP-256"}


class Held(list[int]):
    """Database connections in use each time that a client's server is looked up, in vain."""

    def __call__(self, _host: str, _port: int) -> list[str]:
        self.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        raise OSError


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def site(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, held: Held
) -> Iterator[Deployment]:
    def ask(host: str, port: int) -> list[str]:
        with site.app.app_context():
            return held(host, port)

    site = build_deployment(sqlite, wechat, clock, outbound=Outbound(resolver=ask))
    yield site
    close(site)
    sqlite.empty()


def test_no_connection_is_held_while_a_client_s_server_is_waited_for(
    site: Deployment, clock: TestClock, held: Held
) -> None:
    story = signed_in(
        site,
        request_uris=(REQUEST,),
        authorization_encrypted_response_alg="RSA-OAEP-256",
        **ENCRYPTED,
    )
    shop, browser = story.shop, story.browser
    times = {"iat": clock(), "exp": clock() + 60}
    claims = {"iss": shop.client_id, "aud": ISSUER, "client_id": shop.client_id, **times}
    signed = jwt.encode(
        {"alg": "ES256", "kid": "new"}, claims, ECKey.generate_key("P-256"), algorithms=["ES256"]
    )
    tokens = story.tokens()
    asked: list[Callable[[], Any]] = [
        lambda: shop.userinfo(tokens["access_token"]),
        lambda: browser.get(shop.start(request_uri=REQUEST).url),
        lambda: browser.get(shop.start(request=signed).url),
        lambda: shop.post("/par", {"request": signed}),
        lambda: browser.get(shop.start(response_mode="jwt").url),
    ]

    for ask in asked:
        before = len(held)
        assert ask().status_code in (303, 400)
        assert len(held) == before + 1
        clock.advance(5)

    other = site.application(
        "other", first_party=True, id_token_encrypted_response_alg="RSA-OAEP-256", **ENCRYPTED
    )
    started = other.start()
    code = other.response(browser.get(started.url).location, started)["code"]
    assert other.redeem(code, started).status_code == 400
    assert len(held) == len(asked) + 1
    assert set(held) == {0}
