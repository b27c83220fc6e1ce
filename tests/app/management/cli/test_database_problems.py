"""What a command says of a database that cannot be used."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.management.cli.command import OLD_TABLES, database_problem
from tests.databases import server_address, those_of


def test_missing_tables_and_columns_are_a_migration_that_is_due(session: Session) -> None:
    for missing in ("1 FROM nothing_of_that_name", "nothing_of_that_name FROM client"):
        with pytest.raises(DBAPIError) as refused:
            session.execute(text(f"SELECT {missing}"))
        session.rollback()
        assert database_problem(refused.value) == OLD_TABLES


@pytest.mark.parametrize("dialect", those_of("postgresql"))
def test_database_that_is_not_there_is_no_matter_of_migrations(dialect: str) -> None:
    nowhere = server_address(dialect).set(database="nothing_of_that_name")

    with pytest.raises(DBAPIError) as refused:
        create_engine(nowhere).connect()

    assert 'database "nothing_of_that_name" does not exist' in database_problem(refused.value)
