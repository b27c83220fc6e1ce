"""Whose request it is: the address that limits count by, behind every kind of proxy and network."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from app.database import db
from app.tables.people import BROWSER_SESSION
from app.web.client_address import stands_for_many
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.relying_party import RelyingParty
from tests.sandbox_server import LiveSandbox

ENOUGH = 20
"""Wrong secrets of one client that one address may send in a minute."""


@contextmanager
def behind(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, **proxies: Any
) -> Iterator[RelyingParty]:
    with deployed(sqlite, wechat, clock, **proxies) as deployment:
        yield deployment.application(grant_types=("client_credentials",), scope="jobs")


@contextmanager
def deployed(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, **proxies: Any
) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock, **proxies)
    try:
        yield deployment
    finally:
        close(deployment)
        sqlite.empty()


def token(shop: RelyingParty, secret: str, peer: str, forwarded: str | None = None) -> int:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    answer = shop.http.post(
        "/token",
        data={"grant_type": "client_credentials", "scope": "jobs"},
        auth=(shop.client_id, secret),
        headers=headers,
        environ_overrides={"REMOTE_ADDR": peer},
    )
    return int(answer.status_code)


def use_up(shop: RelyingParty, peer: str, forwarded: str | None = None) -> None:
    answers = [token(shop, "wrong", peer, forwarded) for _ in range(ENOUGH)]
    assert answers == [401] * ENOUGH


@pytest.mark.parametrize(
    ("sent", "same", "other"),
    [
        ("203.0.113.7:51234", "203.0.113.7:51999", "203.0.113.8:51234"),
        ("203.0.113.7:51234", "203.0.113.7", "203.0.113.70"),
        ("[2001:db8::7]:51234", "[2001:db8::8]:2", "[2001:db8:0:1::7]:51234"),
        ("[2001:db8::7]", "2001:db8::7", "203.0.113.7"),
        ("::ffff:203.0.113.66", "203.0.113.66", "::ffff:203.0.113.67"),
        ("[::ffff:203.0.113.66]:1", "64:ff9b::203.0.113.66", "64:ff9b::203.0.113.67"),
        ("fe80::1%eth0", "fe80::2%eth1", "fe81::1"),
        ("unknown", "_hidden", "203.0.113.7"),
        ("203.0.113.7.8", "999.1.1.1:80", "203.0.113.7"),
    ],
)
def test_address_is_the_same_however_a_proxy_writes_it(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, sent: str, same: str, other: str
) -> None:
    with behind(sqlite, wechat, clock, trusted_proxies=1) as shop:
        use_up(shop, "10.0.0.1", sent)

        assert token(shop, "wrong", "10.0.0.1", same) == 429
        assert token(shop, "wrong", "10.0.0.1", other) == 401
        assert token(shop, shop.secret or "", "10.0.0.1", sent) == 200


def test_ipv4_on_a_socket_of_both_families_is_not_one_network(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    with behind(sqlite, wechat, clock) as shop:
        use_up(shop, "::ffff:203.0.113.66")

        assert token(shop, "wrong", "203.0.113.66") == 429
        assert token(shop, "wrong", "::ffff:198.51.100.1") == 401


def test_forwarded_addresses_are_believed_of_the_named_networks_alone(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    networks = ("10.0.0.0/8", "2001:db8:ffff::/48")
    with behind(sqlite, wechat, clock, trusted_proxy_networks=networks) as shop:
        use_up(shop, "10.0.0.1", "203.0.113.7:51234")
        through_two = "192.0.2.1, 203.0.113.7, 10.9.9.9"

        assert token(shop, "wrong", "2001:db8:ffff::1", "203.0.113.7") == 429
        assert token(shop, "wrong", "::ffff:10.0.0.2", through_two) == 429
        assert token(shop, "wrong", "198.51.100.1", "203.0.113.7") == 401
        assert token(shop, "wrong", "203.0.113.7", "198.51.100.9") == 429


@pytest.mark.parametrize(
    ("address", "count", "networks", "many"),
    [
        ("10.0.0.9", 0, ("10.0.0.0/8",), True),
        ("::ffff:10.0.0.9", 0, ("10.0.0.0/8",), True),
        ("203.0.113.7", 1, ("10.0.0.0/8",), False),
        ("203.0.113.7", 1, (), True),
        ("203.0.113.7", 0, (), False),
    ],
)
def test_who_connects_is_one_stranger_unless_it_is_a_proxy_of_ours(
    address: str, count: int, networks: tuple[str, ...], many: bool
) -> None:
    assert stands_for_many(address, count, networks) is many


def test_count_of_proxies_bounds_how_far_the_networks_are_believed(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    both = {"trusted_proxies": 1, "trusted_proxy_networks": ("10.0.0.0/8",)}
    with behind(sqlite, wechat, clock, **both) as shop:
        use_up(shop, "10.0.0.1", "203.0.113.7, 10.0.0.5")

        assert token(shop, "wrong", "10.0.0.1", "203.0.113.8, 10.0.0.5") == 429
        assert token(shop, "wrong", "10.0.0.1", "203.0.113.7") == 401


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("203.0.113.7:51234", "203.0.113.7"),
        ("[2001:db8::7]:51234", "2001:db8::7"),
        ("::ffff:203.0.113.66", "203.0.113.66"),
        ("unknown", None),
    ],
)
def test_address_of_a_session_is_recorded_without_what_proxies_add(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, sent: str, kept: str | None
) -> None:
    with deployed(sqlite, wechat, clock, trusted_proxies=1) as deployment:
        deployment.connection()
        shop, browser = deployment.application(first_party=True), deployment.browser()
        browser.http.environ_base["HTTP_X_FORWARDED_FOR"] = sent
        browser.sign_in(shop.start().url, "li-lei")
        with deployment.app.app_context():
            addresses = list(db.session.scalars(select(BROWSER_SESSION.c.ip)))

    assert addresses == [kept]
