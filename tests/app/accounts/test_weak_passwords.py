"""Passwords that are guessed first are refused, and no others, whatever they are made of."""

import pytest

from app.accounts.passwords import MAXIMUM, MINIMUM
from app.accounts.weak_passwords import TOO_COMMON, TOO_NEAR, _common, weakness

WORDS = ("login.example.com", "login", "example", "com", "li.lei")


def test_more_than_three_thousand_of_sufficient_length_are_known() -> None:
    assert len([each for each in _common() if len(each) >= MINIMUM]) > 3000


@pytest.mark.parametrize("password", ["password123", "Password123", "1q2w3e4r5t", "qwertyuiop"])
def test_common_password_is_refused(password: str) -> None:
    assert weakness(password) == TOO_COMMON


@pytest.mark.parametrize(
    "password",
    ["qiao-2026!", "WeChat.login1", "example2026", "li.lei12345", "qiaoqiaoqiao", "adminAdmin!!"],
)
def test_name_of_the_place_or_of_the_person_is_refused(password: str) -> None:
    assert weakness(password, WORDS) == TOO_NEAR


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "只有小写的一句中文口令", "0918273645546", "a" * 12, "x" * MAXIMUM],
)
def test_any_composition_will_do(password: str) -> None:
    assert weakness(password, WORDS) is None
