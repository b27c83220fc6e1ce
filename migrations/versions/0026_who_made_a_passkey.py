"""By which way in somebody had come who made a passkey, so that it goes with that way in.

Revision: 0026
Follows: 0025
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person_passkey") as batch_op:
        batch_op.add_column(sa.Column("made_by", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person_passkey") as batch_op:
        batch_op.drop_column("made_by")
