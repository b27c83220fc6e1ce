"""``accounts create``: somebody who signs in with a password."""

import json
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tables.people import ACCOUNT
from tests.app.management.cli.conftest import Operator
from tests.applications import CHEAP


def test_account_signs_in_with_the_password_typed(operator: Operator, session: Session) -> None:
    said = operator.run("accounts", "create", "li.lei", typed="correct horse 密码\n")

    subject = CHEAP.verify(session, "li.lei", "correct horse 密码")
    assert subject is not None
    assert subject in said


def test_account_has_the_whole_profile(
    operator: Operator, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "profile.json"
    profile = {
        "name": "李雷 🎉",
        "given_name": "雷",
        "email": "li@example.com",
        "email_verified": True,
        "phone_number": "+8613800138000",
        "phone_number_verified": True,
        "address": {"country": "CN"},
        "birthdate": "1990-01-01",
    }
    file.write_text(json.dumps(profile), encoding="utf-8")

    created = operator.read(
        "accounts", "create", "li.lei", "--password", "long enough", "--profile", str(file)
    )

    row = session.execute(select(ACCOUNT).where(ACCOUNT.c.id == created["sub"])).one()
    assert row.name == "李雷 🎉"
    assert row.email_verified
    assert row.phone_verified_at is not None
    assert json.loads(row.profile)["address"] == {"country": "CN"}


def test_every_problem_of_an_account_is_told(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "profile.json"
    file.write_text('{"shoe_size": 43}')

    said = operator.refused(
        "accounts", "create", "Li Lei", "--password", "short", "--profile", str(file)
    )

    assert "A user name has" in said
    assert "A password has" in said
    assert "not a standard claim" in said


def test_taken_username_is_refused(operator: Operator) -> None:
    operator.run("accounts", "create", "li.lei", "--password", "long enough")

    said = operator.refused("accounts", "create", "li.lei", "--password", "long enough")

    assert "taken" in said
