"""APIs with scopes of their own.

Revision: 0013
Follows: 0010
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("api",
    sa.Column("id", sa.String(length=32), nullable=False),
    sa.Column("resource", sa.String(length=255), nullable=False),
    sa.Column("document", sa.Text(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_at", sa.BigInteger(), nullable=False),
    sa.Column("updated_at", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("resource"),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
    mysql_engine="InnoDB"
    )


def downgrade() -> None:
    op.drop_table("api")
