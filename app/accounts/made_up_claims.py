"""Claims for people who have none, where an application cannot do without.

A source may tell neither a name nor an e-mail address. Everything here is made of the ``sub`` that
the application knows anyway, is the same at each sign-in, and is never told as verified.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from federation.source import Source
from oidc.protocol.claim_wishes import ClaimWishes


def make_up(source: Source | None, email: str | None, wishes: ClaimWishes) -> Mapping[str, Any]:
    """The claims that the application may be told where the person has none.

    :param email: that the person has.
    """
    short = sha256(wishes.known_as.encode()).hexdigest()
    every: dict[str, Mapping[str, Any]] = {
        "name": {"name": f"{source.name} user {short[:4]}" if source else f"User {short[:4]}"},
        "preferred_username": {
            "preferred_username": f"{source.id if source else 'user'}-{short[:16]}"
        },
        "email": {
            "email": f"{wishes.known_as}@{wishes.email_domain}",
            **({} if email else {"email_verified": False}),
        },
    }
    return {claim: value for name in wishes.made_up for claim, value in every.get(name, {}).items()}
