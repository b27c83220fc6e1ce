"""RFC 9116: whom to tell of a weakness, where the deployment names somebody."""

from datetime import UTC, datetime

import pytest

from app.settings_reading import InvalidSettings, read_settings
from tests.app.site import Site, build_site
from tests.conftest import TestClock
from tests.sandbox_server import LiveSandbox

PATH = "/.well-known/security.txt"
NAMED = ("mailto:security@example.com", "https://example.com/report")


def test_contacts_are_served_in_their_order(wechat: LiveSandbox, clock: TestClock) -> None:
    site = build_site(wechat, clock, security_contact=NAMED, issuer="https://login.example.com")

    answer = site.app.test_client().get(PATH)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = [line.split(": ", 1) for line in answer.text.splitlines()]
    assert [value for name, value in fields if name == "Contact"] == list(NAMED)
    told = dict(fields)
    assert told["Canonical"] == "https://login.example.com" + PATH
    expires = datetime.strptime(told["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert 170 * 86400 < expires.timestamp() - clock() <= 180 * 86400


def test_nobody_is_named_where_nothing_is_set(site: Site) -> None:
    assert site.phone().get(PATH).status_code == 404


@pytest.mark.parametrize(
    "written",
    [
        "security@example.com",
        "http://example.com/",
        "mailto:a@b\nExpires: x",
        "javascript:1",
    ],
)
def test_contact_that_is_no_address_is_refused_at_the_start(written: str) -> None:
    environment = {
        "QIAO_ISSUER": "https://login.example.com",
        "QIAO_SECRET_KEYS": "s" * 64,
        "QIAO_SECURITY_CONTACT": written,
    }

    with pytest.raises(InvalidSettings, match="QIAO_SECURITY_CONTACT cannot be used"):
        read_settings(environment)
