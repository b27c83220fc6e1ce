"""With what a connection's provider signs ID tokens, so that every node knows it.

Revision: 0028
Follows: 0027
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("connection") as batch_op:
        batch_op.add_column(sa.Column("id_token_alg", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("connection") as batch_op:
        batch_op.drop_column("id_token_alg")
