"""``db copy``: from SQLite into each database, ended in the middle and begun again."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, select
from sqlalchemy.exc import IntegrityError

from app.management.services import copying
from app.tables.branding import APPLICATION_BRANDING
from app.tables.people import AUDIT_EVENT
from tests.databases import create_tables

ROWS = 1203
EVENT = {"time": 1, "kind": "sign_in.succeeded", "actor": "system", "outcome": "ok"}
LOOK = {"client_id": "商店", "accent": "#336699", "logo": b"\0\xff", "updated_at": 1, "version": 1}


@pytest.fixture
def old(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    create_tables(engine)
    with engine.begin() as connection:
        connection.execute(insert(AUDIT_EVENT), [EVENT] * ROWS)
        connection.execute(insert(APPLICATION_BRANDING), LOOK)
    return engine


def test_copy_that_was_ended_is_gone_on_with_and_new_rows_get_new_numbers(
    old: Engine, engine: Engine
) -> None:
    begun = copying.copy(old, engine, AUDIT_EVENT)
    assert next(begun) == copying.BATCH
    begun.close()

    read = sum(number for table in copying.tables() for number in copying.copy(old, engine, table))

    assert read == ROWS + 1
    assert copying.counts(engine) == copying.counts(old)
    with engine.begin() as connection:
        look = connection.execute(select(APPLICATION_BRANDING)).one()
        made = connection.execute(insert(AUDIT_EVENT), EVENT).inserted_primary_key
    assert (look.client_id, look.logo) == ("商店", b"\0\xff")
    assert made is not None
    assert made[0] > ROWS


def test_other_rows_in_the_place_of_ours_are_not_written_over(old: Engine, engine: Engine) -> None:
    signing = next(table for table in copying.tables() if table.name == "signing_key")
    row = {"alg": "RS256", "state": "active", "slot": "RS256:active", "created_at": 1}
    row |= {"public_jwk": "{}", "private_sealed": "x"}
    for there, kid in ((old, "one"), (engine, "other")):
        with there.begin() as connection:
            connection.execute(insert(signing), {**row, "kid": kid})

    with pytest.raises(IntegrityError):
        list(copying.copy(old, engine, signing))
