"""How MySQL and MariaDB keep tables: ids are case-sensitive, and names may hold emoji.

Said to a table only where one of them is to make it: SQLAlchemy loads all that it knows of MySQL
when a table is declared with an option of MySQL's.
"""

from typing import Any

from sqlalchemy import Connection, MetaData, event

OPTIONS = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_engine": "InnoDB",
}
NAMES = ("mysql", "mariadb")


def keep_so(metadata: MetaData) -> None:
    """Has MySQL and MariaDB keep these tables so, those that are declared later too."""
    event.listen(metadata, "before_create", _say)


def _say(metadata: MetaData, connection: Connection, **_: Any) -> None:
    if connection.dialect.name in NAMES:
        say(metadata)


def say(metadata: MetaData) -> None:
    """Says it to all that are declared by now, as a migration that is drafted from them needs."""
    for table in metadata.tables.values():
        table.dialect_kwargs.update(OPTIONS)
