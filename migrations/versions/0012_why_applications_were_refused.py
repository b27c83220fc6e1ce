"""Why an application was refused, the last time for each reason.

Revision: 0012
Follows: 0010
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_refusal",
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=64), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "reason", name=op.f("pk_client_refusal")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("client_refusal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_client_refusal_last_at"), ["last_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("client_refusal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_refusal_last_at"))
    op.drop_table("client_refusal")
