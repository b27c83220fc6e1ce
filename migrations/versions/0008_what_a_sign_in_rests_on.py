"""What a sign-in rests on: identities of sessions and grants, and what waits for a code.

Revision: 0008
Follows: 0007
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW = (
    ("grant", "identity", sa.String(64)),
    ("grant", "pending", sa.Text()),
    ("browser_session", "identity", sa.String(64)),
    ("ticket", "confirmed_from", sa.Text()),
    ("parked_association", "confirmed_from", sa.Text()),
)


def upgrade() -> None:
    for table, column, kind in NEW:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, kind, nullable=True))


def downgrade() -> None:
    for table, column, _kind in reversed(NEW):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
