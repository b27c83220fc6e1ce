"""Settings that depend on one another, or on what the product promises."""

import pytest

from app.factory import provider_settings
from app.settings import InvalidSettings, read_settings

NEEDED = {"QIAO_ISSUER": "https://login.example.com", "QIAO_SECRET_KEYS": "s" * 64}


def test_pace_of_key_rotation_can_be_set() -> None:
    changes = {"QIAO_KEY_ROTATION_AGE": "604800", "QIAO_KEY_PUBLISH_AHEAD": "3600"}

    settings = provider_settings(read_settings({**NEEDED, **changes}))

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
