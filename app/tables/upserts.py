"""Insert a row, or touch the one that is there: one statement in each database's own words."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.orm import Session


def insert_or_touch(session: Session, table: Table, row: Mapping[str, Any], touched: str) -> None:
    """Adds the row; where its primary key exists, only the column ``touched`` takes the new value.

    Waits for whoever is writing the same row, and leaves it locked until the transaction ends.
    Unlike a caught ``IntegrityError`` this takes InnoDB's exclusive lock at once: losers of a
    race that share a lock and then want more would deadlock.
    """
    dialect = session.get_bind().dialect.name
    if dialect in ("mysql", "mariadb"):
        statement = mysql.insert(table)
        upsert: Any = statement.on_duplicate_key_update({touched: statement.inserted[touched]})
    else:
        insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
        statement = insert(table)
        upsert = statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={touched: statement.excluded[touched]},
        )
    session.execute(upsert, row)
