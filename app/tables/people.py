"""The tables that app owns: people, what is known of them, and what happened.

No foreign keys: InnoDB locks the parent row, shared, for every child that is inserted, and twenty
parallel sign-ins of one person would then deadlock when each updates the account. The
services of `app.accounts` keep the rows true to one another.
"""

from typing import cast

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Table, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.tables import administrators as admin_models
from app.tables import erasures, jobs, source_tokens
from app.tables.declaration import ACCOUNT_ID, Base
from app.tables.people_search import create_with

__all__ = ["Base", "admin_models", "erasures", "jobs", "source_tokens"]
"""Declared by themselves; named here, so that all are known at once."""
CLIENT_ID = 255
CONNECTION_ID = 32


class Account(Base):
    """A person. ``id`` is the ``subject`` that applications know (unless theirs is pairwise)."""

    __tablename__ = "account"
    __table_args__ = (
        Index("ix_account_created_at_id", "created_at", "id"),
        Index("ix_account_phone", "phone"),
        Index("ix_account_email", "email"),
        # PostgreSQL finds names by their beginning with this operator class alone.
        Index("ix_account_name", "name", postgresql_ops={"name": "varchar_pattern_ops"}),
        Index("ix_account_last_sign_in_id", "last_sign_in", "id"),
        Index("ix_account_disabled_at", "disabled_at"),
        Index("ix_account_merged_into", "merged_into"),
    )

    id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    name: Mapped[str | None] = mapped_column(String(200))
    picture: Mapped[str | None] = mapped_column(String(1024))
    profile_provenance: Mapped[str | None] = mapped_column(String(16))
    """Who said name and picture: a source (its id), ``operator`` or ``person``."""
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_provenance: Mapped[str | None] = mapped_column(String(20))
    """How a source has verified it (`Source.phones`), ``import`` or ``operator``."""
    phone_verified_at: Mapped[int | None] = mapped_column(BigInteger)
    """Null: somebody wrote this number down; nobody has proven it."""
    email: Mapped[str | None] = mapped_column(String(254))
    email_verified: Mapped[bool] = mapped_column(Boolean, default=False)
    email_provenance: Mapped[str | None] = mapped_column(String(20))
    """The source that said it, where no connection is trusted to link by it; null for any other."""
    profile: Mapped[str | None] = mapped_column(Text)
    """The other standard claims of a local account, as a JSON document."""
    username: Mapped[str | None] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    merged_into: Mapped[str | None] = mapped_column(String(ACCOUNT_ID))
    disabled_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)
    last_sign_in: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """0 for never; written once an hour at most, as ``last_seen`` of a key is."""


class ExternalKey(Base):
    """What a source calls a person: an own or a shared name, owned by exactly one account.

    The natural key is the primary key, so that InnoDB locks single rows and no gaps.
    """

    __tablename__ = "external_key"
    __table_args__ = (
        Index("ix_external_key_account_id", "account_id"),
        Index("ix_external_key_value", "value"),
        Index("ix_external_key_connection_id", "connection_id", "account_id"),
    )

    namespace: Mapped[str] = mapped_column(String(128), primary_key=True)
    value: Mapped[str] = mapped_column(String(128), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    connection_id: Mapped[str | None] = mapped_column(String(CONNECTION_ID))
    """The connection that it was learnt from; null for an import."""
    shared_namespace: Mapped[str | None] = mapped_column(String(128))
    shared_value: Mapped[str | None] = mapped_column(String(128))
    """Of an own name: the shared one that came with it, so that a changed one is noticed."""
    first_seen: Mapped[int] = mapped_column(BigInteger)
    last_seen: Mapped[int] = mapped_column(BigInteger)


class PhoneTurn(Base):
    """Where sign-ins by the same phone number meet, one after the other. Holds nothing else."""

    __tablename__ = "phone_turn"
    __table_args__ = (Index("ix_phone_turn_taken_at", "taken_at"),)

    phone_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    taken_at: Mapped[int] = mapped_column(BigInteger)


class BrowserSession(Base):
    """A browser in which somebody is signed in. The cookie's token is stored only as a digest."""

    __tablename__ = "browser_session"
    __table_args__ = (
        Index("ix_browser_session_account_id", "account_id"),
        Index("ix_browser_session_connection_id", "connection_id"),
        Index("ix_browser_session_expires_at", "expires_at"),
    )

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    sid: Mapped[str] = mapped_column(String(ACCOUNT_ID), unique=True)
    auth_time: Mapped[int] = mapped_column(BigInteger)
    amr: Mapped[str] = mapped_column(String(64))
    """Authentication methods (RFC 8176), separated by spaces."""
    acr: Mapped[str | None] = mapped_column(String(128))
    connection_id: Mapped[str | None] = mapped_column(String(CONNECTION_ID))
    identity: Mapped[str | None] = mapped_column(String(64))
    """The digest of the external key that signed in; null for a password, and from before this."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    last_seen: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    user_agent: Mapped[str | None] = mapped_column(String(255))
    ip: Mapped[str | None] = mapped_column(String(45))


class SourceSession(Base):
    """The session at a source that a session of ours began by, where the source names it."""

    __tablename__ = "source_session"
    __table_args__ = (
        Index("ix_source_session_name", "connection_id", "name_hash"),
        Index("ix_source_session_expires_at", "expires_at"),
    )

    sid: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    """Of our own session."""
    connection_id: Mapped[str] = mapped_column(String(CONNECTION_ID))
    name_hash: Mapped[str | None] = mapped_column(String(64))
    """The digest of what the source calls it (``sid`` of its ID token)."""
    id_token_sealed: Mapped[str | None] = mapped_column(Text)
    """What ends it, where a connection ends it; sealed."""
    expires_at: Mapped[int] = mapped_column(BigInteger)


class SourceEnablement(Base):
    """A connection that an application may use, and what of it the application may learn."""

    __tablename__ = "source_enablement"
    __table_args__ = (Index("ix_source_enablement_connection_id", "connection_id"),)

    client_id: Mapped[str] = mapped_column(String(CLIENT_ID), primary_key=True)
    connection_id: Mapped[str] = mapped_column(String(CONNECTION_ID), primary_key=True)
    enabled: Mapped[bool] = mapped_column(Boolean)
    position: Mapped[int] = mapped_column(Integer, default=0)
    allow_sign_up: Mapped[bool] = mapped_column(Boolean, default=True)
    policy: Mapped[str | None] = mapped_column(Text)
    """A JSON document of `app.enablement.policy`; null for the default policy."""
    source_tokens: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)


class AccountConflict(Base):
    """Something about identities that a person must decide; never guessed by the program."""

    __tablename__ = "account_conflict"
    __table_args__ = (
        Index("ix_account_conflict_state_opened_at_id", "state", "opened_at", "id"),
        Index("ix_account_conflict_account_id", "account_id"),
        Index("ix_account_conflict_other_account_id", "other_account_id"),
    )

    id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    """Computed from what conflicts, so that the same conflict seen again is the same row."""
    kind: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    other_account_id: Mapped[str | None] = mapped_column(String(ACCOUNT_ID))
    key_namespace: Mapped[str | None] = mapped_column(String(128))
    key_value: Mapped[str | None] = mapped_column(String(128))
    openid_namespace: Mapped[str | None] = mapped_column(String(128))
    openid_value: Mapped[str | None] = mapped_column(String(128))
    connection_id: Mapped[str | None] = mapped_column(String(CONNECTION_ID))
    state: Mapped[str] = mapped_column(String(16))
    """``open``, ``resolved`` or ``dismissed``."""
    opened_at: Mapped[int] = mapped_column(BigInteger)
    last_seen: Mapped[int] = mapped_column(BigInteger)
    closed_at: Mapped[int | None] = mapped_column(BigInteger)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    resolution: Mapped[str | None] = mapped_column(String(32))


class AccountMerge(Base):
    """Two accounts that became one, with all that is needed to undo it."""

    __tablename__ = "account_merge"
    __table_args__ = (
        Index("ix_account_merge_kept_id", "kept_id"),
        Index("ix_account_merge_dropped_id", "dropped_id"),
        Index("ix_account_merge_undo_until", "undo_until"),
    )

    id: Mapped[str] = mapped_column(String(ACCOUNT_ID), primary_key=True)
    kept_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    dropped_id: Mapped[str] = mapped_column(String(ACCOUNT_ID))
    actor: Mapped[str] = mapped_column(String(64))
    merged_at: Mapped[int] = mapped_column(BigInteger)
    undo_until: Mapped[int] = mapped_column(BigInteger)
    undone_at: Mapped[int | None] = mapped_column(BigInteger)
    moved: Mapped[str] = mapped_column(Text)
    """A JSON document: the keys that moved and the values that the kept account took over."""


class ParkedAssociation(Base):
    """A person who was asked: a new account, or one that you already have?"""

    __tablename__ = "parked_association"
    __table_args__ = (Index("ix_parked_association_expires_at", "expires_at"),)

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    binding: Mapped[str] = mapped_column(String(128))
    """Who was asked; only the same browser or app may answer."""
    connection_id: Mapped[str] = mapped_column(String(CONNECTION_ID))
    client_id: Mapped[str | None] = mapped_column(String(CLIENT_ID))
    may_create: Mapped[bool] = mapped_column(Boolean)
    identity_sealed: Mapped[str] = mapped_column(Text)
    confirmed_from: Mapped[str | None] = mapped_column(Text)
    """When, on which device and from which address the identity was confirmed, as JSON."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class AuditEvent(Base):
    """Something that happened. Rows are only ever added, and pruned by age; address and device are
    forgotten before."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject_id", "subject", "id"),
        Index("ix_audit_event_kind_id", "kind", "id"),
        Index("ix_audit_event_client_id_id", "client_id", "id"),
        Index("ix_audit_event_connection_id_id", "connection_id", "id"),
        Index("ix_audit_event_outcome_id", "outcome", "id"),
        Index("ix_audit_event_admin_id_id", "admin_id", "id"),
        Index("ix_audit_event_address_id", "address", "id"),
        Index("ix_audit_event_request_id_id", "request_id", "id"),
        Index("ix_audit_event_time", "time"),
        Index("ix_audit_event_origin_time", "origin_time"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    time: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(48))
    """What happened, as ``noun.verb``: ``sign_in.succeeded``, ``account.merged``."""
    actor: Mapped[str] = mapped_column(String(64))
    """``person:<account>``, ``admin:<account>``, ``client:<id>``, a source's id or ``system``."""
    subject: Mapped[str | None] = mapped_column(String(ACCOUNT_ID))
    client_id: Mapped[str | None] = mapped_column(String(CLIENT_ID))
    connection_id: Mapped[str | None] = mapped_column(String(CONNECTION_ID))
    rule: Mapped[str | None] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(Text)
    """A JSON document without secrets, codes, tokens or full phone numbers."""
    admin_id: Mapped[str | None] = mapped_column(String(ACCOUNT_ID))
    """The administrator whom it is about."""
    address: Mapped[str | None] = mapped_column(String(45))
    device: Mapped[str | None] = mapped_column(String(100))
    request_id: Mapped[str | None] = mapped_column(String(64))
    seconds: Mapped[int | None] = mapped_column(Integer)
    """Of a sign-in: how long it took, from the request of the application to its end."""
    origin_time: Mapped[int | None] = mapped_column(BigInteger)
    """``time`` for as long as address and device are kept, null without them: an index that begins
    with the next ones to forget."""


# The tables themselves: hot paths speak SQLAlchemy Core, not entities.
ACCOUNT = cast(Table, Account.__table__)
create_with(ACCOUNT)
PHONE_TURN = cast(Table, PhoneTurn.__table__)
EXTERNAL_KEY = cast(Table, ExternalKey.__table__)
BROWSER_SESSION = cast(Table, BrowserSession.__table__)
SOURCE_ENABLEMENT = cast(Table, SourceEnablement.__table__)
SOURCE_SESSION = cast(Table, SourceSession.__table__)
ACCOUNT_CONFLICT = cast(Table, AccountConflict.__table__)
ACCOUNT_MERGE = cast(Table, AccountMerge.__table__)
PARKED_ASSOCIATION = cast(Table, ParkedAssociation.__table__)
AUDIT_EVENT = cast(Table, AuditEvent.__table__)
