"""APIs that a consent was given for.

Revision: 0010
Follows: 0008
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resources", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_column("resources")
