"""When a WeChat secret was stored.

Revision: 0006
Follows: 0005
Created: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("wechat_app", schema=None) as batch_op:
        batch_op.add_column(sa.Column("secret_since", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("wechat_app", schema=None) as batch_op:
        batch_op.drop_column("secret_since")
