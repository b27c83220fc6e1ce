"""What people and administrators are told of their own sign-in: one list for whoever tells it.

Pages show the newest; whatever sends notices elsewhere reads the same events by the same list, in
the order of their ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from app.audit.trail import Event, newest
from app.tables.people import AUDIT_EVENT
from federation.translation import N_


@dataclass(frozen=True, slots=True)
class Notice:
    """An event that somebody is told about.

    :param sentence: a message id.
    :param only: what else must hold of the event, by column.
    :param is_refusal: a try that failed; there may be many, and they must not hide the others.
    """

    kind: str
    sentence: str
    only: Mapping[str, str] | None = None
    is_refusal: bool = False

    def is_about(self, event: Event) -> bool:
        only = self.only or {}
        return event.kind == self.kind and all(
            getattr(event, name) == value for name, value in only.items()
        )

    def condition(self) -> ColumnElement[bool]:
        only = (AUDIT_EVENT.c[name] == value for name, value in (self.only or {}).items())
        return and_(AUDIT_EVENT.c.kind == self.kind, *only)


_IN = {"outcome": "linked"}
TO_PERSON = (
    Notice("account.linked", N_("Another way to sign in was connected.")),
    Notice("sign_in.succeeded", N_("Another way to sign in was connected."), _IN),
    Notice("account.unlinked", N_("A way to sign in was taken away.")),
    Notice("account.merged", N_("Another account was merged with yours.")),
    Notice("account.password_changed", N_("Your password was changed.")),
    Notice("account.passkey_added", N_("A passkey was added.")),
    Notice("account.passkey_removed", N_("A passkey was removed.")),
    Notice("account.exported", N_("Your data was downloaded.")),
    Notice(
        "sign_in.refused",
        N_("Somebody tried a wrong password."),
        {"rule": "local_password"},
        is_refusal=True,
    ),
    Notice(
        "ticket.refused",
        N_("Connecting another way to sign in was refused on the phone."),
        is_refusal=True,
    ),
)
"""Of events whose ``subject`` is the person."""
TO_ADMIN = (
    Notice("admin.passkey_added", N_("A passkey was added.")),
    Notice("admin.passkey_removed", N_("A passkey was removed.")),
    Notice("admin.totp_added", N_("An authenticator app was added.")),
    Notice("admin.totp_removed", N_("The authenticator app was removed.")),
    Notice("admin.recovery_codes_made", N_("Recovery codes were made anew.")),
    Notice("admin.recovery_code_used", N_("A recovery code was used.")),
    Notice("admin.factors_removed", N_("All second steps were removed.")),
    Notice("admin.changed", N_("Name, role or password was changed.")),
    Notice("admin.disabled", N_("You were kept out.")),
    Notice("admin.enabled", N_("You were let in again.")),
    Notice(
        "admin.codes_guessed",
        N_("Somebody who knows your password guessed at codes."),
        is_refusal=True,
    ),
    Notice("admin.locked", N_("Too many wrong passwords were tried."), is_refusal=True),
    Notice("admin.sign_in_refused", N_("A wrong password or code was tried."), is_refusal=True),
)
"""Of events whose ``admin_id`` is the administrator."""


@dataclass(frozen=True, slots=True)
class Told:
    """:param sentence: a message id."""

    event: Event
    sentence: str
    is_refusal: bool


def of_person(session: Session, subject: str, limit: int = 10) -> list[Told]:
    """What a person is told, the newest first: as many of what failed, and of all else."""
    return _told(session, AUDIT_EVENT.c.subject == subject, TO_PERSON, limit)


def of_admin(session: Session, admin_id: str, limit: int = 10) -> list[Told]:
    """What an administrator is told, as `of_person`."""
    return _told(session, AUDIT_EVENT.c.admin_id == admin_id, TO_ADMIN, limit)


def _told(
    session: Session, whose: ColumnElement[bool], known: tuple[Notice, ...], limit: int
) -> list[Told]:
    found = []
    for is_refusal in (False, True):
        notices = [one for one in known if one.is_refusal == is_refusal]
        wanted = or_(*(one.condition() for one in notices))
        for event in newest(session, whose, wanted, limit=limit):
            sentence = next(one.sentence for one in notices if one.is_about(event))
            found.append(Told(event, sentence, is_refusal))
    return sorted(found, key=lambda one: -one.event.id)
