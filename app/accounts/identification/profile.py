"""What an identity may change about the account: name, picture and verified phone."""

from collections.abc import Mapping
from typing import Any

from federation.identity import Identity


def nickname(identity: Identity) -> str | None:
    """The name that the person chose, or None for none."""
    name = (identity.name or "").replace("\0", "").strip()
    return name[:200] or None


def avatar(identity: Identity) -> str | None:
    """The picture that the person chose, or None for none, or one too long."""
    picture = identity.picture or ""
    if not picture.startswith(("https://", "http://")) or len(picture) > 1024:
        return None
    return picture


def initial(identity: Identity, provenance: str) -> dict[str, Any]:
    """Columns of a new account that come from the identity.

    :param provenance: the id of its source.
    """
    name, picture = nickname(identity), avatar(identity)
    values: dict[str, Any] = {"name": name, "picture": picture}
    if name or picture:
        values["profile_provenance"] = provenance
    return values | _phone(identity)


def changes(
    account: Mapping[str, Any], identity: Identity, provenance: str, now: int
) -> dict[str, Any]:
    """Columns of a known account that the identity changes; empty for nothing.

    An empty name or picture is filled; one that came from the same source is refreshed; one that
    another source gave, or an operator or the person wrote, stays. The number that was verified
    last is the phone.

    :param provenance: the id of the identity's source.
    """
    found = {"name": nickname(identity), "picture": avatar(identity)}
    refresh = account["profile_provenance"] in (None, provenance)
    changed: dict[str, Any] = {
        column: value
        for column, value in found.items()
        if value and value != account[column] and (refresh or not account[column])
    }
    if changed and account["profile_provenance"] is None:
        changed["profile_provenance"] = provenance
    if identity.phone is not None and (
        identity.phone.number != account["phone"]
        or identity.phone.verified_at > (account["phone_verified_at"] or 0)
    ):
        changed |= _phone(identity)
    if {"name", "picture"} & changed.keys() or changed.get("phone") not in (None, account["phone"]):
        changed["updated_at"] = now
    return changed


def _phone(identity: Identity) -> dict[str, Any]:
    phone = identity.phone
    if phone is None:
        return {}
    return {
        "phone": phone.number,
        "phone_provenance": phone.provenance,
        "phone_verified_at": phone.verified_at,
    }
