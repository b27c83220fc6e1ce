"""What app's tables have in common: one metadata, and how MySQL and MariaDB keep them."""

from typing import Any

from sqlalchemy.orm import DeclarativeBase

ACCOUNT_ID = 22

MYSQL = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_engine": "InnoDB",
}


class Base(DeclarativeBase):
    """Ids are case-sensitive and names may hold emoji, on MySQL and MariaDB too."""

    __table_args__: Any = MYSQL
