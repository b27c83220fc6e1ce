"""Where Apple departs from OpenID Connect."""

import json
from collections.abc import Mapping
from typing import Any

from joserfc.jwk import ECKey

from federation.errors import Misconfigured
from federation.oauth.agreement import Agreement
from federation.oauth.client_authentication import Shown
from federation.oauth.openid import OpenIDUpstream
from federation.oauth.signatures import private_key, sign
from federation.translation import N_
from federation.upstreams import Departure, Returned

LIFE = 300
"""Seconds that a secret of ours is good for; Apple takes six months at most."""
_KNOWN = (
    *("response_type", "response_mode", "client_id", "redirect_uri"),
    *("scope", "state", "nonce"),
)


class AppleUpstream(OpenIDUpstream):
    """The secret is signed anew each time, so that no date is to be remembered."""

    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        request = super().authorization_request(agreed, departure)
        return {name: request[name] for name in _KNOWN}

    def authentication(self, agreed: Agreement) -> Shown:
        key, now = private_key(agreed.credential["private_key"]), self.client.clock()
        if not isinstance(key, ECKey):
            raise Misconfigured(
                "the private key cannot be read",
                credential_id=agreed.credential.id,
                errcode="bad_private_key",
            )
        claims = {
            "iss": agreed.credential["team_id"],
            "iat": now,
            "exp": now + LIFE,
            "aud": agreed.server.issuer,
            "sub": agreed.client_id,
        }
        secret = sign(claims, key, "ES256", {"kid": agreed.credential["key_id"]})
        return {"client_id": agreed.client_id, "client_secret": secret}, {}

    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        """With the name, which Apple tells the first time only, beside the code and unsigned."""
        claims = super().person(agreed, tokens, returned)
        return {**claims, "name": _name(returned.answer.get("user", ""))}


def is_key(value: str) -> str | None:
    """What is wrong with something that was entered as the key."""
    key = private_key(value)
    fits = isinstance(key, ECKey) and key.curve_name == "P-256"
    return None if fits else N_("This is no key that Apple hands out: a .p8 file, in PEM.")


def _name(user: str) -> str | None:
    try:
        told = json.loads(user) if user else {}
        parts = [told["name"].get(one) for one in ("firstName", "lastName")]
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None
    return " ".join(one for one in parts if isinstance(one, str) and one.strip()) or None
