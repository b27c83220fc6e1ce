"""Migrations build the very tables that the code declares, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import inspect

from tests.databases import DIALECTS, Database, all_metadata, empty_database

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@pytest.fixture(params=DIALECTS)
def empty(request: pytest.FixtureRequest) -> Iterator[Database]:
    database = empty_database(request.param)
    yield database
    database.drop()


@pytest.fixture
def alembic(empty: Database) -> Iterator[Config]:
    """Alembic as ``flask db`` calls it, in an application that has nothing but this database."""
    app = Flask(__name__)
    db = SQLAlchemy()
    app.config["SQLALCHEMY_DATABASE_URI"] = empty.url
    db.init_app(app)
    migrate = Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        yield migrate.get_config()
        db.engine.dispose()


def test_upgrade_from_nothing_leaves_no_drift(alembic: Config) -> None:
    command.upgrade(alembic, "head")

    command.check(alembic)


def test_upgrade_makes_every_table(alembic: Config, empty: Database) -> None:
    command.upgrade(alembic, "head")

    declared = {name for metadata in all_metadata() for name in metadata.tables}
    assert set(inspect(empty.engine).get_table_names()) == declared | {"alembic_version"}


def test_what_a_migration_does_is_told_in_one_line(alembic: Config) -> None:
    """`db upgrade` prints it, and a line break would be escaped."""
    told = [each.doc for each in ScriptDirectory.from_config(alembic).walk_revisions()]

    assert [doc for doc in told if "\n" in doc] == []


def test_downgrade_to_nothing_leaves_no_table(alembic: Config, empty: Database) -> None:
    command.upgrade(alembic, "head")

    command.downgrade(alembic, "base")

    assert set(inspect(empty.engine).get_table_names()) == {"alembic_version"}
