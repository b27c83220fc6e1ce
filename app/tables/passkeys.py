"""The tables of people's passkeys. No foreign keys: see `app.tables.people`."""

from typing import cast

from sqlalchemy import BigInteger, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.declaration import ACCOUNT_ID, Base


class PersonPasskey(Base):
    """A passkey (WebAuthn credential) of a person: a further way into their account."""

    __tablename__ = "person_passkey"
    __table_args__ = (Index("ix_person_passkey_account_id", "account_id"),)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    credential_id: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[str | None] = mapped_column(String(64))
    """The way in by which its maker had come: the digest of an identity, or ``password``. Null
    where a passkey had opened the session."""
    last_used: Mapped[int | None] = mapped_column(BigInteger)


class PersonChallenge(Base):
    """A question to somebody's passkey, which is answered once."""

    __tablename__ = "person_challenge"
    __table_args__ = (Index("ix_person_challenge_expires_at", "expires_at"),)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked: Mapped[str] = mapped_column(String(128))
    """Whom it was put to: a sign-in under way, or an account that gets a new passkey."""
    expires_at: Mapped[int] = mapped_column(BigInteger)


PERSON_PASSKEY = cast(Table, PersonPasskey.__table__)
PERSON_CHALLENGE = cast(Table, PersonChallenge.__table__)
