"""The tables of what was counted, hour by hour in UTC."""

from typing import cast

from sqlalchemy import BigInteger, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import Base
from app.tables.people import CLIENT_ID


class Statistic(Base):
    """How often something happened in one hour. What did not happen has no row."""

    __tablename__ = "statistic"

    measure: Mapped[str] = mapped_column(String(16), primary_key=True)
    """One of `app.statistics.counting.MEASURES`."""
    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Its first second, a multiple of 3600."""
    name: Mapped[str] = mapped_column(String(CLIENT_ID), primary_key=True)
    """Of the connection, of the application, of the reason; or so many seconds. May be empty."""
    count: Mapped[int] = mapped_column(Integer)


class CountedHour(Base):
    """An hour that was counted: whoever adds the row counts it, in the same transaction."""

    __tablename__ = "counted_hour"

    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    counted_at: Mapped[int] = mapped_column(BigInteger)


STATISTIC = cast(Table, Statistic.__table__)
COUNTED_HOUR = cast(Table, CountedHour.__table__)
