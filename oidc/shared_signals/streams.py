"""Streams as rows: made, found, changed, stopped and removed."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, select, update

from oidc.crypto.keyring import Keyring
from oidc.database.driver_statement import AnySession
from oidc.database.models import EventStreamRow, SecurityEventRow, StreamExclusionRow
from oidc.database.statements import rowcount
from oidc.protocol.security_events import DISABLED, ENABLED
from oidc.provider import Provider
from oidc.shared_signals import acquaintances, outbox
from oidc.shared_signals.stream import VERIFICATION_INTERVAL, Stream, Wanted, dump_events

PURPOSE = "event stream authorization"
MOST_STREAMS = 20
"""Of one receiver."""
MOST_ERROR = 300
_STREAM: Table = EventStreamRow.__table__  # type: ignore[assignment]
_EVENT: Table = SecurityEventRow.__table__  # type: ignore[assignment]
_EXCLUSION: Table = StreamExclusionRow.__table__  # type: ignore[assignment]
_C = _STREAM.c


@dataclass(frozen=True, slots=True)
class Streams:
    """All streams of a deployment; ``keyring`` seals what receivers want to be shown again."""

    keyring: Keyring

    @classmethod
    def of(cls, provider: Provider) -> "Streams":
        return cls(provider.keyring)

    def create(self, session: AnySession, client_id: str, wanted: Wanted, now: int) -> Stream:
        """A new one, enabled, with nothing in it."""
        row = {
            "id": secrets.token_hex(11),  # no hyphen: it is typed after commands
            "client_id": client_id,
            **self._columns(wanted),
            "status": ENABLED,
            "reason": None,
            "stopped": False,
            "verified_at": 0,
            "created_at": now,
            "updated_at": now,
        }
        session.execute(insert(_STREAM), row)
        found = self.get(session, str(row["id"]))
        assert found is not None
        return found

    def get(
        self, session: AnySession, stream_id: str, client_id: str | None = None
    ) -> Stream | None:
        """:param client_id: whose it must be; None for anybody's."""
        query = select(_STREAM).where(_C.id == stream_id)
        if client_id is not None:
            query = query.where(_C.client_id == client_id)
        row = session.execute(query).first()
        return self._parse(row) if row is not None else None

    def of_client(self, session: AnySession, client_id: str) -> list[Stream]:
        query = select(_STREAM).where(_C.client_id == client_id).order_by(_C.created_at, _C.id)
        return [self._parse(row) for row in session.execute(query)]

    def all(self, session: AnySession) -> list[Stream]:
        query = select(_STREAM).order_by(_C.client_id, _C.created_at, _C.id)
        return [self._parse(row) for row in session.execute(query)]

    def listening(
        self, session: AnySession, kind: str, client_ids: Iterable[str] | None = None
    ) -> list[Stream]:
        """Streams that hear of such an event; one statement.

        :param client_ids: whose; None for anybody's.
        """
        query = select(_STREAM).where(_C.status != DISABLED)
        if client_ids is not None:
            query = query.where(_C.client_id.in_(list(client_ids)))
        found = (self._parse(row) for row in session.execute(query.order_by(_C.id)))
        return [stream for stream in found if stream.hears_of(kind)]

    def change(self, session: AnySession, stream: Stream, wanted: Wanted, now: int) -> Stream:
        """The stream with this said of it."""
        values = {**self._columns(wanted), "updated_at": now}
        session.execute(update(_STREAM).where(_C.id == stream.id).values(**values))
        return self._reread(session, stream, now)

    def set_status(
        self,
        session: AnySession,
        stream: Stream,
        status: str,
        reason: str | None,
        now: int,
        *,
        stopped: bool = False,
    ) -> Stream:
        """What waits is held while paused, and dropped when disabled (SSF 8.1.2.1)."""
        values = {"status": status, "reason": reason, "stopped": stopped, "updated_at": now}
        session.execute(update(_STREAM).where(_C.id == stream.id).values(**values))
        if status == DISABLED:
            outbox.drop(session, stream.id)
        return self._reread(session, stream, now)

    def begin_verification(self, session: AnySession, stream: Stream, now: int) -> bool:
        """Whether it may be verified now; asking again is decided by this one statement."""
        statement = (
            update(_STREAM)
            .where(_C.id == stream.id, _C.verified_at <= now - VERIFICATION_INTERVAL)
            .values(verified_at=now)
        )
        return rowcount(session, statement) == 1

    def note_delivery(self, session: AnySession, stream_id: str, now: int) -> None:
        session.execute(update(_STREAM).where(_C.id == stream_id).values(delivered_at=now))

    def note_failure(self, session: AnySession, stream_id: str, reason: str, now: int) -> None:
        """Keeps the last one, for whoever looks why nothing arrives."""
        values = {"failed_at": now, "last_error": reason.replace("\0", "")[:MOST_ERROR]}
        session.execute(update(_STREAM).where(_C.id == stream_id).values(**values))

    def count(self, session: AnySession, client_id: str) -> int:
        query = select(func.count()).select_from(_STREAM).where(_C.client_id == client_id)
        return session.scalar(query) or 0

    def delete(self, session: AnySession, stream_id: str) -> bool:
        """With all that waits in it; False where there is none such."""
        session.execute(delete(_EVENT).where(_EVENT.c.stream_id == stream_id))
        session.execute(delete(_EXCLUSION).where(_EXCLUSION.c.stream_id == stream_id))
        return rowcount(session, delete(_STREAM).where(_C.id == stream_id)) == 1

    def authorization_of(self, row: Any) -> str | None:
        sealed = row.authorization_sealed
        return self.keyring.unseal(sealed, PURPOSE).decode() if sealed else None

    def _reread(self, session: AnySession, stream: Stream, now: int) -> Stream:
        """As it is now, with its rows scheduled as its status and delivery want it."""
        found = self.get(session, stream.id)
        assert found is not None
        outbox.reschedule(session, found.id, now if found.sends_at_once else outbox.NEVER)
        return found

    def _columns(self, wanted: Wanted) -> dict[str, Any]:
        header = wanted.authorization
        return {
            "description": wanted.description,
            "events_requested": dump_events(wanted),
            "method": wanted.method,
            "endpoint_url": wanted.endpoint_url,
            "authorization_sealed": self.keyring.seal(header.encode(), PURPOSE) if header else None,
        }

    def _parse(self, row: Row[Any]) -> Stream:
        events = row.events_requested
        return Stream(
            id=row.id,
            client_id=row.client_id,
            wanted=Wanted(
                description=row.description,
                events_requested=tuple(json.loads(events)) if events is not None else None,
                method=row.method,
                endpoint_url=row.endpoint_url,
                authorization=self.authorization_of(row),
            ),
            status=row.status,
            reason=row.reason,
            stopped=bool(row.stopped),
            verified_at=row.verified_at,
            delivered_at=row.delivered_at,
            failed_at=row.failed_at,
            last_error=row.last_error,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


def forget_client(session: AnySession, client_id: str) -> None:
    """Drops the streams of a client that is deleted, with what waits in them, and whom it knows."""
    acquaintances.forget_client(session, client_id)
    ids = list(session.scalars(select(_C.id).where(_C.client_id == client_id)))
    if ids:
        session.execute(delete(_EVENT).where(_EVENT.c.stream_id.in_(ids)))
        session.execute(delete(_EXCLUSION).where(_EXCLUSION.c.stream_id.in_(ids)))
        session.execute(delete(_STREAM).where(_C.id.in_(ids)))
