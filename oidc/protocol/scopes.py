"""The scopes there are and the claims that each stands for (OpenID Connect Core 5.4)."""

from collections.abc import Iterable, Mapping

Scopes = Mapping[str, tuple[str, ...]]

SCOPES: Scopes = {
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


def with_claims(further: Iterable[tuple[str, str]], scopes: Scopes = SCOPES) -> Scopes:
    """The scopes with what a host adds to them.

    :param further: a claim and the scope that it belongs to, which may be a new one.
    """
    known = {scope: list(claims) for scope, claims in scopes.items()}
    for claim, scope in further:
        claims = known.setdefault(scope, [])
        if claim not in claims:
            claims.append(claim)
    return {scope: tuple(claims) for scope, claims in known.items()}


def claims_supported(scopes: Scopes) -> list[str]:
    """Every claim that can appear, in the order of the lists."""
    by_scope = (claim for claims in scopes.values() for claim in claims)
    return list(dict.fromkeys((*PROTOCOL_CLAIMS, *by_scope)))
