"""What the browser that began a ticket keeps of it: sealed, so that it cannot read it itself.

The scene is in the code on the screen and must not be known to the page (whoever learns it
through a script could confirm for the person); the number is shown but never in an address. A
sealed cookie, valid for the ticket's own pages, keeps both without a row in a database, lets any
node show the page again, and is one more thing that another browser does not have.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from flask import Response, request, url_for

from federation.ports import Cipher
from federation.tickets import LIFE
from oidc.provider import current_provider

COOKIE = "qiao_ticket"
GRACE = 120
"""Seconds that the page can still tell that its code has expired."""

Presentation = Literal["scan", "link"]


@dataclass(frozen=True, slots=True)
class StartedTicket:
    """A ticket as its beginner knows it."""

    ticket_id: str
    connection_id: str
    scene: str
    number: int
    way: Presentation


def put(response: Response, cipher: Cipher, interaction_id: str, started: StartedTicket) -> None:
    """Hands the sealed ticket to this browser, for the pages of this ticket alone."""
    sealed = cipher.seal(json.dumps(asdict(started)).encode(), _purpose(interaction_id))
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=LIFE + GRACE,
        path=url_for("pages.scan", interaction_id=interaction_id, ticket_id=started.ticket_id),
        secure=current_provider().settings.secure,
        httponly=True,
        samesite="Lax",
    )


def read(cipher: Cipher, interaction_id: str, ticket_id: str) -> StartedTicket | None:
    """The ticket that this browser began; None for any other browser's."""
    sealed = request.cookies.get(COOKIE, "")
    try:
        started = StartedTicket(**json.loads(cipher.unseal(sealed, _purpose(interaction_id))))
    except ValueError:
        return None
    return started if started.ticket_id == ticket_id else None


def _purpose(interaction_id: str) -> str:
    return f"pages.ticket.{interaction_id}"
