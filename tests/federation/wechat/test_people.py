"""What is kept of the name and picture that people show: never WeChat's defaults."""

import pytest

from federation.wechat.people import GREY_AVATAR, Profile, profile

AVATAR = "https://thirdwx.qlogo.cn/mmopen/vi_32/abc/132"


@pytest.mark.parametrize(
    ("nickname", "name"),
    [
        ("莉莉🌸", "莉莉🌸"),
        ("  Lily  ", "Lily"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("Li\x00l\ny", "Lily"),
        ("n" * 99, "n" * 64),
        ("", None),
        ("\x01", None),
        (None, None),
        (7, None),
        ("微信用户", None),
    ],
)
def test_name_is_what_the_person_chose_or_nothing(nickname: object, name: str | None) -> None:
    assert profile(nickname, "").name == name


@pytest.mark.parametrize(
    ("avatar", "picture"),
    [
        (AVATAR, AVATAR),
        ("http://wx.qlogo.cn/mmopen/a/0", "https://wx.qlogo.cn/mmopen/a/0"),
        ("http://127.0.0.1:8001/avatar/1", "http://127.0.0.1:8001/avatar/1"),
        (f"https://thirdwx.qlogo.cn/mmopen/vi_32/{GREY_AVATAR}/132", None),
        ("javascript:alert(1)", None),
        ("https:///nowhere", None),
        ("https://a.example/" + "a" * 600, None),
        ("", None),
        (None, None),
    ],
)
def test_picture_is_a_web_address_or_nothing(avatar: object, picture: str | None) -> None:
    assert profile("Lily", avatar).picture == picture


def test_anonymous_name_takes_the_grey_avatar_with_it() -> None:
    assert profile("微信用户", AVATAR) == Profile()
