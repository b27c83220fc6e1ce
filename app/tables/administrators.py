"""The tables of the people who run this deployment; nobody who signs in to applications."""

from typing import cast

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import ACCOUNT_ID, Base


class AdminRow(Base):
    """Somebody who may open the config pages."""

    __tablename__ = "admin"

    id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(16))
    """``owner``, ``editor`` or ``viewer``."""
    password_hash: Mapped[str] = mapped_column(String(255))
    totp_sealed: Mapped[str | None] = mapped_column(String(255))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    """The time step of the last code that was accepted: none is accepted twice."""
    time_zone: Mapped[str | None] = mapped_column(String(64))
    """In which pages tell times, by its IANA name; null for the browser's."""
    disabled_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    last_sign_in: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)
    password_due: Mapped[bool | None] = mapped_column(Boolean)
    """Whether the password has to be changed before anything else opens: somebody else chose it."""


class AdminPasskeyRow(Base):
    """A passkey (WebAuthn credential) of an admin."""

    __tablename__ = "admin_passkey"
    __table_args__ = (Index("ix_admin_passkey_admin_id", "admin_id"),)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    admin_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    credential_id: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int] = mapped_column(BigInteger)
    last_used: Mapped[int | None] = mapped_column(BigInteger)


class AdminSessionRow(Base):
    """A browser in which an admin is signed in. The cookie's token is stored only as a digest."""

    __tablename__ = "admin_session"
    __table_args__ = (
        Index("ix_admin_session_admin_id", "admin_id"),
        Index("ix_admin_session_expires_at", "expires_at"),
    )

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    admin_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    created_at: Mapped[int] = mapped_column(BigInteger)
    last_seen: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    confirmed_at: Mapped[int] = mapped_column(BigInteger)
    """When the admin last proved who they are."""
    address: Mapped[str | None] = mapped_column(String(45))
    device: Mapped[str | None] = mapped_column(String(100))


class AdminChallengeRow(Base):
    """A question that an admin has to answer once: a second factor, or a passkey's challenge."""

    __tablename__ = "admin_challenge"
    __table_args__ = (Index("ix_admin_challenge_expires_at", "expires_at"),)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    admin_id: Mapped[str | None] = mapped_column(String(ACCOUNT_ID))
    tries: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[int] = mapped_column(BigInteger)


class AdminRecoveryCodeRow(Base):
    """A code for an admin whose other second factors are lost, good once."""

    __tablename__ = "admin_recovery_code"
    __table_args__ = (Index("ix_admin_recovery_code_admin_id", "admin_id"),)

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    admin_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    created_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class AdminInvitationRow(Base):
    """A link by which somebody becomes an administrator, once. Its token is stored as a digest."""

    __tablename__ = "admin_invitation"
    __table_args__ = (Index("ix_admin_invitation_expires_at", "expires_at"),)

    id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(16))
    invited_by: Mapped[str] = mapped_column(String(64))
    """As the audit trail names them."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)


ADMIN = cast(Table, AdminRow.__table__)
ADMIN_PASSKEY = cast(Table, AdminPasskeyRow.__table__)
ADMIN_INVITATION = cast(Table, AdminInvitationRow.__table__)
ADMIN_SESSION = cast(Table, AdminSessionRow.__table__)
ADMIN_CHALLENGE = cast(Table, AdminChallengeRow.__table__)
ADMIN_RECOVERY_CODE = cast(Table, AdminRecoveryCodeRow.__table__)
