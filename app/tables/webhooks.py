"""The tables of whom events are told: webhooks, and what is on its way to them and to mailboxes."""

from typing import cast

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import Base

WEBHOOK_ID = 32


class WebhookRow(Base):
    """Somebody's server that wants to be told. Its secrets are sealed: they sign."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(String(WEBHOOK_ID), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(String(200))
    events: Mapped[str] = mapped_column(Text)
    """A JSON list of event types, or of ``*`` alone."""
    enabled: Mapped[bool] = mapped_column(Boolean)
    gone_at: Mapped[int | None] = mapped_column(BigInteger)
    """When it answered 410, which switched it off; null once it is switched on again."""
    secret_sealed: Mapped[str] = mapped_column(Text)
    old_secret_sealed: Mapped[str | None] = mapped_column(Text)
    old_secret_until: Mapped[int | None] = mapped_column(BigInteger)
    """Until when the secret before this one signs too."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)


class NotificationRow(Base):
    """One event on its way to one target: the outbox, and afterwards what became of it."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_state_target_next_try_at", "state", "target", "next_try_at"),
        Index("ix_notification_target_created_at_id", "target", "created_at", "id"),
        Index("ix_notification_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The ``webhook-id``: the same at every attempt."""
    target: Mapped[str] = mapped_column(String(WEBHOOK_ID))
    """A webhook's id, or ``@mail``."""
    type: Mapped[str] = mapped_column(String(48))
    body: Mapped[str] = mapped_column(Text)
    """The JSON object, byte for byte as it is sent."""
    state: Mapped[str] = mapped_column(String(16))
    """``pending``, ``delivered`` or ``abandoned``."""
    attempts: Mapped[int] = mapped_column(Integer)
    next_try_at: Mapped[int] = mapped_column(BigInteger)
    give_up_at: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    tried_at: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[int | None] = mapped_column(Integer)
    """Of the last answer; null where there was none."""
    failure: Mapped[str | None] = mapped_column(String(500))
    """Why the last attempt failed, in a sentence; null where it did not."""


WEBHOOK = cast(Table, WebhookRow.__table__)
NOTIFICATION = cast(Table, NotificationRow.__table__)
