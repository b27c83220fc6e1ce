"""Settings that depend on one another, or on what the product promises."""

from pathlib import Path

import pytest

from app.elements import Elements
from app.factory import create_app, provider_settings
from app.settings_reading import InvalidSettings, read_settings
from oidc.outbound.answer import AddressRefused
from tests.oidc.outbound.https_server import AUTHORITY, answer, serve

NEEDED = {"QIAO_ISSUER": "https://login.example.com", "QIAO_SECRET_KEYS": "s" * 64}


def test_pace_of_key_rotation_can_be_set() -> None:
    changes = {"QIAO_KEY_ROTATION_AGE": "604800", "QIAO_KEY_PUBLISH_AHEAD": "3600"}

    settings = provider_settings(read_settings({**NEEDED, **changes}), Elements())

    assert (settings.key_rotation_age, settings.key_publish_ahead) == (604800, 3600)


def test_key_is_announced_for_longer_than_the_key_set_is_cached() -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({**NEEDED, "QIAO_KEY_PUBLISH_AHEAD": "299"})

    assert "QIAO_KEY_PUBLISH_AHEAD" in refused.value.problems[0]


@pytest.mark.parametrize(
    ("written", "rule"),
    [("", "unless-nonce"), ("1", "always"), ("0", "never"), ("unless-nonce", "unless-nonce")],
)
def test_registration_demands_pkce_by_one_of_three_rules(written: str, rule: str) -> None:
    settings = read_settings({**NEEDED, "QIAO_REGISTRATION_REQUIRES_PKCE": written})

    assert settings.registration_requires_pkce == rule


def test_unknown_rule_for_pkce_is_refused() -> None:
    with pytest.raises(InvalidSettings):
        read_settings({**NEEDED, "QIAO_REGISTRATION_REQUIRES_PKCE": "perhaps"})


def test_network_of_ones_own_can_be_fetched_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = {"QIAO_DATABASE_URL": f"sqlite:///{tmp_path / 'qiao.sqlite3'}"}
    with serve(tmp_path, answer(b"[]"), name="localhost") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / AUTHORITY))
        address = server.url(host="localhost")
        closed = create_app(read_settings({**NEEDED, **database}))
        opened = create_app(
            read_settings({**NEEDED, **database, "QIAO_OUTBOUND_NETWORKS": "127.0.0.0/8, ::1/128"})
        )

        with pytest.raises(AddressRefused):
            closed.extensions["oidc"].outbound.get_json(address)
        assert opened.extensions["oidc"].outbound.get_json(address) == []


@pytest.mark.parametrize("written", ["everywhere", "10.1.2.3/16", "10.1.0.0/99"])
def test_impossible_network_is_refused(written: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({**NEEDED, "QIAO_OUTBOUND_NETWORKS": written})

    assert "QIAO_OUTBOUND_NETWORKS" in refused.value.problems[0]
