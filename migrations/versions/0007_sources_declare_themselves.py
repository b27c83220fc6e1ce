"""Credentials of further sources, and connections by their modes.

Nodes of 0.1.0 can run beside: nothing that they read has changed (docs/adr/0019).

Revision: 0007
Follows: 0006
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_credential",
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("document_sealed", sa.Text(), nullable=False),
        sa.Column("secret_since", sa.BigInteger(), nullable=True),
        sa.Column("default_for", sa.String(length=33), nullable=True),
        sa.Column("fault_code", sa.String(length=64), nullable=True),
        sa.Column("fault_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id"),
        sa.UniqueConstraint("default_for"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_mode", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("credential_id", sa.String(length=96), nullable=True))
        batch_op.add_column(sa.Column("options", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.drop_column("options")
        batch_op.drop_column("credential_id")
        batch_op.drop_column("source_mode")
    op.drop_table("source_credential")
