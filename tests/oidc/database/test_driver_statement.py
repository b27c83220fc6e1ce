"""Statements that the driver runs itself behave as SQLAlchemy's own, on every database."""

import pytest
from sqlalchemy import Engine, bindparam, event, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from oidc.database.driver_statement import DriverStatement
from oidc.database.models import ConsentRow

_C = ConsentRow.__table__.c
_KEY = (_C.subject == bindparam("who"), _C.client_id == bindparam("where"))
_ADD = DriverStatement(
    insert(ConsentRow).values(
        subject=bindparam("who"),
        client_id=bindparam("where"),
        scope=bindparam("scope"),
        claims="[]",
        given_at=bindparam("now"),
    )
)
_LATER = DriverStatement(update(ConsentRow).where(*_KEY).values(given_at=_C.given_at + 7))
_READ = DriverStatement(select(_C.scope, _C.claims, _C.given_at, literal(5)).where(*_KEY))
NINA = {"who": "nina", "where": "shop"}
ROW = {**NINA, "scope": "openid 😀 100%", "now": 1_800_000_000}


def test_values_go_in_and_come_out_as_they_are(session: Session) -> None:
    assert _ADD.changed(session, ROW) == 1

    assert _READ.row(session, NINA) == ("openid 😀 100%", "[]", 1_800_000_000, 5)
    assert len(_READ.rows(session, NINA)) == 1
    assert _READ.row(session, {**NINA, "who": "nobody"}) is None
    assert list(_READ.rows(session, {**NINA, "who": "' OR 1=1 --"})) == []


def test_number_of_changed_rows_tells_who_was_first(session: Session) -> None:
    _ADD.changed(session, ROW)

    assert _LATER.changed(session, NINA) == 1
    assert _LATER.changed(session, {**NINA, "where": "elsewhere"}) == 0
    row = _READ.row(session, NINA)
    assert row is not None
    assert row[2] == 1_800_000_007


def test_statement_is_part_of_the_session_s_transaction(session: Session, engine: Engine) -> None:
    _ADD.changed(session, ROW)
    session.rollback()

    with Session(engine) as other:
        assert _READ.row(other, NINA) is None


def test_driver_s_error_is_raised_as_sqlalchemy_raises_it(session: Session) -> None:
    _ADD.changed(session, ROW)

    with pytest.raises(IntegrityError) as raised:
        _ADD.changed(session, ROW)
    assert "openid" not in str(raised.value.params)


def test_listeners_see_the_statement(session: Session, engine: Engine) -> None:
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    event.listen(engine, "after_cursor_execute", lambda *_: seen.append("done"))

    _READ.row(session, NINA)

    assert seen[0].startswith("SELECT")
    assert seen[1:] == ["done"]
