"""The provider's tables. People appear only as an opaque ``subject``.

Times are whole seconds since the epoch. JSON documents are text, since three databases disagree on
a JSON type and nothing here queries inside one.
"""

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from oidc.database.mysql_tables import keep_so

ID = String(32)
CLIENT_ID = String(128)
SUBJECT = String(64)


class Base(DeclarativeBase):
    """Ids are case-sensitive and names may hold emoji, on MySQL and MariaDB too."""


keep_so(Base.metadata)


class ClientRow(Base):
    """An application registered with us."""

    __tablename__ = "client"

    client_id: Mapped[str] = mapped_column(CLIENT_ID, primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    """Its metadata as JSON: RFC 7591 members and our own switches."""
    secrets: Mapped[str] = mapped_column(Text, default="[]")
    """JSON list of {digest, expires_at, sealed?}: SHA-256 digests; two while one is replaced."""
    registration_token_digest: Mapped[str | None] = mapped_column(String(64))
    dynamic: Mapped[bool] = mapped_column(Boolean, default=False)
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)


class ApiRow(Base):
    """An API that access tokens are for (`oidc.apis`)."""

    __tablename__ = "api"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    resource: Mapped[str] = mapped_column(String(255), unique=True)
    """Its resource identifier (RFC 8707 2)."""
    document: Mapped[str] = mapped_column(Text)
    """What else an administrator said of it, as JSON."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class InteractionRow(Base):
    """A validated authorization request that waits: pushed, parked for a page, or in-app."""

    __tablename__ = "interaction"
    __table_args__ = (Index("ix_interaction_expires_at", "expires_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """``authorize``, ``pushed`` or ``challenge``."""
    client_id: Mapped[str] = mapped_column(CLIENT_ID)
    asked: Mapped[str] = mapped_column(Text)
    browser_digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the browser cookie that began it; none until a browser has opened it."""
    host_state: Mapped[str] = mapped_column(Text, default="{}")
    """What the host keeps beside it (its tickets, its questions): JSON that we do not read."""
    login_session: Mapped[str | None] = mapped_column(String(64))
    """``sid`` of the session that was begun for this request."""
    chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    consented: Mapped[bool] = mapped_column(Boolean, default=False)
    subject: Mapped[str | None] = mapped_column(SUBJECT)
    """Who answered ``consented``; a consent of one person never serves another."""
    generation: Mapped[int] = mapped_column(Integer, default=0)
    rotated_at: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class ConsentRow(Base):
    """What a person has allowed an application, remembered."""

    __tablename__ = "consent"

    subject: Mapped[str] = mapped_column(SUBJECT, primary_key=True)
    client_id: Mapped[str] = mapped_column(CLIENT_ID, primary_key=True)
    scope: Mapped[str] = mapped_column(Text)
    claims: Mapped[str] = mapped_column(Text, default="")
    resources: Mapped[str | None] = mapped_column(Text)
    """JSON list of APIs (RFC 8707), and of an API and one of its scopes with a space between."""
    given_at: Mapped[int] = mapped_column(BigInteger)


class GrantRow(Base):
    """One authorization; its code and all its tokens are sealed references to this row."""

    __tablename__ = "grant"
    __table_args__ = (
        Index("ix_grant_subject", "subject", "client_id"),
        Index("ix_grant_client_id", "client_id", "subject"),
        Index("ix_grant_sid", "sid"),
        Index("ix_grant_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """``code``, ``challenge``, ``client``, ``device`` or ``exchange``: what made it. ``refused``
    holds the place of a request that was answered with no."""
    client_id: Mapped[str] = mapped_column(CLIENT_ID)
    subject: Mapped[str | None] = mapped_column(SUBJECT)
    scope: Mapped[str] = mapped_column(Text)
    redirect_uri: Mapped[str | None] = mapped_column(Text)
    nonce: Mapped[str | None] = mapped_column(Text)
    code_challenge: Mapped[str | None] = mapped_column(String(64))
    auth_time: Mapped[int | None] = mapped_column(BigInteger)
    acr: Mapped[str | None] = mapped_column(String(128))
    amr: Mapped[str] = mapped_column(String(128), default="")
    sid: Mapped[str | None] = mapped_column(String(64))
    connection: Mapped[str | None] = mapped_column(String(64))
    """The upstream source that was used."""
    identity: Mapped[str | None] = mapped_column(String(64))
    """Names whom the source has named, in the host's words; none for one from before this."""
    pending: Mapped[str | None] = mapped_column(Text)
    """What the host does when the code is redeemed, and not before; it is not read here."""
    claims: Mapped[str | None] = mapped_column(Text)
    """The ``claims`` request parameter, as JSON (OpenID Connect Core 5.5)."""
    resources: Mapped[str | None] = mapped_column(Text)
    dpop_jkt: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[int] = mapped_column(BigInteger)
    code_used_at: Mapped[int | None] = mapped_column(BigInteger)
    refresh_generation: Mapped[int] = mapped_column(Integer, default=0)
    refreshed_at: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    """When its last token is dead: the row may be pruned after this."""


class SigningKeyRow(Base):
    """A key that signs, has signed, or will sign."""

    __tablename__ = "signing_key"
    __table_args__ = (UniqueConstraint("slot", name="uq_signing_key_slot"),)

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    alg: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    """``next`` (published, signs later), ``active`` or ``retired`` (published, signs no more)."""
    slot: Mapped[str | None] = mapped_column(String(32))
    """``alg:state`` while next or active, so that two nodes can never make two of them."""
    public_jwk: Mapped[str] = mapped_column(Text)
    private_sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)
    activated_at: Mapped[int | None] = mapped_column(BigInteger)
    retired_at: Mapped[int | None] = mapped_column(BigInteger)


class ReplayRow(Base):
    """A value that may be presented once: the jti of an assertion or of a DPoP proof."""

    __tablename__ = "replay"
    __table_args__ = (Index("ix_replay_expires_at", "expires_at"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[int] = mapped_column(BigInteger)


class DeviceCodeRow(Base):
    """A device that waits for a person to approve it elsewhere (RFC 8628)."""

    __tablename__ = "device_code"
    __table_args__ = (
        Index("ix_device_code_expires_at", "expires_at"),
        UniqueConstraint("user_code", name="uq_device_code_user_code"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    user_code: Mapped[str] = mapped_column(String(16))
    """A keyed digest of what the person types."""
    client_id: Mapped[str] = mapped_column(CLIENT_ID)
    asked: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="pending")
    grant_id: Mapped[str | None] = mapped_column(ID)
    interval: Mapped[int] = mapped_column(Integer, default=5)
    polled_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)


class LogoutDeliveryRow(Base):
    """A logout token that a client must still get, or has got (Back-Channel Logout 2.5).

    Written in the transaction that ends the session, so that no crash can lose it.
    """

    __tablename__ = "logout_delivery"
    __table_args__ = (
        UniqueConstraint("sid", "client_id", name="uq_logout_delivery_sid"),
        Index("ix_logout_delivery_due", "state", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    sid: Mapped[str] = mapped_column(String(64))
    client_id: Mapped[str] = mapped_column(CLIENT_ID)
    subject: Mapped[str] = mapped_column(SUBJECT)
    state: Mapped[str] = mapped_column(String(16), default="pending")
    """``pending``, ``delivered``, ``abandoned`` or ``unwanted`` (the client is gone)."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[int] = mapped_column(BigInteger)
    """While an attempt is under way: when another node may take it for lost."""
    created_at: Mapped[int] = mapped_column(BigInteger)


class EventStreamRow(Base):
    """A stream of security events to a receiver (Shared Signals Framework 1.0 8.1.1)."""

    __tablename__ = "event_stream"
    __table_args__ = (Index("ix_event_stream_client_id", "client_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    client_id: Mapped[str] = mapped_column(CLIENT_ID)
    description: Mapped[str | None] = mapped_column(Text)
    events_requested: Mapped[str | None] = mapped_column(Text)
    """JSON list of event type URIs; none where the receiver has not said."""
    method: Mapped[str] = mapped_column(String(32))
    """How events are delivered, as its URN."""
    endpoint_url: Mapped[str | None] = mapped_column(Text)
    """Where they are pushed to."""
    authorization_sealed: Mapped[str | None] = mapped_column(Text)
    """What the receiver wants in the Authorization header of each push."""
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    stopped: Mapped[bool] = mapped_column(Boolean, default=False)
    """Paused or disabled by an administrator: the receiver cannot enable it."""
    verified_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """When a verification was asked for last."""
    delivered_at: Mapped[int | None] = mapped_column(BigInteger)
    failed_at: Mapped[int | None] = mapped_column(BigInteger)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class SecurityEventRow(Base):
    """A security event that a receiver must still get (RFC 8417); gone when it has it."""

    __tablename__ = "security_event"
    __table_args__ = (
        Index("ix_security_event_next_try_at", "next_try_at"),
        Index("ix_security_event_stream_id", "stream_id", "created_at"),
        Index("ix_security_event_created_at", "created_at"),
        Index("ix_security_event_subject", "subject"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    """Its ``jti``."""
    stream_id: Mapped[str] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(SUBJECT)
    claims: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)


class StreamExclusionRow(Base):
    """Somebody whom a receiver has taken out of a stream (SSF 8.1.3.3)."""

    __tablename__ = "stream_exclusion"

    stream_id: Mapped[str] = mapped_column(ID, primary_key=True)
    sub_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the ``sub`` that the receiver knows them by."""
    created_at: Mapped[int] = mapped_column(BigInteger)


class AcquaintanceRow(Base):
    """A person has signed in to an application that receives events; outlives its grants."""

    __tablename__ = "acquaintance"
    __table_args__ = (Index("ix_acquaintance_client_id", "client_id"),)

    subject: Mapped[str] = mapped_column(SUBJECT, primary_key=True)
    client_id: Mapped[str] = mapped_column(CLIENT_ID, primary_key=True)
    scope: Mapped[str] = mapped_column(Text)
    """With ``connection`` and ``identity``, of the last sign-in: what may be told of them."""
    connection: Mapped[str | None] = mapped_column(String(64))
    identity: Mapped[str | None] = mapped_column(String(64))
    since: Mapped[int] = mapped_column(BigInteger)
