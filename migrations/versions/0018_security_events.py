"""Streams of security events, what waits in them, whom they leave out, and who is known to whom.

Revision: 0018
Follows: 0017
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MYSQL = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_engine": "InnoDB",
}


def upgrade() -> None:
    op.create_table(
        "event_stream",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("events_requested", sa.Text(), nullable=True),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("endpoint_url", sa.Text(), nullable=True),
        sa.Column("authorization_sealed", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_stream")),
        **MYSQL,
    )
    op.create_index("ix_event_stream_client_id", "event_stream", ["client_id"])
    op.create_table(
        "security_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("stream_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_event")),
        **MYSQL,
    )
    op.create_index("ix_security_event_next_try_at", "security_event", ["next_try_at"])
    op.create_index("ix_security_event_stream_id", "security_event", ["stream_id", "created_at"])
    op.create_index("ix_security_event_created_at", "security_event", ["created_at"])
    op.create_index("ix_security_event_subject", "security_event", ["subject"])
    op.create_table(
        "stream_exclusion",
        sa.Column("stream_id", sa.String(length=32), nullable=False),
        sa.Column("sub_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "sub_digest", name=op.f("pk_stream_exclusion")),
        **MYSQL,
    )
    op.create_table(
        "acquaintance",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("connection", sa.String(length=64), nullable=True),
        sa.Column("identity", sa.String(length=64), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "client_id", name=op.f("pk_acquaintance")),
        **MYSQL,
    )
    op.create_index("ix_acquaintance_client_id", "acquaintance", ["client_id"])


def downgrade() -> None:
    for table in ("acquaintance", "stream_exclusion", "security_event", "event_stream"):
        op.drop_table(table)
