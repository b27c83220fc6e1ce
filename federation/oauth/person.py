"""What a provider said of a person, as an `Identity`: cleaned, and the ID kept exactly."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from federation.errors import Misconfigured
from federation.identity import Email, ExternalKey, Identity, VerifiedPhone
from federation.oauth.agreement import Agreement
from federation.oauth.claim_map import at, is_true_at, text_at

MAX_KEY = 128
"""Characters of a name that the database takes."""
AMR = frozenset(
    (
        *("face", "fpt", "geo", "hwk", "iris", "kba", "mca", "mfa", "otp", "pin", "pop", "pwd"),
        *("rba", "retina", "sc", "sms", "swk", "tel", "user", "vbm", "wia"),
    )
)
"""The values of RFC 8176: other words of a provider could be taken for ours."""
_PLAIN = re.compile(r"[!-~]([ -~]*[!-~])?")
_DIGEST = "sha256-"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}")


def key_value(id: str) -> str:  # noqa: A002 - what everybody calls it
    """The ID as it is kept: itself, or what stands for one that a database would not keep apart
    from another (too long, blanks at an end, characters beyond ASCII).
    """
    if _PLAIN.fullmatch(id) and len(id) <= MAX_KEY and not id.startswith(_DIGEST):
        return id
    return _DIGEST + hashlib.sha256(id.encode()).hexdigest()


def identity(agreed: Agreement, told: Mapping[str, Any], now: int) -> Identity:
    """The person behind an answer.

    :raises Misconfigured: nothing stands where the ID should.
    """
    claims, source = agreed.claims, agreed.connection.source
    parts = [text_at(told, one) for one in (claims.within, claims.id) if one]
    if not all(parts):
        raise Misconfigured(
            f"nothing at {claims.id}", credential_id=agreed.credential.id, errcode="no_id"
        )
    own = key_value("/".join(map(str, parts)))
    keys = [ExternalKey(source.own_namespace(agreed.credential), own)]
    shared, namespace = text_at(told, claims.shared), source.shared_namespace(agreed.credential)
    if shared and namespace:
        keys.append(ExternalKey(namespace, key_value(shared)))
    methods = at(told, "/amr")
    return Identity(
        tuple(keys),
        phone=_phone(agreed, told, now),
        name=clean_name(at(told, claims.name)),
        picture=clean_picture(at(told, claims.picture)),
        email=_email(agreed, told),
        amr=tuple(one for one in methods if one in AMR) if isinstance(methods, list) else (),
        raw={source.keys.noted: key_value(shared)} if shared and source.keys.noted else {},
    )


def clean_name(name: object) -> str | None:
    """Without control characters and what turns the direction of writing around."""
    if not isinstance(name, str):
        return None
    shown = "".join(
        c for c in name if unicodedata.category(c) not in ("Cc", "Cs") and not _turns(c)
    )
    return shown.strip()[:64] or None


def clean_picture(address: object) -> str | None:
    """An address over TLS that a page may show."""
    if not isinstance(address, str) or len(address) > 1024 or not address.isascii():
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    harmless = address.isprintable() and not re.search(r"[\s\"'<>\\]", address)
    is_web = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
    return address if is_web and harmless else None


def _turns(character: str) -> bool:
    return unicodedata.bidirectional(character) in (
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    )


def _email(agreed: Agreement, told: Mapping[str, Any]) -> Email | None:
    address = text_at(told, agreed.claims.email)
    if not address or not _EMAIL.fullmatch(address):
        return None
    verified = is_true_at(told, agreed.claims.email_verified)
    return Email(address, verified or agreed.is_on("trust_unverified"))


def _phone(agreed: Agreement, told: Mapping[str, Any], now: int) -> VerifiedPhone | None:
    """A number that the provider vouches for, where the connection asks for one."""
    number = re.sub(r"[ ().-]", "", text_at(told, agreed.claims.phone) or "")
    if agreed.connection.phone == "never" or not _E164.fullmatch(number):
        return None
    vouched = is_true_at(told, agreed.claims.phone_verified)
    if not (vouched or agreed.is_on("trust_unverified")):
        return None
    return VerifiedPhone(number, agreed.connection.source.phones[0], now)
