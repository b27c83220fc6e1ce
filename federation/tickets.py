"""Tickets: one sign-in under way between two devices or two apps.

::

    pending ──read──▶ scanned ──confirm──▶ confirmed ──take──▶ used
        └──────deny──────┴─▶ denied           (past expires_at: expired)

The id that the browser or app polls with and the scene that travels in the QR code are
unrelated, so seeing the code does not let anybody finish; only whoever began it (the binding)
can, and only after the person confirmed on the phone. Each arrow is one conditional UPDATE.
Best Current Practice for Security of Cross-Device Flows (RFC 10027), section 6.1.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row

from federation.errors import (
    TicketConfirmed,
    TicketError,
    TicketExpired,
    TicketRefused,
    TicketUnknown,
    TicketUsed,
)

Purpose = Literal["scan", "launch", "link"]
State = Literal["pending", "scanned", "confirmed", "denied", "expired", "used"]

LIFE = 180
"""Seconds from opening to expiry."""
FINISH = 60
"""Seconds that a confirmed ticket has left at least, so that a slow poll does not lose it."""
KEPT = 600
"""Seconds that a dead ticket stays readable, so that a late comer is told what happened."""
REFUSALS: Mapping[str, type[TicketError]] = {
    "expired": TicketExpired,
    "used": TicketUsed,
    "confirmed": TicketConfirmed,
    "denied": TicketRefused,
}
"""What the state of a ticket that has ended is answered with."""


def digest_of(scene: str) -> str:
    """What a scene is known by where it may be seen: in the table, and as the name of a bell."""
    return hashlib.sha256(scene.encode()).hexdigest()


@dataclass(frozen=True)
class OpenedTicket:
    """What the beginner gets: ``id`` to poll with, ``scene`` for the QR code or launch path."""

    id: str
    scene: str
    number: int
    choices: tuple[int, ...]
    expires_at: int


class Denial(NamedTuple):
    """What a ticket was for that somebody said no to, and whether that ended it just now."""

    purpose: Purpose
    is_new: bool


@dataclass(frozen=True)
class TicketStatus:
    """:param reason: the code of the error that denied it; None where the person said no."""

    state: State
    expires_in: int
    reason: str | None = None


@dataclass(frozen=True)
class ConfirmedFrom:
    """When, on which device and from which network address somebody said who they are."""

    at: int
    device: str | None = None
    ip: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | None) -> "ConfirmedFrom | None":
        """What :meth:`to_json` wrote; None where nothing was noted."""
        return cls(**json.loads(text)) if text else None


@dataclass(frozen=True)
class TicketView:
    """What the confirm page may show; never the number that the person has to pick.

    :param choices: the numbers to pick from; None where none is asked.
    """

    id: str
    purpose: Purpose
    connection_id: str
    description: Mapping[str, Any]
    choices: tuple[int, ...] | None
    state: State
    expires_in: int

    @classmethod
    def of(cls, row: Row[Any], now: int) -> "TicketView":
        """The ticket of a row of the table."""
        return cls(
            id=row.id,
            purpose=row.purpose,
            connection_id=row.connection_id,
            description=json.loads(row.description),
            choices=tuple(json.loads(row.choices)) if row.choices else None,
            state=row.state,
            expires_in=max(0, row.expires_at - now),
        )


NumberRule = Callable[[TicketView], bool]
"""Whether the person must pick the number of a ticket: decided by who knows how it was opened.

It may raise :class:`~federation.errors.WrongEntry`; nothing has happened to the ticket then."""


def always(_view: TicketView) -> bool:
    """The number is asked, however the ticket was opened."""
    return True


def check_id(id: str) -> None:  # noqa: A002
    """Refuses what no ticket is called: addresses bring anything along, also what a database would
    choke on.

    :raises TicketUnknown: it is none.
    """
    if not re.fullmatch(r"[0-9A-Za-z_-]{22}", id):
        raise TicketUnknown


def three_numbers() -> tuple[int, ...]:
    """Numbers of two digits for a person to pick one from."""
    return tuple(secrets.SystemRandom().sample(range(10, 100), 3))
