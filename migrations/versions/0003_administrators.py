"""Administrators of the config pages.

Revision: 0003
Follows: 0002
Created: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("admin",
    sa.Column("id", sa.String(length=22), nullable=False),
    sa.Column("username", sa.String(length=64), nullable=False),
    sa.Column("name", sa.String(length=100), nullable=False),
    sa.Column("role", sa.String(length=16), nullable=False),
    sa.Column("password_hash", sa.String(length=255), nullable=False),
    sa.Column("totp_sealed", sa.String(length=255), nullable=True),
    sa.Column("totp_step", sa.BigInteger(), nullable=True),
    sa.Column("disabled_at", sa.BigInteger(), nullable=True),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.Column("last_sign_in", sa.BigInteger(), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("username"),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
    mysql_engine="InnoDB"
    )
    op.create_table("admin_challenge",
    sa.Column("id_hash", sa.String(length=64), nullable=False),
    sa.Column("purpose", sa.String(length=16), nullable=False),
    sa.Column("admin_id", sa.String(length=22), nullable=True),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("expires_at", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id_hash"),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
    mysql_engine="InnoDB"
    )
    with op.batch_alter_table("admin_challenge", schema=None) as batch_op:
        batch_op.create_index("ix_admin_challenge_expires_at", ["expires_at"], unique=False)

    op.create_table("admin_passkey",
    sa.Column("id_hash", sa.String(length=64), nullable=False),
    sa.Column("admin_id", sa.String(length=22), nullable=False),
    sa.Column("credential_id", sa.Text(), nullable=False),
    sa.Column("public_key", sa.Text(), nullable=False),
    sa.Column("sign_count", sa.BigInteger(), nullable=False),
    sa.Column("name", sa.String(length=64), nullable=False),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.Column("last_used", sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint("id_hash"),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
    mysql_engine="InnoDB"
    )
    with op.batch_alter_table("admin_passkey", schema=None) as batch_op:
        batch_op.create_index("ix_admin_passkey_admin_id", ["admin_id"], unique=False)

    op.create_table("admin_session",
    sa.Column("id_hash", sa.String(length=64), nullable=False),
    sa.Column("admin_id", sa.String(length=22), nullable=False),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.Column("last_seen", sa.BigInteger(), nullable=False),
    sa.Column("expires_at", sa.BigInteger(), nullable=False),
    sa.Column("confirmed_at", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id_hash"),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
    mysql_engine="InnoDB"
    )
    with op.batch_alter_table("admin_session", schema=None) as batch_op:
        batch_op.create_index("ix_admin_session_admin_id", ["admin_id"], unique=False)
        batch_op.create_index("ix_admin_session_expires_at", ["expires_at"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("admin_session", schema=None) as batch_op:
        batch_op.drop_index("ix_admin_session_expires_at")
        batch_op.drop_index("ix_admin_session_admin_id")

    op.drop_table("admin_session")
    with op.batch_alter_table("admin_passkey", schema=None) as batch_op:
        batch_op.drop_index("ix_admin_passkey_admin_id")

    op.drop_table("admin_passkey")
    with op.batch_alter_table("admin_challenge", schema=None) as batch_op:
        batch_op.drop_index("ix_admin_challenge_expires_at")

    op.drop_table("admin_challenge")
    op.drop_table("admin")
