"""Moves tickets from state to state, each step by one conditional UPDATE."""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, cast

from sqlalchemy import Row, Table, delete, select, update
from sqlalchemy.orm import Session

from federation import errors
from federation.identity import Identity
from federation.models import TicketRow
from federation.observers import Observers
from federation.ports import Cipher, Clock
from federation.tickets import (
    FINISH,
    KEPT,
    LIFE,
    REFUSALS,
    ConfirmedFrom,
    Denial,
    NumberRule,
    OpenedTicket,
    Purpose,
    State,
    TicketStatus,
    TicketView,
    always,
    check_id,
    digest_of,
    three_numbers,
)

IDENTITY_PURPOSE = "federation.ticket.identity"
_dump = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
_TICKET = cast(Table, TicketRow.__table__)
_OPEN = ("pending", "scanned")


class TicketStore:
    """Opens, shows, confirms and finishes tickets. It flushes and never commits.

    Commit after a :class:`~federation.errors.TicketError` too: a wrong number denies the ticket.
    """

    def __init__(self, cipher: Cipher, clock: Clock, observers: Observers | None = None) -> None:
        self._cipher = cipher
        self._clock = clock
        self._observers = observers or Observers()

    def open(
        self,
        session: Session,
        connection_id: str,
        purpose: Purpose,
        binding: str,
        description: Mapping[str, Any],
    ) -> OpenedTicket:
        """A new ticket, 180 seconds long, that only the bearer of ``binding`` can finish."""
        if not binding or len(binding) > 128:
            raise ValueError("a ticket's binding has 1 to 128 characters")
        choices = three_numbers()
        ticket = OpenedTicket(
            id=secrets.token_urlsafe(16),
            scene=secrets.token_urlsafe(16),
            number=secrets.choice(choices),
            choices=choices,
            expires_at=self._clock() + LIFE,
        )
        session.connection().execute(
            _TICKET.insert().values(
                id=ticket.id,
                scene_hash=digest_of(ticket.scene),
                purpose=purpose,
                connection_id=connection_id,
                binding=binding,
                description=_dump(description),
                number=ticket.number,
                choices=_dump(choices),
                state="pending",
                created_at=self._clock(),
                expires_at=ticket.expires_at,
            )
        )
        self._tell("opened")
        return ticket

    def status(self, session: Session, id: str) -> TicketStatus:  # noqa: A002 - the column's name
        """How far the ticket is, by one primary-key read. Raises ``TicketUnknown``."""
        check_id(id)
        columns = (_TICKET.c.state, _TICKET.c.expires_at, _TICKET.c.refused_as)
        query = select(*columns).where(_TICKET.c.id == id)
        row = session.connection().execute(query).first()
        if row is None:
            raise errors.TicketUnknown
        left = max(0, row.expires_at - self._clock())
        return TicketStatus(self._state(row.state, row.expires_at), left, row.refused_as)

    def states(self, session: Session, scene_digests: Sequence[str]) -> dict[str, str]:
        """Of all these at once, as they were written: one that ran out has not changed."""
        scene = _TICKET.c.scene_hash
        query = select(scene, _TICKET.c.state).where(scene.in_(scene_digests))
        return {row.scene_hash: row.state for row in session.execute(query)}

    def read(self, session: Session, scene: str, asks_number: NumberRule = always) -> TicketView:
        """Shows an open ticket to the phone and notes that it was scanned."""
        view = self._open_view(session, scene)
        if not asks_number(view):
            view = replace(view, choices=None)
        if view.state == "pending":
            self._move(session, scene, ("pending",), "scanned")
            view = replace(view, state="scanned")
        return view

    def check_confirmable(
        self,
        session: Session,
        scene: str,
        number: int | None,
        asks_number: NumberRule = always,
    ) -> TicketView:
        """Refuses what cannot be confirmed, before the upstream is asked to spend a code.

        A wrong number denies the ticket at once, asked for or not: one guess in three is all that
        a phisher gets.
        """
        view = self._open_view(session, scene)
        is_asked = asks_number(view)
        if view.state != "scanned":
            raise errors.TicketNotScanned
        if view.choices is None and is_asked:
            # Of a node of 0.1.0, whose launches had no number: there is none to pick.
            raise errors.TicketExpired
        if view.choices is not None and (is_asked or number is not None):
            self._check_number(session, scene, number)
        return view

    def confirm(
        self,
        session: Session,
        scene: str,
        identity: Identity,
        confirmed_from: ConfirmedFrom | None = None,
    ) -> None:
        """Records who confirmed. Of several confirmers exactly one wins, the others are refused."""
        sealed = self._cipher.seal(identity.to_json().encode(), IDENTITY_PURPOSE)
        end = max(self._row(session, scene).expires_at, self._clock() + FINISH)
        noted = confirmed_from.to_json() if confirmed_from else None
        values = {"identity_sealed": sealed, "expires_at": end, "confirmed_from": noted}
        self._move(session, scene, ("scanned",), "confirmed", **values)

    def deny(self, session: Session, scene: str) -> Denial:
        """The person says no. Denying again changes nothing."""
        purpose = cast(Purpose, self._row(session, scene).purpose)
        with suppress(errors.TicketRefused):
            self._move(session, scene, _OPEN, "denied")
            return Denial(purpose, is_new=True)
        return Denial(purpose, is_new=False)

    def refuse(self, session: Session, scene: str, reason: str) -> None:
        """Ends the ticket of somebody who cannot go on; one that has ended stays as it is.

        :param reason: the code of the error.
        """
        with suppress(errors.TicketError):
            self._move(session, scene, _OPEN, "denied", refused_as=reason)

    def about(self, session: Session, scene: str) -> tuple[str, Mapping[str, Any]] | None:
        """The connection and the description of a ticket in whatever state; None for no ticket."""
        query = select(_TICKET.c.connection_id, _TICKET.c.description)
        row = session.execute(query.where(_TICKET.c.scene_hash == digest_of(scene))).first()
        return (row.connection_id, json.loads(row.description)) if row else None

    def withdraw(self, session: Session, id: str, binding: str) -> bool:  # noqa: A002
        """Ends a ticket that nobody has finished, for whoever began it; whether this call did."""
        check_id(id)
        statement = (
            update(_TICKET)
            .where(_TICKET.c.id == id, _TICKET.c.binding == binding)
            .where(_TICKET.c.state.in_((*_OPEN, "confirmed")))
            .values(state="denied", identity_sealed=None)
        )
        if withdrawn := session.connection().execute(statement).rowcount == 1:
            self._tell("withdrawn")
        return withdrawn

    def take(self, session: Session, id: str, binding: str, connection_id: str) -> Identity:  # noqa: A002
        """The identity that was confirmed, once, to whoever began the ticket.

        Raises ``TicketMismatch`` for another binding or connection (the ticket stays as it is),
        ``TicketNotConfirmed`` while the person has not agreed, and the state's own refusal.
        """
        row = self._row_by_id(session, id)
        self._check_binding(row, binding, connection_id)
        self._check_confirmed(row)
        statement = (
            update(_TICKET)
            .where(_TICKET.c.id == id, _TICKET.c.state == "confirmed")
            .where(_TICKET.c.expires_at > self._clock())
            .values(state="used", identity_sealed=None)
        )
        if session.connection().execute(statement).rowcount != 1:
            raise errors.TicketUsed
        self._tell("used")
        sealed = self._cipher.unseal(row.identity_sealed, IDENTITY_PURPOSE)
        return Identity.from_json(sealed.decode())

    def confirmed_from(self, session: Session, id: str) -> ConfirmedFrom | None:  # noqa: A002
        """Where a ticket was confirmed, also one that was taken; None where it was not noted."""
        query = select(_TICKET.c.confirmed_from).where(_TICKET.c.id == id)
        return ConfirmedFrom.from_json(session.connection().scalar(query))

    def prune(self, session: Session, limit: int = 1000) -> int:
        """Deletes at most ``limit`` long dead tickets; how many. Commit between batches."""
        connection = session.connection()
        dead = select(_TICKET.c.id).where(_TICKET.c.expires_at < self._clock() - KEPT).limit(limit)
        ids = connection.scalars(dead).all()
        if ids:
            connection.execute(delete(_TICKET).where(_TICKET.c.id.in_(ids)))
        return len(ids)

    def _open_view(self, session: Session, scene: str) -> TicketView:
        row = self._row(session, scene)
        self._refuse_closed(row)
        return TicketView.of(row, self._clock())

    def _check_number(self, session: Session, scene: str, number: int | None) -> None:
        if number is None:
            raise errors.NumberRequired
        if number != self._row(session, scene).number:
            self.refuse(session, scene, errors.WrongNumber.code)
            raise errors.WrongNumber

    def _check_binding(self, row: Row[Any], binding: str, connection_id: str) -> None:
        same = hmac.compare_digest(row.binding.encode(), binding.encode())
        if not same or connection_id != row.connection_id:
            raise errors.TicketMismatch

    def _check_confirmed(self, row: Row[Any]) -> None:
        state = self._state(row.state, row.expires_at)
        if state in _OPEN:
            raise errors.TicketNotConfirmed
        if state == "denied" and row.refused_as not in (None, errors.WrongNumber.code):
            raise errors.Denied
        if state != "confirmed":
            raise REFUSALS[state]

    def _refuse_closed(self, row: Row[Any]) -> None:
        refusal = REFUSALS.get(self._state(row.state, row.expires_at))
        if refusal is not None:
            raise refusal

    def _move(
        self, session: Session, scene: str, before: tuple[str, ...], after: str, **values: Any
    ) -> None:
        """The one conditional UPDATE behind every step of the phone; zero rows is a refusal."""
        statement = (
            update(_TICKET)
            .where(_TICKET.c.scene_hash == digest_of(scene), _TICKET.c.state.in_(before))
            .where(_TICKET.c.expires_at > self._clock())
            .values(state=after, **values)
        )
        if session.connection().execute(statement).rowcount == 1:
            if after == "denied":
                self._tell(values.get("refused_as", after))
            return
        # Locking reads the newest row even where the transaction began before the winner's.
        row = self._row(session, scene, lock=True)
        if row.state == after == "scanned":
            return
        self._refuse_closed(row)
        raise errors.TicketNotScanned

    def _tell(self, what: str) -> None:
        for observe in self._observers.tickets:
            observe(what)

    def _row(self, session: Session, scene: str, *, lock: bool = False) -> Row[Any]:
        query = select(_TICKET).where(_TICKET.c.scene_hash == digest_of(scene))
        row = session.connection().execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise errors.TicketUnknown
        return row

    def _row_by_id(self, session: Session, id: str) -> Row[Any]:  # noqa: A002
        check_id(id)
        row = session.connection().execute(select(_TICKET).where(_TICKET.c.id == id)).first()
        if row is None:
            raise errors.TicketUnknown
        return row

    def _state(self, stored: str, expires_at: int) -> State:
        if stored in (*_OPEN, "confirmed") and expires_at <= self._clock():
            return "expired"
        return cast(State, stored)
