"""People's tokens at sources, and which application may have them.

Revision: 0025
Follows: 0024
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("source_enablement") as batch_op:
        batch_op.add_column(
            sa.Column("source_tokens", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "source_token",
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("tokens_sealed", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("refreshing_until", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "identity", name=op.f("pk_source_token")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_source_token_identity", "source_token", ["identity"])
    op.create_index("ix_source_token_ends_at", "source_token", ["ends_at"])


def downgrade() -> None:
    op.drop_table("source_token")
    with op.batch_alter_table("source_enablement") as batch_op:
        batch_op.drop_column("source_tokens")
