"""The tables that federation owns: credentials, connections, tickets and push receipts."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Integer, MetaData, String, Text, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_MYSQL = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_engine": "InnoDB",
}


class Base(DeclarativeBase):
    """Ids are case-sensitive and names may hold emoji, on MySQL and MariaDB too."""


@event.listens_for(Base.metadata, "before_create")
def _keep_names(metadata: MetaData, connection: Connection, **_: Any) -> None:
    """Said where one of them makes the tables: for a table that is declared with it, SQLAlchemy
    loads all that it knows of MySQL."""
    if connection.dialect.name in ("mysql", "mariadb"):
        for table in metadata.tables.values():
            table.dialect_kwargs.update(_MYSQL)


class WeChatAppRow(Base):
    """One credential at WeChat; the secrets are sealed."""

    __tablename__ = "wechat_app"

    app_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    secret_sealed: Mapped[str] = mapped_column(String(512))
    secret_since: Mapped[int | None] = mapped_column(BigInteger)
    """When the secret was stored; null for one from before this was noted."""
    original_id: Mapped[str | None] = mapped_column(String(40))
    open_platform: Mapped[str | None] = mapped_column(String(64))
    # "miniprogram" in at most one row, NULL in the others: the unique index keeps it so.
    default_for: Mapped[str | None] = mapped_column(String(16), unique=True)
    push_token: Mapped[str | None] = mapped_column(String(64))
    push_key_sealed: Mapped[str | None] = mapped_column(String(512))
    fault_errcode: Mapped[int | None] = mapped_column(Integer)
    fault_at: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class CredentialRow(Base):
    """One credential at any other source: what was entered, sealed as one document."""

    __tablename__ = "source_credential"

    source: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(String(96), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    document_sealed: Mapped[str] = mapped_column(Text)
    secret_since: Mapped[int | None] = mapped_column(BigInteger)
    # Source and kind in at most one row each, NULL in the others: the unique index keeps it so.
    default_for: Mapped[str | None] = mapped_column(String(33), unique=True)
    fault_code: Mapped[str | None] = mapped_column(String(64))
    fault_at: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class ConnectionRow(Base):
    """One sign-in method that people see as a button (`federation.connection_rows`)."""

    __tablename__ = "connection"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    mode: Mapped[str] = mapped_column(String(32))
    display_name: Mapped[str] = mapped_column(Text)
    app_id: Mapped[str | None] = mapped_column(String(32), index=True)
    login_only: Mapped[bool] = mapped_column(Boolean)
    phone: Mapped[str] = mapped_column(String(16))
    association: Mapped[str] = mapped_column(String(16))
    env_version: Mapped[str] = mapped_column(String(16))
    source_mode: Mapped[str | None] = mapped_column(String(64))
    """The mode, where ``mode`` holds one that stands in for it."""
    credential_id: Mapped[str | None] = mapped_column(String(96))
    options: Mapped[str | None] = mapped_column(Text)
    """What was chosen of the mode's own options, as a JSON document."""
    id_token_alg: Mapped[str | None] = mapped_column(String(16))
    """What the provider has signed its latest ID token with; null before the first."""
    enabled: Mapped[bool] = mapped_column(Boolean)
    position: Mapped[int] = mapped_column(Integer, default=0)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class TicketRow(Base):
    """One sign-in under way between two devices or two apps."""

    __tablename__ = "ticket"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    scene_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    connection_id: Mapped[str] = mapped_column(String(32))
    binding: Mapped[str] = mapped_column(String(128))
    description: Mapped[str] = mapped_column(Text)
    number: Mapped[int | None] = mapped_column(Integer)
    choices: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))
    identity_sealed: Mapped[str | None] = mapped_column(Text)
    refused_as: Mapped[str | None] = mapped_column(String(32))
    """Of a denied one: the code of the error that ended it; null where the person said no."""
    confirmed_from: Mapped[str | None] = mapped_column(Text)
    """When, on which device and from which address it was confirmed, as JSON."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class PushReceiptRow(Base):
    """The fingerprint of a push that was handled, kept while its timestamp would be accepted."""

    __tablename__ = "push_receipt"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
