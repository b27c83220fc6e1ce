"""``accounts``: importing people, showing them, shutting them out."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.sessions import browser
from app.tables.people import ACCOUNT
from oidc.tokens import grants
from oidc.tokens.grants import Grant
from tests.app.management.cli.conftest import Operator
from tests.applications import CHEAP

PEOPLE = """phone,unionid,openid@appid,name
13800138000,oUnionOfLiLei,oOpenOfLiLei@wx0123456789abcdef,李雷
,,oOpenOfHan@wx0123456789abcdef,韩梅梅 🎉
12,,,nobody
"""


@pytest.fixture
def people(tmp_path: Path) -> str:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    return str(file)


@pytest.fixture
def li_lei(operator: Operator) -> str:
    """The subject of a local account called ``li.lei``."""
    return str(operator.read("accounts", "create", "li.lei", "--password", "long enough")["sub"])


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(ACCOUNT)) or 0


def test_import_takes_good_rows_and_names_the_others(
    operator: Operator, session: Session, people: str
) -> None:
    result = operator.try_to("accounts", "import", people, "--open-platform", "main")

    assert result.exit_code == 1
    assert "created: 2" in result.stdout
    assert "refused: 1" in result.stdout
    assert "line 4: The phone number is not one that can be called." in result.stderr
    assert count(session) == 2


def test_dry_run_says_the_same_and_changes_nothing(
    operator: Operator, session: Session, people: str
) -> None:
    result = operator.try_to("accounts", "import", people, "--open-platform", "main", "--dry-run")

    assert "created: 2" in result.stdout
    assert "Nothing was changed" in result.stdout
    assert count(session) == 0


def test_second_import_changes_nothing(operator: Operator, session: Session, people: str) -> None:
    operator.try_to("accounts", "import", people, "--open-platform", "main")

    again = operator.try_to("accounts", "import", people, "--open-platform", "main")

    assert "created: 0, updated: 0, unchanged: 2" in again.stdout
    assert count(session) == 2


def test_refused_rows_are_reported_in_a_file(
    operator: Operator, people: str, tmp_path: Path
) -> None:
    report = tmp_path / "refused.csv"

    operator.try_to("accounts", "import", people, "--report", str(report))

    lines = report.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "line,reason,explanation"
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["2", "no_open_platform"],
        ["4", "bad_phone"],
    ]


def test_file_with_unknown_columns_is_refused(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("shoe_size\n43\n")

    assert "shoe_size" in operator.refused("accounts", "import", str(file))


def test_account_is_shown_with_its_phone_masked(operator: Operator, people: str) -> None:
    operator.try_to("accounts", "import", people, "--open-platform", "main")

    said = operator.run("accounts", "show", "oOpenOfLiLei")

    assert "李雷" in said
    assert "13800138000" not in said
    assert "+861…8000" in said
    assert "shared name oUnionOfLiLei" in said


def test_several_matches_are_told_by_their_subs(operator: Operator, session: Session) -> None:
    for name in ("one", "two"):
        operator.run(
            *("accounts", "create", name, "--password", "long enough", "--profile", "-"),
            typed='{"name": "Same Name"}',
        )

    said = operator.refused("accounts", "show", "Same Name")

    assert "Several accounts match" in said
    assert all(sub in said for sub in session.scalars(select(ACCOUNT.c.id)))


def test_disabled_account_is_shut_out_at_once(
    operator: Operator, session: Session, li_lei: str
) -> None:
    sign_in(operator, session, li_lei)

    said = operator.run("accounts", "disable", "li.lei")

    assert "1 sessions and 2 grants ended" in said
    assert CHEAP.verify(session, "li.lei", "long enough") is None
    assert "disabled since" in operator.run("accounts", "show", "li.lei")
    assert "already" in operator.refused("accounts", "disable", "li.lei")
    operator.run("accounts", "enable", "li.lei")
    session.rollback()
    assert CHEAP.verify(session, "li.lei", "long enough") == li_lei


def test_sign_out_spares_offline_access_unless_told_otherwise(
    operator: Operator, session: Session, li_lei: str
) -> None:
    sign_in(operator, session, li_lei)

    assert "1 sessions and 1 grants" in operator.run("accounts", "sign-out", "li.lei")

    assert "0 sessions and 1 grants" in operator.run("accounts", "sign-out", "li.lei", "--offline")


def test_password_is_replaced(operator: Operator, session: Session, li_lei: str) -> None:
    operator.run("accounts", "set-password", "li.lei", typed="another password\n")

    assert CHEAP.verify(session, "li.lei", "another password") == li_lei


def test_unknown_account_is_refused(operator: Operator) -> None:
    assert "no account nobody" in operator.refused("accounts", "show", "nobody")


def sign_in(operator: Operator, session: Session, subject: str) -> None:
    """A session, a grant that rests on it and one with offline access."""
    now = operator.clock()
    browser.begin(session, operator.clock, subject, amr=("pwd",))
    for scope in ("openid", "openid offline_access"):
        grant = Grant(scope, "code", "shop", subject, scope, now, now + 60)
        grants.save(session, grant)
    session.commit()


def test_person_is_added_found_changed_taken_away_and_erased(
    operator: Operator, tmp_path: Path
) -> None:
    words = ("--name", "娜娜", "--phone", "13800138000", "--phone-vouched")
    sub = operator.read("accounts", "add", *words)["sub"]
    found = operator.read("accounts", "list", "--search", "娜", "--with-phone")
    operator.run("accounts", "change", sub, "--name", "=Nana", "--claim", "nickname", "N")
    stale = operator.refused("accounts", "change", sub, "--name", "X", "--version", "1")
    file = tmp_path / "people.csv"
    operator.run("accounts", "export", str(file), "--column", "sub", "--column", "name")
    operator.run("accounts", "do", "disable", sub, "--yes")
    shown = operator.run("accounts", "show", sub)
    erased = operator.read("accounts", "erase", sub, "--yes")

    assert [one["sub"] for one in found["items"]] == [sub]
    assert found["count"] == {"number": 1, "kind": "exactly"}
    assert "somebody else saved first" in stale
    assert file.read_text(encoding="utf-8-sig").splitlines()[1] == f"{sub},'=Nana"
    assert "disabled since" in shown
    assert "vouched for" in shown
    assert operator.read("accounts", "receipt", sub) == erased
    assert "disable  done" in operator.run("accounts", "jobs")


def test_columns_of_a_file_are_mapped(operator: Operator, tmp_path: Path) -> None:
    file, results = tmp_path / "people.csv", tmp_path / "results.csv"
    file.write_bytes("号码,称呼,别的\n13800138000,李雷,x\n1,韩,y\n".encode("gb18030"))
    mapped = ("--map", "phone", "号码", "--map", "name", "称呼", "--results", str(results))

    unknown = operator.refused("accounts", "import", str(file))
    done = operator.try_to("accounts", "import", str(file), *mapped)

    assert "--map" in unknown
    assert "created: 1" in done.stdout
    [_, first, second] = results.read_text().splitlines()
    assert first.startswith("2,created,,")
    assert second == "3,refused,bad_phone,"
