"""Whoever answers at the base URL decides who is signed in."""

import pytest

from federation.wechat.settings import WeChatSettings


def test_wechat_itself_needs_no_settings() -> None:
    settings = WeChatSettings()

    assert settings.api_base == "https://api.weixin.qq.com"
    assert not settings.sandbox


@pytest.mark.parametrize(
    "base",
    [
        "http://api.weixin.qq.com",
        "https://api.weixin.qq.com.evil.example",
        "https://api.weixin.qq.com/",
        "https://api.weixin.qq.com@evil.example",
        "http://127.0.0.1:8001",
        "",
    ],
)
def test_other_base_url_is_refused_with_the_mend(base: str) -> None:
    with pytest.raises(ValueError, match=r"use https://api[.]weixin[.]qq[.]com"):
        WeChatSettings(api_base=base)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"api_base.*open_base.*connect_timeout"):
        WeChatSettings("http://a", "http://b", connect_timeout=9, total_timeout=8)


def test_disaster_recovery_host_is_wechat_too() -> None:
    assert WeChatSettings(api_base="https://api2.weixin.qq.com").sandbox is False


def test_sandbox_takes_another_base_url() -> None:
    settings = WeChatSettings("http://127.0.0.1:8001", "http://127.0.0.1:8001", sandbox=True)

    assert settings.api_base == "http://127.0.0.1:8001"


@pytest.mark.parametrize("base", ["file:///etc/passwd", "127.0.0.1:8001", "http://127.0.0.1/"])
def test_sandbox_still_needs_a_url(base: str) -> None:
    with pytest.raises(ValueError, match="api_base must be"):
        WeChatSettings(base, sandbox=True)
