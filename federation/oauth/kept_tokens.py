"""What a token endpoint gave, as it is kept for applications that may have it."""

import re
from collections.abc import Mapping
from typing import Any

from federation.identity import SourceTokens
from federation.oauth.claim_map import text_at

LONGEST = 8192
"""Characters of a token."""
_TOKEN = re.compile(r"[!-~]+")
_SCOPE = re.compile(r"[!-~]+( [!-~]+)*")


def tokens_of(told: Mapping[str, Any], asked: str, now: int) -> SourceTokens | None:
    """The person's tokens there; None where there is none that an application could show.

    :param asked: the scope, which is what was given where the answer says nothing (RFC 6749 5.1).
    """
    access_token = _token(told, "access_token")
    kind = text_at(told, "/token_type") or "Bearer"
    if access_token is None or kind.lower() != "bearer":
        return None  # one that is bound to a key of ours is of no use to anybody else
    scope, life = text_at(told, "/scope"), text_at(told, "/expires_in") or ""
    if scope is None or len(scope) > LONGEST or not _SCOPE.fullmatch(scope):
        scope = asked
    ends = life.isascii() and life.isdecimal() and len(life) < 12
    return SourceTokens(
        access_token=access_token,
        refresh_token=_token(told, "refresh_token"),
        scope=scope,
        expires_at=now + int(life) if ends else None,
    )


def _token(told: Mapping[str, Any], name: str) -> str | None:
    found = text_at(told, f"/{name}")
    fits = found is not None and len(found) <= LONGEST and _TOKEN.fullmatch(found)
    return found if fits else None
