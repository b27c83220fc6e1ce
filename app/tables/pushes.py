"""The table of when a source has pushed last, for each credential."""

from typing import cast

from sqlalchemy import BigInteger, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import Base


class PushSeen(Base):
    """One row for each credential that was ever pushed to; times to the minute or so."""

    __tablename__ = "push_seen"

    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    credential_id: Mapped[str] = mapped_column(String(96), primary_key=True)
    received_at: Mapped[int | None] = mapped_column(BigInteger)
    """The last that was believed."""
    refused_at: Mapped[int | None] = mapped_column(BigInteger)


PUSH_SEEN = cast(Table, PushSeen.__table__)
