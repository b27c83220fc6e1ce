"""The tables of work on many accounts: imports, and actions on a selection."""

from typing import cast

from sqlalchemy import BigInteger, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import ACCOUNT_ID, Base, LongBinary

_PART = LongBinary()


class AccountJob(Base):
    """One import or one action, how far it is, and who works on it."""

    __tablename__ = "account_job"
    __table_args__ = (
        Index("ix_account_job_created_at_id", "created_at", "id"),
        Index("ix_account_job_state_lease_until", "state", "lease_until"),
    )

    id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """``import``, or the action: ``disable``, ``enable``, ``sign_out``, ``erase``."""
    state: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(64))
    options: Mapped[str] = mapped_column(Text)
    """A JSON document: what was chosen, of an action which accounts."""
    position: Mapped[str] = mapped_column(String(64), default="")
    """Where to go on: the number of a part, or the last account of the one before."""
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    counts: Mapped[str] = mapped_column(Text, default="{}")
    """A JSON document: how many rows or accounts came to which end."""
    lease_until: Mapped[int] = mapped_column(BigInteger, default=0)
    """Until when somebody works on it; another takes it up then."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)


class AccountJobPart(Base):
    """Some rows of an import, and what became of them: compressed JSON documents."""

    __tablename__ = "account_job_part"

    job_id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[bytes | None] = mapped_column(_PART)
    """Gone when the import is over."""
    result: Mapped[bytes | None] = mapped_column(_PART)


ACCOUNT_JOB = cast(Table, AccountJob.__table__)
ACCOUNT_JOB_PART = cast(Table, AccountJobPart.__table__)
