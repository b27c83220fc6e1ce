"""What app's tables have in common: one metadata, and how MySQL and MariaDB keep them."""

from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from oidc.database.mysql_tables import NAMES, keep_so

ACCOUNT_ID = 22


class Base(DeclarativeBase):
    """Ids are case-sensitive and names may hold emoji, on MySQL and MariaDB too."""


keep_so(Base.metadata)


class LongBinary(TypeDecorator[bytes]):
    """Bytes of any length that we keep: MySQL's own BLOB ends at 64 KiB."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name not in NAMES:
            return super().load_dialect_impl(dialect)
        from sqlalchemy.dialects.mysql import MEDIUMBLOB

        return MEDIUMBLOB()
