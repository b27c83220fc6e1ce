"""The table of people's tokens at sources."""

from typing import cast

from sqlalchemy import BigInteger, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import Base

CONNECTION_ID = 32


class SourceToken(Base):
    """What lets an application speak to a source for a person, where a connection keeps it."""

    __tablename__ = "source_token"
    __table_args__ = (
        Index("ix_source_token_identity", "identity"),
        Index("ix_source_token_ends_at", "ends_at"),
    )

    connection_id: Mapped[str] = mapped_column(String(CONNECTION_ID), primary_key=True)
    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The digest of the external key that signed in."""
    tokens_sealed: Mapped[str] = mapped_column(Text)
    ends_at: Mapped[int | None] = mapped_column(BigInteger)
    """When they are of no use any more; null where they can be refreshed, or nobody knows."""
    refreshing_until: Mapped[int] = mapped_column(BigInteger, default=0)
    """Until when one request asks the source for fresh ones; 0 for none."""
    version: Mapped[int] = mapped_column(Integer, default=0)
    """Counts what was written, so that a request that read older tokens refreshes nothing."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


SOURCE_TOKEN = cast(Table, SourceToken.__table__)
