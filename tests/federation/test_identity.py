"""The identity that crosses from federation to the rest."""

from federation.identity import ExternalKey, Identity, VerifiedPhone

APP = "wx0123456789abcdef"


def test_identity_survives_the_trip_through_a_ticket() -> None:
    identity = Identity(
        keys=(ExternalKey(f"wechat:openid:{APP}", "o1"), ExternalKey("wechat:unionid:rail", "u1")),
        phone=VerifiedPhone("+8613800000000", "wechat-realtime", 1_800_000_000),
        name="莉莉🌸",
        picture="https://thirdwx.qlogo.cn/a/132",
        raw={"appid": APP, "openid": "o1", "unionid": "u1"},
    )

    assert Identity.from_json(identity.to_json()) == identity


def test_identity_with_an_openid_alone_survives_too() -> None:
    identity = Identity((ExternalKey(f"wechat:openid:{APP}", "o1"),))

    assert Identity.from_json(identity.to_json()) == identity


def test_phone_number_is_not_in_the_repr() -> None:
    identity = Identity(
        (ExternalKey(f"wechat:openid:{APP}", "o1"),),
        phone=VerifiedPhone("+8613800000000", "wechat-quick", 1_800_000_000),
    )

    assert "13800000000" not in repr(identity)
