"""Where a sign-in was asked for from, told without guessing."""

import pytest

from app.sign_in.places import place
from tests.app.mini_program.test_tickets import TICKETS, open_ticket
from tests.app.site import Site

SAME, OTHER = "The same network as this phone", "Another network than this phone"


@pytest.mark.parametrize(
    ("asked_from", "phone", "told"),
    [
        pytest.param("192.0.2.7", "192.0.2.7", SAME, id="one IPv4 address"),
        pytest.param("192.0.2.7", "192.0.2.8", OTHER, id="two IPv4 addresses"),
        pytest.param("2001:db8::1", "2001:db8::2:1", SAME, id="one IPv6 network"),
        pytest.param("2001:db8::1", "2001:db8:0:1::1", OTHER, id="two IPv6 networks"),
        pytest.param("192.0.2.7", "::ffff:192.0.2.7", SAME, id="IPv4 written as IPv6"),
        pytest.param("192.0.2.7", "2001:db8::1", OTHER, id="IPv4 and IPv6"),
        pytest.param(None, "192.0.2.7", None, id="nothing known of who asks"),
        pytest.param("192.0.2.7", None, None, id="nothing known of the phone"),
        pytest.param("a socket", "192.0.2.7", None, id="no address"),
    ],
)
def test_place_says_whether_both_are_in_one_network(
    asked_from: str | None, phone: str | None, told: str | None
) -> None:
    assert place(asked_from, phone, "en") == told


@pytest.mark.parametrize(
    ("address", "language", "told"),
    [("192.0.2.7", "en", SAME), ("198.51.100.9", "zh-CN", "与此手机不在同一网络")],
)
def test_phone_is_told_whether_who_asks_is_in_its_network(
    site: Site, address: str, language: str, told: str
) -> None:
    opened = open_ticket(site)

    answer = site.phone().get(
        f"{TICKETS}/{opened.scene}",
        environ_base={"REMOTE_ADDR": address},
        headers={"Accept-Language": language},
    )

    assert answer.get_json()["place"] == told
