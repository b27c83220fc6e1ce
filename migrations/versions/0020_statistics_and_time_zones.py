"""What was counted of sign-ins, how long each took, and the time zones of administrators.

Revision: 0020
Follows: 0019
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statistic",
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "hour", "name", name=op.f("pk_statistic")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "counted_hour",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_counted_hour")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.add_column("audit_event", sa.Column("seconds", sa.Integer(), nullable=True))
    op.create_index("ix_audit_event_address_id", "audit_event", ["address", "id"])
    op.add_column("admin", sa.Column("time_zone", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("admin", "time_zone")
    op.drop_index("ix_audit_event_address_id", "audit_event")
    op.drop_column("audit_event", "seconds")
    op.drop_table("counted_hour")
    op.drop_table("statistic")
