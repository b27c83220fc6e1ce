"""By which session at a source a browser session of ours began, and who said an e-mail address.

Revision: 0024
Follows: 0023
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("email_provenance", sa.String(length=20), nullable=True))
    op.create_table(
        "source_session",
        sa.Column("sid", sa.String(length=22), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=True),
        sa.Column("id_token_sealed", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_source_session")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_source_session_name", "source_session", ["connection_id", "name_hash"])
    op.create_index("ix_source_session_expires_at", "source_session", ["expires_at"])


def downgrade() -> None:
    op.drop_table("source_session")
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("email_provenance")
