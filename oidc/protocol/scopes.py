"""The scopes there are and the claims that each stands for (OpenID Connect Core 5.4)."""

from collections.abc import Mapping

SCOPES: Mapping[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
    "wechat": ("wechat_openid", "wechat_appid", "wechat_unionid"),
    "offline_access": (),
}

PROTOCOL_CLAIMS = (
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "sid",
    "idp",
)


def claims_supported() -> list[str]:
    """Every claim that can appear, in the order of the lists above."""
    by_scope = (claim for claims in SCOPES.values() for claim in claims)
    return list(dict.fromkeys((*PROTOCOL_CLAIMS, *by_scope)))
