"""Authorization requests that wait: parked for a page, or in steps of an in-app sign-in.

A parked request belongs to the browser that began it; its id is all that a page's address holds.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from oidc.clock import Clock
from oidc.crypto.keyring import digest_of
from oidc.database.driver_statement import AnySession, DriverStatement
from oidc.database.models import InteractionRow
from oidc.database.statements import rowcount
from oidc.protocol.authorization_request import AuthorizationRequest, from_json
from oidc.protocol.errors import InteractionGone
from oidc.tokens.grants import new_id

_INTERACTION: Table = InteractionRow.__table__  # type: ignore[assignment]
_C = _INTERACTION.c
_NAMES = tuple(column.name for column in _C)
_BY_ID = DriverStatement(select(*_C).where(_C.id == bindparam("interaction_id")))
_PARK = DriverStatement(insert(_INTERACTION).values({name: bindparam(name) for name in _NAMES}))
_FINISH = DriverStatement(
    update(_INTERACTION)
    .where(_C.id == bindparam("interaction_id"), _C.used_at.is_(None))
    .values(used_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class InteractionState:
    """What has happened since the request was parked; nothing, when it never was."""

    logged_in: bool = False
    """The login is one that was made for this request."""
    chosen: bool = False
    consented: bool = False
    wrong_person: bool = False
    """Somebody is signed in, but the request names another person."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """A request that waits. Times in seconds since the epoch."""

    id: str
    kind: str
    client_id: str
    request: AuthorizationRequest
    browser_digest: str | None
    host_state: Mapping[str, Any]
    login_session: str | None
    chosen: bool
    consented: bool
    subject: str | None
    generation: int
    rotated_at: int
    created_at: int
    expires_at: int
    used_at: int | None

    @property
    def has_moved(self) -> bool:
        """Whether a person has done something for it on a page."""
        return self.login_session is not None or self.chosen or self.consented

    def gone(self, reason: str) -> InteractionGone:
        """For the browser that it belongs to, which may be told where to go from here."""
        target = self.request.response_target
        return InteractionGone(reason, self.client_id, target.redirect_uri if target else None)

    def state_for(
        self, subject: str | None, sid: str | None, wrong_person: bool
    ) -> InteractionState:
        """What has happened so far, as far as it concerns whoever is signed in now."""
        same = subject is not None and self.subject == subject
        return InteractionState(
            logged_in=sid is not None and self.login_session == sid,
            chosen=self.chosen and same,
            consented=self.consented and same,
            wrong_person=wrong_person,
        )


class InteractionStore:
    """Parks requests and notes what has happened to them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def park(
        self,
        session: AnySession,
        request: AuthorizationRequest,
        *,
        lifetime: int,
        kind: str = "authorize",
        browser: str | None = None,
    ) -> Interaction:
        """Keeps the request.

        :param lifetime: seconds.
        :param browser: the browser cookie's value; none lets the first browser that opens it bind.
        """
        now = self._clock()
        row = {
            "id": new_id(),
            "kind": kind,
            "client_id": request.client_id,
            "asked": request.to_json(),
            "browser_digest": browser and digest_of(browser),
            "host_state": "{}",
            "login_session": None,
            "chosen": False,
            "consented": False,
            "subject": None,
            "generation": 0,
            "rotated_at": now,
            "created_at": now,
            "expires_at": now + lifetime,
            "used_at": None,
        }
        _PARK.changed(session, row)
        return _interaction(row)

    def load(self, session: AnySession, interaction_id: str, browser: str | None) -> Interaction:
        """The parked request, for the browser that began it.

        :raises InteractionGone: when it is unknown, expired, used, or another browser's.
        """
        interaction = self.get(session, interaction_id)
        if interaction is None:
            raise InteractionGone("unknown")
        bound = interaction.browser_digest
        ours = bound is None or hmac.compare_digest(bound, digest_of(browser or ""))
        if interaction.used_at is not None:
            raise interaction.gone("used") if ours and bound else InteractionGone("used")
        if interaction.expires_at <= self._clock():
            raise interaction.gone("expired") if ours and bound else InteractionGone("expired")
        if not ours:
            raise InteractionGone("other_browser")
        return interaction

    def get(self, session: AnySession, interaction_id: str) -> Interaction | None:
        """The request in whatever state it is."""
        row = _BY_ID.row(session, {"interaction_id": interaction_id})
        return _interaction(dict(zip(_NAMES, row, strict=True))) if row is not None else None

    def bind(
        self, session: AnySession, interaction: Interaction, browser: str, lifetime: int
    ) -> None:
        """Ties an unbound request to this browser; of two at once, one wins.

        :param lifetime: seconds that it may now take, since a person is at it.
        :raises InteractionGone: when another browser was first.
        """
        statement = (
            update(_INTERACTION)
            .where(_C.id == interaction.id, _C.browser_digest.is_(None))
            .values(
                browser_digest=digest_of(browser),
                kind="authorize",
                expires_at=self._clock() + lifetime,
            )
        )
        if rowcount(session, statement) != 1:
            raise InteractionGone("other_browser")

    def note_login(self, session: AnySession, interaction_id: str, sid: str) -> None:
        """The person has just signed in for this request, in the session ``sid``."""
        self._set(session, interaction_id, login_session=sid)

    def note_choice(self, session: AnySession, interaction_id: str, subject: str) -> None:
        """The person said to go on as ``subject``."""
        self._set(session, interaction_id, chosen=True, subject=subject)

    def note_consent(self, session: AnySession, interaction_id: str, subject: str) -> None:
        """The person ``subject`` has allowed what is asked for."""
        self._set(session, interaction_id, consented=True, subject=subject)

    def keep(self, session: AnySession, interaction_id: str, state: Mapping[str, Any]) -> None:
        """Keeps what the host wants to find again beside the request."""
        self._set(session, interaction_id, host_state=json.dumps(state, separators=(",", ":")))

    def rotate(self, session: AnySession, interaction: Interaction) -> bool:
        """Moves an in-app sign-in to its next step; False when another answer was first."""
        statement = (
            update(_INTERACTION)
            .where(_C.id == interaction.id, _C.generation == interaction.generation)
            .where(_C.used_at.is_(None))
            .values(generation=interaction.generation + 1, rotated_at=self._clock())
        )
        return rowcount(session, statement) == 1

    def finish(self, session: AnySession, interaction_id: str) -> bool:
        """Whether this call is the one that may answer the request."""
        asked = {"interaction_id": interaction_id, "now": self._clock()}
        return _FINISH.changed(session, asked) == 1

    def _set(self, session: AnySession, interaction_id: str, **values: Any) -> None:
        session.execute(update(_INTERACTION).where(_C.id == interaction_id).values(**values))


def _interaction(row: Mapping[str, Any]) -> Interaction:
    fields = {**row, "host_state": json.loads(row["host_state"])}
    fields |= {name: bool(row[name]) for name in ("chosen", "consented")}
    fields["request"] = from_json(fields.pop("asked"))
    return Interaction(**fields)
