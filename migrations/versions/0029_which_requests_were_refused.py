"""By which requests an application was refused, so that the number on an error page leads there.

Revision: 0029
Follows: 0028
Created: 2026-11-30
"""

import sqlalchemy as sa
from alembic import op


revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("client_refusal") as batch_op:
        batch_op.add_column(sa.Column("requests", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("client_refusal") as batch_op:
        batch_op.drop_column("requests")
