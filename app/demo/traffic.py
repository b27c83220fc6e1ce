"""Days of sign-ins in a few minutes: the real services, by a clock that is moved through the past.

Each sign-in opens a ticket, has the phone read and confirm it, and goes by the rules to an account
and a session, as a person's would; or it ends as some do: declined, with a wrong number, without
anybody who confirms, at an account that is disabled, for a credential that is refused.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, g

from app.accounts.identification.outcomes import SignedIn
from app.accounts.identification.sign_in import sign_in
from app.audit import misconfiguration
from app.database import db
from app.demo.browser import PLACES
from app.demo.traffic_people import Crowd, chance
from app.management.services import accounts
from app.management.services.deployment import acting_as
from app.mini_program.refusals import note_declined, note_refusal
from app.sessions.browser import begin
from app.sign_in.ticket_description import confirmed_here, describe
from app.statistics import rolling
from app.statistics.expired import note_expired
from app.statistics.worker import catch_up
from app.zones import day_of, midnight
from federation import Connection, Federation
from federation.devices import label_of
from federation.errors import Denied, Misconfigured, WrongNumber
from federation.tickets import OpenedTicket
from oidc.tokens.grants import Grant, new_id, save

DAY = 86400
BUSY = (1, 1, 0, 0, 0, 1, 3, 8, 16, 20, 17, 12, 9, 13, 18, 17, 14, 11, 9, 10, 12, 11, 7, 3)
"""How busy each hour of a day is, one against the other."""
WEEKEND = 0.4
ENDS = {"success": 89, "declined": 3, "expired": 4, "wrong_number": 2, "unopened": 2}
"""How sign-ins end, in a hundred."""
SATURDAY = 5
NINE = 9 * 3600
SHUT_OUT = (8 * 3600 + 1800, 10 * 3600 + 900)
"""Seconds of yesterday between which one account is disabled: its person tries at nine."""
REFUSED = (15 * 3600, 15 * 3600 + 1200)
"""Seconds of the day before between which a credential is refused."""
GRANTED = 14 * DAY
"""Seconds for which an application may come back with what it was granted."""
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.54"


@dataclass
class MovedClock:
    """Seconds since the epoch that only go on, by hand."""

    now: int

    def __call__(self) -> int:
        return self.now

    def reach(self, time: int) -> None:
        self.now = max(self.now, time)


@dataclass(frozen=True)
class Visit:
    """Somebody who wants in: by which application and connection, and how it ends."""

    time: int
    person: str
    client_id: str
    connection: Connection
    end: str


@dataclass
class Traffic:
    """:param ways: applications, each with a connection that may be used there."""

    app: Flask
    clock: MovedClock
    crowd: Crowd
    ways: list[tuple[str, Connection]]
    accounts: dict[str, str] = field(default_factory=dict)
    """Whose account is whose, as far as they have signed in."""

    @property
    def federation(self) -> Federation:
        return self.crowd.federation

    def plan(self, count: int, until: int, zone: ZoneInfo) -> list[Visit]:
        """So many sign-ins in order, from the clock's time on.

        One person is among them at the beginning, and yesterday at nine.
        """
        times = range(self.clock.now, until - 600, 600)
        weights = [_busy(time, zone) for time in times]
        chosen = chance.choices(times, weights, k=count) if any(weights) else []
        planned = [self._visit(time + chance.randrange(600)) for time in chosen]
        nine = midnight(day_of(until, zone), zone) - DAY + NINE
        known = [time for time in (self.clock.now, nine) if time >= self.clock.now]
        planned += [Visit(time, self.crowd.ids[0], *self.ways[0], "success") for time in known]
        return sorted(planned, key=lambda visit: visit.time)

    def _visit(self, time: int) -> Visit:
        regulars = self.crowd.ids[: max(1, len(self.crowd.ids) // 3)]
        person = chance.choice(regulars if chance.random() < 0.6 else self.crowd.ids)
        client_id, connection = chance.choices(
            self.ways, [len(self.ways) - place for place in range(len(self.ways))]
        )[0]
        end = chance.choices([*ENDS], [*ENDS.values()])[0]
        return Visit(time, person, client_id, connection, end)

    def run(self, visits: list[Visit], today: int) -> Iterator[Visit]:
        """Lets one after the other happen.

        :param today: the second in which it begins.
        """
        shut_out = self._shut_out(today - DAY)
        for visit in visits:
            self.clock.reach(visit.time)
            next(shut_out, None)
            with self.app.app_context():
                note_expired(db.session(), self.clock, since=self.clock.now - 7200)
                self._happen(visit, is_refused=_within(visit.time, today - 2 * DAY, REFUSED))
                db.session.commit()
            yield visit

    def _shut_out(self, day: int) -> Iterator[None]:
        """Disables one account and enables it again, each when its time has come."""
        for second, change in zip(SHUT_OUT, (accounts.disable, accounts.enable), strict=True):
            while self.clock.now < day + second:
                yield
            account = self.accounts.get(self.crowd.ids[0])
            if account is None:
                return
            with self.app.app_context():
                change(acting_as("system"), account)
                db.session.commit()

    def _happen(self, visit: Visit, *, is_refused: bool) -> None:
        address = f"198.51.100.{sum(visit.person.encode()) % 250 + 1}"
        agent = chance.choice([PLACES["computer"], PLACES["computer"], PLACES["harmony"]])
        connection, begun = visit.connection, self.clock.now
        with self._request("/authorize", address, agent):
            session, tickets = db.session(), self.federation.tickets
            if is_refused:
                refused = Misconfigured("", credential_id=connection.credential.id, errcode=40125)
                misconfiguration.note(session, self.clock, connection, refused)
                return
            ticket = tickets.open(
                session, connection.id, "scan", "traffic", self._told(visit, address, agent)
            )
        if visit.end != "unopened" and not self._on_phone(visit, ticket, address):
            return
        if visit.end in ("unopened", "expired"):
            return
        self.clock.now += chance.randrange(1, 3)
        with self._request("/finish", address, agent):
            self._finish(visit, ticket, begun, address, agent)

    def _told(self, visit: Visit, address: str, agent: str) -> dict[str, object]:
        return describe(
            name=visit.client_id,
            host=None,
            device=label_of(agent),
            ip=address,
            requested_at=self.clock.now,
            client_id=visit.client_id,
        )

    def _on_phone(self, visit: Visit, ticket: OpenedTicket, address: str) -> bool:
        """Reads the ticket and answers it; whether somebody confirmed, or has it open still."""
        self.clock.now += round(chance.lognormvariate(2.2, 0.5))
        with self._request(f"/federation/v1/tickets/{ticket.scene}/confirm", address, PHONE):
            session, tickets = db.session(), self.federation.tickets
            tickets.read(session, ticket.scene)
            self.clock.now += round(chance.lognormvariate(1.8, 0.5))
            try:
                self._answer(visit, ticket)
            except (WrongNumber, Denied) as refusal:
                if isinstance(refusal, Denied):
                    tickets.refuse(session, ticket.scene, refusal.code)
                note_refusal(refusal)
                visit = Visit(visit.time, visit.person, visit.client_id, visit.connection, "none")
        return visit.end in ("success", "expired")

    def _answer(self, visit: Visit, ticket: OpenedTicket) -> None:
        session, tickets = db.session(), self.federation.tickets
        if visit.end == "declined":
            tickets.deny(session, ticket.scene)
            note_declined(ticket.scene)
        elif visit.end != "expired":
            wrong = next(number for number in ticket.choices if number != ticket.number)
            number = wrong if visit.end == "wrong_number" else ticket.number
            tickets.check_confirmable(session, ticket.scene, number)
            identity = self.crowd.identity(visit.person, visit.connection)
            tickets.confirm(session, ticket.scene, identity, confirmed_here())

    def _finish(
        self, visit: Visit, ticket: OpenedTicket, begun: int, address: str, agent: str
    ) -> None:
        session, connection = db.session(), visit.connection
        identity = self.federation.tickets.take(session, ticket.id, "traffic", connection.id)
        outcome = sign_in(
            session,
            identity,
            connection,
            self.clock,
            client_id=visit.client_id,
            begun_at=begun,
            way="scan" if connection.mode == "wechat-miniprogram" else "in_app",
        )
        if isinstance(outcome, SignedIn):
            self.accounts[visit.person] = outcome.subject
            began = begin(  # a browser that nobody was signed in in before: none is ended
                session,
                self.clock,
                outcome.subject,
                amr=connection.source.amr,
                connection_id=connection.id,
                identity=outcome.identity,
                user_agent=agent,
                ip=address,
            )
            self._grant(visit, outcome.subject, began.sid)

    def _grant(self, visit: Visit, subject: str, sid: str) -> None:
        """What the application got: it redeemed its code at once."""
        now = self.clock.now
        save(
            db.session(),
            Grant(
                *(new_id(), "code", visit.client_id, subject, "openid profile phone", now),
                now + GRANTED,
                auth_time=now,
                sid=sid,
                connection=visit.connection.id,
                code_used_at=now,
            ),
        )

    def _request(self, path: str, address: str, agent: str) -> AbstractContextManager[object]:
        """In which the log finds address and device; it has a number of its own."""
        g.pop("request_id", None)
        sent = {"User-Agent": agent}
        return self.app.test_request_context(
            path,
            method="POST" if path.endswith("confirm") else "GET",
            headers=sent,
            environ_base={"REMOTE_ADDR": address},
        )


def count_anew(app: Flask, since: int, clock: Callable[[], int]) -> None:
    """The hours into which events were added, some of which a server may have counted before."""
    with app.app_context():
        rolling.forget(db.session(), since)
        db.session.commit()
        catch_up(clock)
        db.session.remove()


def _busy(time: int, zone: ZoneInfo) -> float:
    here = datetime.fromtimestamp(time, zone)
    return BUSY[here.hour] * (WEEKEND if here.weekday() >= SATURDAY else 1)


def _within(time: int, day: int, between: tuple[int, int]) -> bool:
    return day + between[0] <= time < day + between[1]
