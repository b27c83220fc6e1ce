"""`oidc.host.Signals`: whose address it is, and requests that wait for events."""

from collections.abc import Callable, Sequence

from flask import Response, current_app
from sqlalchemy import event, select

from app.database import db
from app.tables.people import ACCOUNT
from app.web.waiting import Bells, long_poll

LONGEST_WAIT = 20
"""Seconds for which a request without an event is kept."""
LOOK_EVERY = 2
"""Seconds after which it looks for what other processes have written."""
MOST_ACCOUNTS = 20


class Receivers:
    """What receivers of security events have to do with accounts and with waiting."""

    def subjects_of_email(self, address: str) -> Sequence[str]:
        query = select(ACCOUNT.c.id).where(
            ACCOUNT.c.email == address,
            ACCOUNT.c.email_verified.is_(True),
            ACCOUNT.c.merged_into.is_(None),
        )
        return list(db.session.scalars(query.limit(MOST_ACCOUNTS)))

    def tell_who_polls(self, stream_ids: Sequence[str]) -> None:
        bells: Bells = current_app.extensions["bells"]

        def ring(_session: object) -> None:
            for stream_id in stream_ids:
                bells.ring(_bell(stream_id))

        event.listen(db.session(), "after_commit", ring, once=True)

    def wait(self, stream_id: str, is_empty: Callable[[], bool]) -> Response | None:
        poll = long_poll(_bell(stream_id), LONGEST_WAIT)
        if not is_empty() or not poll.may_wait:
            return None
        return poll.later(within=LOOK_EVERY)


def _bell(stream_id: str) -> str:
    return f"events:{stream_id}"
