"""What some members of a client may hold."""

import re

FALLBACKS = ("name", "preferred_username", "email")
"""Claims that can be made up for people who have none."""
ED25519 = "Ed25519"
"""The name that RFC 9864 gives to EdDSA with this curve, the only one that we take."""

_APP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*")


def domain(value: object, _: object) -> str:
    """A domain name.

    :raises ValueError: as every reader of ``oidc.clients.metadata_fields``.
    """
    if not isinstance(value, str) or len(value) > 190 or _DOMAIN.fullmatch(value) is None:
        raise ValueError("must be a domain name, such as people.example.com")
    return value


def app_id(value: object, _: object) -> str:
    """What a source of identities calls a mobile app of the client.

    :raises ValueError: likewise.
    """
    if not isinstance(value, str) or _APP_ID.fullmatch(value) is None:
        raise ValueError("must be a list of the ids that a source gives to mobile apps")
    return value


def one_name(alg: object) -> object:
    """The algorithm by the name that we know it by; a server may answer another value than the one
    that was asked for (RFC 7591 2)."""
    return "EdDSA" if alg == ED25519 else alg
