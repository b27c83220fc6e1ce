"""Logos and colours of applications.

Revision: 0004
Follows: 0003
Created: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("application_look",
    sa.Column("client_id", sa.String(length=255), nullable=False),
    sa.Column("accent", sa.String(length=7), nullable=True),
    sa.Column("logo", sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb"), nullable=True),
    sa.Column("logo_digest", sa.String(length=64), nullable=True),
    sa.Column("updated_at", sa.BigInteger(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("client_id"),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
    mysql_engine="InnoDB"
    )
    with op.batch_alter_table("application_look", schema=None) as batch_op:
        batch_op.create_index("ix_application_look_logo_digest", ["logo_digest"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("application_look", schema=None) as batch_op:
        batch_op.drop_index("ix_application_look_logo_digest")

    op.drop_table("application_look")
