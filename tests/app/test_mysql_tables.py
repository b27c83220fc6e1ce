"""How MySQL and MariaDB are told to keep tables, and nobody else."""

import subprocess
import sys

from sqlalchemy import create_mock_engine

from tests.databases import all_metadata


def made_by(url: str) -> dict[str, str]:
    """The statement that makes each table, by its name."""
    made: dict[str, str] = {}

    def keep(statement: object, *_: object, **__: object) -> None:
        written = str(statement.compile(dialect=engine.dialect)).split()  # type: ignore[attr-defined]
        if written[:2] == ["CREATE", "TABLE"]:
            made[written[2].strip('`"')] = " ".join(written)

    engine = create_mock_engine(url, keep)
    for metadata in all_metadata():
        metadata.create_all(engine, checkfirst=False)
    return made


def test_ids_are_case_sensitive_and_pictures_longer_than_64_kib() -> None:
    made = made_by("mysql+pymysql://")

    assert len(made) == sum(len(metadata.tables) for metadata in all_metadata())
    for name, statement in made.items():
        assert "CHARSET=utf8mb4" in statement, name
        assert "COLLATE utf8mb4_bin" in statement, name
        assert "ENGINE=InnoDB" in statement, name
    assert "logo MEDIUMBLOB" in made["application_look"]
    assert "MEDIUMBLOB" in made["account_job_part"]


def test_postgresql_is_told_nothing_of_it() -> None:
    made = made_by("postgresql+psycopg://")

    assert not [name for name, written in made.items() if "utf8mb4" in written]
    assert "logo BYTEA" in made["application_look"]


def test_all_tables_are_declared_whichever_is_asked_for_first() -> None:
    ask = "from app.tables.people import Base; print(len(Base.metadata.tables))"

    told = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True
    ).stdout

    assert int(told) == len(all_metadata()[2].tables)
