"""The table of receipts: that somebody was erased, and nothing of who it was."""

from typing import cast

from sqlalchemy import BigInteger, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import ACCOUNT_ID, Base


class ErasureReceipt(Base):
    """One erased account, by the random name that the log has, too."""

    __tablename__ = "erasure_receipt"
    __table_args__ = (Index("ix_erasure_receipt_account_id", "account_id"),)

    id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    actor: Mapped[str] = mapped_column(String(64))
    erased_at: Mapped[int] = mapped_column(BigInteger)
    removed: Mapped[str] = mapped_column(Text)
    """A JSON document: how many of what."""
    kept: Mapped[str] = mapped_column(Text)
    """A JSON list: codes of what is kept, `app.accounts.records.receipts.KEPT`."""


ERASURE_RECEIPT = cast(Table, ErasureReceipt.__table__)
