"""``admin``: the way back in for an administrator who has lost theirs."""

import re

from sqlalchemy.orm import Session

from app.administrators import admins, recovery
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
