"""On PostgreSQL, people are found by the domain of their e-mail address.

Revision: 0027
Follows: 0026
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NAME = "ix_account_email_domain"


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    with op.get_context().autocommit_block():  # beside the traffic
        if sa.inspect(op.get_bind(), raiseerr=False) is not None:
            op.execute(f"DROP INDEX IF EXISTS {NAME}")  # what was left half made
        domain = "substring(lower(email::text), '[^@]*$')"
        op.execute(
            f"CREATE INDEX CONCURRENTLY {NAME} ON account (({domain})) WHERE email_verified"
        )
        op.execute("ANALYZE account")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP INDEX {NAME}")
