"""Who changes something, and what of the deployment they reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.audit.trail import Event, record
from federation import Federation
from oidc.clock import Clock
from oidc.provider import Provider


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who administers: in the console, on the command line, or by the API.

    :param name: as the audit trail has it: ``admin:…``, ``client:…`` or ``system``.
    """

    provider: Provider
    federation: Federation
    session: Session
    name: str

    @property
    def clock(self) -> Clock:
        return self.provider.clock

    def note(self, kind: str, detail: Mapping[str, Any] | None = None, **about: Any) -> None:
        """Adds a line to the audit trail, in the transaction under way.

        :param about: further members of `app.audit.trail.Event`, such as ``client_id``.
        """
        event = Event(kind, self.name, detail=detail or {}, **about)
        record(self.session, self.clock, event)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What changed, from what to what, for the audit trail."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }
