"""``admin``: the way back in for an administrator who has lost theirs."""

import re

from sqlalchemy.orm import Session

from app.administrators import admins, recovery, sessions
from tests.app.management.cli.conftest import Operator
from tests.conftest import TestClock

MAKE = ("admin", "create", "han", "--password", "a password that is long enough")


def test_recovery_codes_are_printed_once_and_each_counts_once(
    operator: Operator, session: Session, clock: TestClock
) -> None:
    operator.run(*MAKE)
    old = operator.run("admin", "recovery-codes", "han").split()

    codes = operator.run("admin", "recovery-codes", "han").split()

    han = admins.by_username(session, "han")
    assert han is not None
    assert len(codes) == recovery.COUNT
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){5}", code) for code in codes)
    assert not recovery.accepts(session, clock, han, old[0])
    assert [recovery.accepts(session, clock, han, codes[0]) for _ in range(2)] == [True, False]
    assert recovery.left(session, han.id) == recovery.COUNT - 1


def test_recovery_codes_of_nobody_are_refused(operator: Operator) -> None:
    assert "no administrator nobody" in operator.refused("admin", "recovery-codes", "nobody")


def test_invitation_is_printed_once_and_sessions_are_ended(
    operator: Operator, session: Session, clock: TestClock
) -> None:
    operator.run(*MAKE)
    invited = operator.read("admin", "invite", "lin", "--role", "editor")
    listed = operator.run("admin", "invitations")
    [awaited] = operator.read("admin", "invitations")
    [known] = operator.read("admin", "list")
    assert (awaited["username"], awaited["role"]) == ("lin", "editor")
    assert (known["username"], known["enabled"], known["last_sign_in"]) == ("han", True, None)
    assert (known["has_authenticator"], known["has_passkey"]) == (False, False)
    taken = operator.refused("admin", "invite", "han")
    revoked = operator.run("admin", "revoke-invitation", "lin")
    gone = operator.refused("admin", "revoke-invitation", "lin")

    assert re.fullmatch(r"http://127.0.0.1:8000/admin/join/[\w-]{43}", invited["link"])
    assert "lin" in listed
    assert "USERNAME: This user name is taken." in taken
    assert "taken back" in revoked
    assert "Nobody is invited" in gone

    han = admins.by_username(session, "han")
    assert han is not None
    for _ in range(3):
        sessions.begin(session, clock, han, None)
    session.commit()
    [first, *_others] = operator.read("admin", "sessions", "han")

    assert "no session" in operator.refused("admin", "sign-out", "han", "--session", "zz")
    assert "1" in operator.run("admin", "sign-out", "han", "--session", first["id"][:12])
    assert "2" in operator.run("admin", "sign-out", "han")
    operator.run("admin", "demand-password", "han")
    session.rollback()
    due = admins.by_username(session, "han")
    assert due is not None
    assert due.password_due
    assert "administrator" in operator.run("search", "han")
    assert "Nothing was found." in operator.run("search", "nothing-of-that-name")
