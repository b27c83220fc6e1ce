"""Logout between a provider and us: ours there, and what it tells of its own here."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from federation.errors import NotBelieved
from federation.oauth import id_token
from federation.oauth.agreement import Agreement
from federation.oauth.claim_map import text_at
from federation.oauth.person import key_value
from federation.oauth.signatures import Token, Untrue
from federation.upstreams import LogoutNotice

EVENT = "http://schemas.openid.net/event/backchannel-logout"
OLDEST = 600
"""Seconds after which a logout token is not believed any more."""
_TYPES = (None, "jwt", "logout+jwt")
_DEFAULT = "RS256"


def logout_url(agreed: Agreement, id_token_hint: str, back: str, state: str) -> str | None:
    """The provider's page that ends its session and sends the browser back (OpenID Connect
    RP-Initiated Logout 1.0, 2); None where it has none."""
    page = agreed.server.end_session_endpoint
    if not page:
        return None
    query = {
        "id_token_hint": id_token_hint,
        "client_id": agreed.client_id,
        "post_logout_redirect_uri": back,
        "state": state,
    }
    return f"{page}{'&' if '?' in page else '?'}{urlencode(query)}"


def algorithm(agreed: Agreement) -> str:
    """What alone logout tokens may be signed with: the same as ID tokens (OpenID Connect
    Back-Channel Logout 1.0, 2.6). As configured; else as the latest was; before the first the one
    that the provider names, or of several the default one (OpenID Connect Registration 1.0, 2)."""
    named = agreed.server.algorithms
    only = named[0] if len(named) == 1 else _DEFAULT
    return agreed.said("id_token_alg") or agreed.connection.id_token_alg or only


def notice(agreed: Agreement, token: Token, now: int) -> LogoutNotice:
    """What a logout token says whose signature has been verified (OpenID Connect Back-Channel
    Logout 1.0, 2.6).

    :raises NotBelieved: with the reason.
    """
    try:
        return _notice(agreed, token, now)
    except Untrue as error:
        raise NotBelieved(f"logout_token: {error}") from None


def _notice(agreed: Agreement, token: Token, now: int) -> LogoutNotice:
    claims, typ = token.claims, token.header.get("typ")
    if (typ.lower() if isinstance(typ, str) else typ) not in _TYPES:
        raise Untrue("typ says that it is something else than a logout token")
    id_token.check_meant_for_us(claims, agreed.server.issuer, agreed.client_id)
    _check_times(claims, now)
    events = claims.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(EVENT), Mapping):
        raise Untrue("events does not tell of a logout")
    if "nonce" in claims:
        raise Untrue("it has a nonce, as ID tokens have")
    subject, sid, jti = (text_at(claims, name) for name in ("/sub", "/sid", "/jti"))
    if not jti or len(jti) > 255:
        raise Untrue("jti is missing, or too long")
    if not subject and not sid:
        raise Untrue("neither sub nor sid says whose session it was")
    return LogoutNotice(key_value(subject) if subject else None, sid, jti)


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    issued = id_token.time_of(claims, "iat")
    if not now - OLDEST <= issued <= now + id_token.SKEW:
        raise Untrue("iat is not of now")
    if "exp" in claims and id_token.time_of(claims, "exp") <= now - id_token.SKEW:
        raise Untrue("it has expired")
