"""Devices that wait for a person to approve them on another screen (RFC 8628).

The device code that the device polls with is a sealed reference to a row; the user code that the
person types is kept as a keyed digest. Neither can be read out of the database.
"""

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Table, insert, select, update

from oidc.clock import Clock
from oidc.crypto.keyring import Keyring, encode
from oidc.database.driver_statement import AnySession
from oidc.database.models import DeviceCodeRow
from oidc.database.statements import rowcount, try_insert
from oidc.protocol.authorization_request import AuthorizationRequest, from_json
from oidc.tokens.grants import new_id

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no code is a word (RFC 8628 6.1)."""
LENGTH = 8
INTERVAL = 5
"""Seconds that a device must let pass between two questions (RFC 8628 3.2)."""

_DEVICE: Table = DeviceCodeRow.__table__  # type: ignore[assignment]
_C = _DEVICE.c
_DIGEST_BYTES = 12


@dataclass(frozen=True, slots=True)
class Device:
    """A device that waits. Times in seconds since the epoch."""

    id: str
    client_id: str
    request: AuthorizationRequest
    state: str
    """``pending``, ``approved`` or ``denied``."""
    interval: int
    polled_at: int | None
    expires_at: int


def spelled(user_code: str) -> str:
    """The code as the device shows it: ``BCDF-GHJK``."""
    return f"{user_code[: LENGTH // 2]}-{user_code[LENGTH // 2 :]}"


def typed(text: str) -> str | None:
    """What a person meant to type, whatever the case, hyphens and spaces; None if it is no code."""
    code = "".join(char for char in text.upper() if char not in "- \u2010\u2011\u2013\u00a0\t")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


class DeviceCodes:
    """Begins, finds and settles devices; what is used once is decided by one UPDATE."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock

    def begin(
        self, session: AnySession, request: AuthorizationRequest, lifetime: int
    ) -> tuple[str, str]:
        """A device that waits for ``lifetime`` seconds; its id and its user code."""
        now = self._clock()
        while True:
            user_code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
            row = {
                "id": new_id(),
                "user_code": self._digest(user_code),
                "client_id": request.client_id,
                "asked": request.to_json(),
                "state": "pending",
                "grant_id": None,
                "interval": INTERVAL,
                "polled_at": None,
                "created_at": now,
                "expires_at": now + lifetime,
            }
            if try_insert(session, insert(_DEVICE), row):
                return str(row["id"]), user_code

    def waiting(self, session: AnySession, user_code: str) -> Device | None:
        """The device that shows this code, while it can still be approved."""
        found = self._one(session, _C.user_code == self._digest(user_code))
        if found is None or found.state != "pending" or found.expires_at <= self._clock():
            return None
        return found

    def get(self, session: AnySession, device_id: str) -> Device | None:
        """The device in whatever state it is."""
        return self._one(session, _C.id == device_id)

    def note_poll(self, session: AnySession, device: Device, interval: int) -> None:
        """Notes when it asked, and how long it must wait now."""
        values = {"polled_at": self._clock(), "interval": interval}
        rowcount(session, update(_DEVICE).where(_C.id == device.id).values(values))

    def settle(self, session: AnySession, device_id: str, state: str) -> bool:
        """Whether this call is the one that approves or denies the device."""
        statement = (
            update(_DEVICE)
            .where(_C.id == device_id, _C.state == "pending", _C.expires_at > self._clock())
            .values(state=state)
        )
        return rowcount(session, statement) == 1

    def _one(self, session: AnySession, condition: Any) -> Device | None:
        row = session.execute(select(_DEVICE).where(condition)).one_or_none()
        return _device(row) if row is not None else None

    def _digest(self, user_code: str) -> str:
        key = self._keyring.derive("user code")
        return encode(hmac.new(key, user_code.encode(), sha256).digest()[:_DIGEST_BYTES])


def _device(row: Any) -> Device:
    return Device(
        id=row.id,
        client_id=row.client_id,
        request=from_json(row.asked),
        state=row.state,
        interval=row.interval,
        polled_at=row.polled_at,
        expires_at=row.expires_at,
    )
