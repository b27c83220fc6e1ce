"""Where an event came from, which administrator it is about; recovery codes; why a ticket ended.

Revision: 0011
Follows: 0010
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address", sa.String(length=45), nullable=True))
        batch_op.add_column(sa.Column("device", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("request_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("origin_time", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("admin_id", sa.String(length=22), nullable=True))
        batch_op.create_index("ix_audit_event_admin_id_id", ["admin_id", "id"], unique=False)
        batch_op.create_index("ix_audit_event_origin_time", ["origin_time"], unique=False)
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refused_as", sa.String(length=32), nullable=True))
    op.create_table(
        "admin_recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("admin_id", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("admin_recovery_code", schema=None) as batch_op:
        batch_op.create_index("ix_admin_recovery_code_admin_id", ["admin_id"], unique=False)


def downgrade() -> None:
    op.drop_table("admin_recovery_code")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_column("refused_as")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_origin_time")
        batch_op.drop_index("ix_audit_event_admin_id_id")
        for name in ("admin_id", "origin_time", "request_id", "device", "address"):
            batch_op.drop_column(name)
