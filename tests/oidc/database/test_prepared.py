"""PostgreSQL's short way answers as the long way does, whatever becomes of what was prepared."""

from collections.abc import Iterator

import pytest
from psycopg.errors import UndefinedTable
from sqlalchemy import (
    Engine,
    String,
    bindparam,
    column,
    insert,
    literal,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from oidc.database.driver_statement import AUTOCOMMIT, DriverStatement
from oidc.database.models import ConsentRow
from tests.databases import shared_database, those_of

_C = ConsentRow.__table__.c
_KEY = (_C.subject == bindparam("who"), _C.client_id == bindparam("where"))
_FIELDS = ("subject", "client_id", "scope", "claims", "given_at")
_ADD = DriverStatement(insert(ConsentRow).values({name: bindparam(name) for name in _FIELDS}))
_LATER = DriverStatement(
    update(ConsentRow).where(*_KEY, _C.scope != literal("100%")).values(given_at=_C.given_at + 7)
)
_READ = DriverStatement(select(_C.scope, _C.given_at, literal(5)).where(*_KEY))
_LIST = DriverStatement(
    select(_C.client_id).where(_C.subject == bindparam("who")).order_by("client_id")
)
_NOWHERE = DriverStatement(select(column("x", String)).select_from(table("nowhere")))
NINA = {"who": "nina", "where": "shop"}
ROW = {
    "subject": "nina",
    "client_id": "shop",
    "scope": "😀 100% $1 %s",
    "claims": "",
    "given_at": 2**40,
}


@pytest.fixture(params=those_of("postgresql"))
def engine(request: pytest.FixtureRequest, shared: None) -> Iterator[Engine]:
    database = shared_database(request.param)
    yield database.engine
    database.empty()


@pytest.fixture
def short(engine: Engine) -> Iterator[Session]:
    marked = engine.execution_options(isolation_level="AUTOCOMMIT", **{AUTOCOMMIT: True})
    with Session(marked) as session:
        yield session


def _pid(session: Session) -> int:
    return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_both_ways_answer_alike(short: Session, engine: Engine) -> None:
    for more in (
        {},
        {"client_id": "b", "scope": "\\' \n'"},
        {"client_id": "a", "scope": "", "given_at": -1},
    ):
        assert _ADD.changed(short, {**ROW, **more}) == 1
    for _ in range(2):
        assert _LATER.changed(short, NINA) == 1
        assert _LATER.changed(short, {**NINA, "where": "' OR 1=1 --"}) == 0

    with Session(engine) as long:
        for where in ("shop", "a", "b", "nowhere"):
            values = {**NINA, "where": where}
            assert _READ.row(short, values) == _READ.row(long, values)
            assert _READ.rows(short, values) == _READ.rows(long, values)
        assert _LIST.rows(short, NINA) == _LIST.rows(long, NINA) == [("a",), ("b",), ("shop",)]
    assert _READ.row(short, NINA) == (ROW["scope"], 2**40 + 14, 5)


def test_errors_are_those_of_the_long_way(short: Session, engine: Engine) -> None:
    _ADD.changed(short, ROW)
    with Session(engine) as long:
        for session in (short, long):
            with pytest.raises(IntegrityError) as twice:
                _ADD.changed(session, ROW)
            assert "100%" not in str(twice.value.params)
            session.rollback()
            with pytest.raises(DataError, match="NUL"):
                _READ.row(session, {**NINA, "who": "ni\0na"})
            session.rollback()
            with pytest.raises(ProgrammingError) as missing:
                _NOWHERE.row(session, {})
            assert isinstance(missing.value.orig, UndefinedTable)
            session.rollback()
    assert _READ.row(short, NINA) is not None


def test_what_was_prepared_may_be_gone_or_there_already(short: Session, engine: Engine) -> None:
    """As behind a pooler, which hands out one server connection after the other."""
    _ADD.changed(short, ROW)
    assert _READ.row(short, NINA) is not None

    short.execute(text("DEALLOCATE ALL"))
    for _ in range(2):
        assert _READ.row(short, NINA) is not None
        assert _LATER.changed(short, NINA) == 1
    with pytest.raises(IntegrityError):
        _ADD.changed(short, ROW)

    short.connection().info.clear()
    for _ in range(2):
        assert _LATER.changed(short, NINA) == 1
        assert _READ.row(short, NINA) == (ROW["scope"], 2**40 + 28 if _ else 2**40 + 21, 5)


def test_connection_that_the_server_has_ended_leaves_the_pool(
    short: Session, engine: Engine
) -> None:
    _ADD.changed(short, ROW)
    assert _READ.row(short, NINA) is not None
    with engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": _pid(short)})

    with pytest.raises(OperationalError) as ended:
        _READ.row(short, NINA)

    assert ended.value.connection_invalidated
    short.rollback()
    assert _READ.row(short, NINA) is not None
