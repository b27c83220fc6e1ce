"""Cities by address: from a database of the deployment, in the language of who reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from app.database import db
from app.settings_reading import InvalidSettings, read_settings
from app.sign_in.places import Cities
from tests.app.conftest import TestClock
from tests.app.mini_program.test_tickets import TICKETS, open_ticket
from tests.app.site import Site, build_site, close, fill
from tests.sandbox_server import LiveSandbox

SHENZHEN: Mapping[str, Any] = {
    "city": {"names": {"en": "Shenzhen", "zh-CN": "深圳市"}},
    "country": {"names": {"en": "China", "zh-CN": "中国"}},
}
KNOWN: Mapping[str, Any] = {
    "192.0.2.0/24": SHENZHEN,
    "2001:db8::/32": SHENZHEN,
    "198.51.100.0/25": {"country": {"names": {"en": "Iceland"}}},
    "198.51.100.128/25": {"city": "Reykjavik", "country": "Iceland"},
    "203.0.113.0/26": {"city": {"names": {"fr": "Nulle part"}}},
    "203.0.113.64/26": {"city": {"names": 7}, "country": []},
    "203.0.113.128/25": {"asn": 64496},
}


def write(path: Path, records: Mapping[str, Any] = KNOWN, *, ip_version: int = 6) -> Path:
    writer = MMDBWriter(ip_version=ip_version, ipv4_compatible=ip_version == 6)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), dict(record))
    writer.to_db_file(str(path))
    return path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("geo") / "cities.mmdb")


@pytest.mark.parametrize(
    ("address", "language", "told"),
    [
        pytest.param("192.0.2.7", "en", "Shenzhen, China", id="in English"),
        pytest.param("192.0.2.7", "zh-Hans", "中国深圳市", id="in Chinese"),
        pytest.param("::ffff:192.0.2.7", "en", "Shenzhen, China", id="IPv4 written as IPv6"),
        pytest.param("2001:db8::7", "en", "Shenzhen, China", id="IPv6"),
        pytest.param("198.51.100.7", "zh-Hans", "Iceland", id="a country, no Chinese name"),
        pytest.param("198.51.100.200", "en", "Reykjavik, Iceland", id="names without languages"),
        pytest.param("203.0.113.7", "en", None, id="a name in neither language"),
        pytest.param("203.0.113.70", "en", None, id="another shape"),
        pytest.param("203.0.113.200", "en", None, id="neither city nor country"),
        pytest.param("10.0.0.7", "en", None, id="an address that is not in it"),
        pytest.param("a socket", "en", None, id="no address"),
        pytest.param(None, "en", None, id="nothing known"),
    ],
)
def test_city_of_an_address(
    database: Path, address: str | None, language: str, told: str | None
) -> None:
    assert Cities(database).name(address, language) == told


def test_database_of_the_other_family_knows_nothing(tmp_path: Path) -> None:
    records = {"192.0.2.0/24": SHENZHEN}
    cities = Cities(write(tmp_path / "four.mmdb", records, ip_version=4))

    assert cities.name("192.0.2.7", "en") == "Shenzhen, China"
    assert cities.name("2001:db8::7", "en") is None


def test_without_a_database_nothing_is_known() -> None:
    assert Cities().name("192.0.2.7", "en") is None


@pytest.mark.parametrize("content", [None, b"", b"not a database of cities"])
def test_file_that_is_no_database_stops_the_start(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cities.mmdb"
    if content is not None:
        path.write_bytes(content)
    environment = {
        "QIAO_ISSUER": "https://login.example.com",
        "QIAO_SECRET_KEYS": "s" * 64,
        "QIAO_GEOIP_DATABASE": str(path),
    }

    with pytest.raises(InvalidSettings, match=r"QIAO_GEOIP_DATABASE cannot be used: name a .*mmdb"):
        read_settings(environment)


@pytest.mark.parametrize(
    ("language", "city", "network"),
    [
        ("en", "Shenzhen, China", "The same network as this phone"),
        ("zh-CN", "中国深圳市", "与此手机在同一网络"),
    ],
)
def test_phone_is_told_the_city_or_the_network(
    wechat: LiveSandbox, clock: TestClock, database: Path, language: str, city: str, network: str
) -> None:
    """The ticket was asked for from 192.0.2.7; a database that knows another network alone."""
    told = [place_on_phone(wechat, clock, path, language) for path in (database, None)]

    assert told == [city, network]


def place_on_phone(
    wechat: LiveSandbox, clock: TestClock, database: Path | None, language: str
) -> Any:
    site: Site = build_site(wechat, clock, geoip_database=database)
    with site.app.app_context():
        fill(site)
        opened = open_ticket(site)
        answer = site.phone().get(
            f"{TICKETS}/{opened.scene}",
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
            headers={"Accept-Language": language},
        )
        place = answer.get_json()["place"]
        db.session.rollback()
        close(site)
    return place
