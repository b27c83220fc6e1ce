"""The table of why applications were refused."""

from typing import cast

from sqlalchemy import BigInteger, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import Base
from app.tables.people import CLIENT_ID


class ClientRefusal(Base):
    """One row for each reason, of which there are few: it is counted, not repeated."""

    __tablename__ = "client_refusal"
    __table_args__ = (Index("ix_client_refusal_last_at", "last_at"),)

    client_id: Mapped[str] = mapped_column(String(CLIENT_ID), primary_key=True)
    reason: Mapped[str] = mapped_column(String(32), primary_key=True)
    """A digest of path, error and hint."""
    path: Mapped[str] = mapped_column(String(64))
    error: Mapped[str] = mapped_column(String(64))
    hint: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    """What was sent the last time, where that helps: the redirect URI."""
    times: Mapped[int] = mapped_column(Integer)
    """At least: what comes within a minute on one node is counted together with the next."""
    first_at: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[int] = mapped_column(BigInteger)
    requests: Mapped[str | None] = mapped_column(Text)
    """The numbers of the last requests, the newest first, with spaces between."""


CLIENT_REFUSAL = cast(Table, ClientRefusal.__table__)
