"""What can be told to others: the types of events, and which line of the audit trail is which."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.audit.trail import Event
from federation.translation import N_

HOUR = 3600


@dataclass(frozen=True, slots=True)
class EventType:
    """:param label: what it is called on pages (message id).

    :param mail: what an administrator should do about it (message id); empty where no mail is sent.
    """

    name: str
    label: str
    mail: str = ""


TYPES = (
    EventType(
        "credential.refused",
        N_("A source refused a credential"),
        N_(
            "Nobody can sign in by it until it is mended. Open the credential in the console; it "
            "says what to change."
        ),
    ),
    EventType(
        "conflict.opened",
        N_("Identities contradict one another"),
        N_("Nothing was guessed. Open Conflicts in the console and decide."),
    ),
    EventType(
        "administrator.created",
        N_("There is a new administrator"),
        N_("If that is not meant, disable them in the console, under Administrators."),
    ),
    EventType(
        "administrator.locked",
        N_("Too many wrong passwords or codes of an administrator"),
        N_(
            "Further tries from there are refused for some time. If it was not the administrator, "
            "change the password; the log of the console says from where it was tried."
        ),
    ),
    EventType(
        "signing_key.ending",
        N_("A signing key is about to be replaced"),
        N_(
            "Its successor is published already. Applications that fetch our keys need nothing; "
            "those with a fixed key need the new one."
        ),
    ),
    EventType("administrator.disabled", N_("An administrator was disabled")),
    EventType("administrator.enabled", N_("An administrator was let in again")),
    EventType("sign_in_method.added", N_("A person has a new way to sign in")),
    EventType("sign_in_method.removed", N_("A person has one way to sign in less")),
    EventType("account.created", N_("An account was created")),
    EventType("account.disabled", N_("An account was disabled")),
    EventType("account.enabled", N_("An account was enabled")),
    EventType("account.merged", N_("Two accounts became one")),
    EventType("account.erased", N_("A source had an account's data erased")),
    EventType("account.deleted", N_("An account was deleted")),
)
NAMES = frozenset(each.name for each in TYPES)
EVERYTHING = "*"
"""Stands for all types, also those that are yet to come."""
TEST = EventType(
    "webhook.test",
    N_("A test"),
    N_("Somebody asked for it in the console. Nothing is to be done."),
)
"""Sent when somebody presses the button, to whatever target."""
MAILED = frozenset(each.name for each in TYPES if each.mail)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is told of one event.

    :param time: when it happened, in seconds since the epoch.
    :param once: told once to each target, however often it happens; None for every time.
    """

    type: str
    data: Mapping[str, Any]
    time: int
    once: str | None = None

    @property
    def body(self) -> str:
        """The JSON object that is sent (Standard Webhooks, "Payload structure")."""
        moment = datetime.fromtimestamp(self.time, UTC).isoformat().replace("+00:00", "Z")
        told = {"type": self.type, "timestamp": moment, "data": dict(self.data)}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class _Line:
    """Which lines of the trail are told. :param only: what else must hold of them.

    :param about: of what repeats, what makes it the same: it is told once an hour.
    """

    type: str
    only: Mapping[str, str]
    about: tuple[str, ...] = ()


def _is(type_: str, *about: str, **only: str) -> _Line:
    return _Line(type_, only, about)


_LINES: Mapping[str, tuple[_Line, ...]] = {
    "connection.misconfigured": (_is("credential.refused", "source", "app_id", "errcode"),),
    "conflict.opened": (_is("conflict.opened"),),
    "admin.created": (_is("administrator.created"),),
    "admin.locked": (_is("administrator.locked", "admin"),),
    "admin.codes_guessed": (_is("administrator.locked", "admin"),),
    "admin.disabled": (_is("administrator.disabled"),),
    "admin.enabled": (_is("administrator.enabled"),),
    "account.linked": (_is("sign_in_method.added"),),
    "account.unlinked": (_is("sign_in_method.removed"),),
    "account.created": (_is("account.created"),),
    "account.disabled": (_is("account.disabled"),),
    "account.enabled": (_is("account.enabled"),),
    "account.merged": (_is("account.merged"),),
    "account.erased": (_is("account.erased", outcome="erased"),),
    "account.deleted": (_is("account.deleted"),),
    "sign_in.succeeded": (
        _is("account.created", outcome="created"),
        _is("sign_in_method.added", outcome="linked"),
        _is("sign_in_method.added", rule="known_unionid"),
    ),
}
KINDS = frozenset(_LINES)
"""Kinds of lines that may be told."""
_TOLD = {
    "sub": "subject",
    "client_id": "client_id",
    "connection_id": "connection_id",
    "administrator_id": "admin_id",
    "actor": "actor",
    "rule": "rule",
}
"""Members of ``data``, by the names that they have in the trail."""


def announcement_of(event: Event, now: int) -> Announcement | None:
    """What is told of a line of the trail; None for what is nobody's to be told."""
    for line in _LINES.get(event.kind, ()):
        if all(getattr(event, name) == value for name, value in line.only.items()):
            return Announcement(line.type, _data(event), now, _once(event, line, now))
    return None


def _data(event: Event) -> dict[str, Any]:
    told = {name: getattr(event, known) for name, known in _TOLD.items()}
    data = {name: value for name, value in told.items() if value is not None}
    return {**data, "detail": dict(event.detail)} if event.detail else data


def _once(event: Event, line: _Line, now: int) -> str | None:
    if not line.about:
        return None
    same = [str(event.detail.get(name, "")) for name in line.about]
    return "\n".join([line.type, *same, str(now // HOUR)])
