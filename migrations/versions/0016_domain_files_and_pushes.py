"""Files that prove to others that a domain is ours, and when a source has pushed last.

Revision: 0016
Follows: 0013
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "domain_file",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_domain_file")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "push_seen",
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("credential_id", sa.String(length=96), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=True),
        sa.Column("refused_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "credential_id", name=op.f("pk_push_seen")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )


def downgrade() -> None:
    op.drop_table("push_seen")
    op.drop_table("domain_file")
