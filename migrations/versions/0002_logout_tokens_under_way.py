"""Logout tokens under way.

Revision: 0002
Follows: 0001
Created: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("logout_delivery",
    sa.Column("id", sa.String(length=32), nullable=False),
    sa.Column("sid", sa.String(length=64), nullable=False),
    sa.Column("client_id", sa.String(length=128), nullable=False),
    sa.Column("subject", sa.String(length=64), nullable=False),
    sa.Column("state", sa.String(length=16), nullable=False),
    sa.Column("attempts", sa.Integer(), nullable=False),
    sa.Column("next_try_at", sa.BigInteger(), nullable=False),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("sid", "client_id", name="uq_logout_delivery_sid"),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
    mysql_engine="InnoDB"
    )
    with op.batch_alter_table("logout_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_logout_delivery_due", ["state", "next_try_at"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("logout_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_logout_delivery_due")

    op.drop_table("logout_delivery")
