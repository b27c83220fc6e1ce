"""Administrators are invited, change a password that is due, and see where they are signed in.

The log is found by the number of a request.

Revision: 0023
Follows: 0022
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admin_invitation",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_admin_invitation_token_hash")),
        sa.UniqueConstraint("username", name=op.f("uq_admin_invitation_username")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_admin_invitation_expires_at", "admin_invitation", ["expires_at"])
    op.add_column("admin", sa.Column("password_due", sa.Boolean(), nullable=True))
    op.add_column("admin_session", sa.Column("address", sa.String(length=45), nullable=True))
    op.add_column("admin_session", sa.Column("device", sa.String(length=100), nullable=True))
    op.create_index("ix_audit_event_request_id_id", "audit_event", ["request_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_event_request_id_id", "audit_event")
    op.drop_column("admin_session", "device")
    op.drop_column("admin_session", "address")
    op.drop_column("admin", "password_due")
    op.drop_index("ix_admin_invitation_expires_at", "admin_invitation")
    op.drop_table("admin_invitation")
