"""Lists over millions of rows: names by their beginning, the log by outcome.

Revision: 0005
Follows: 0004
Created: 2026-11-21
"""

from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# In a locale other than C, PostgreSQL answers LIKE 'x%' from an index of this kind only. The names
# of the index are the same, so that the other databases need no change.
PATTERN = {"name": "varchar_pattern_ops"}


def upgrade() -> None:
    op.create_index("ix_audit_event_outcome_id", "audit_event", ["outcome", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_account_name", "account")
        op.create_index("ix_account_name", "account", ["name"], postgresql_ops=PATTERN)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_account_name", "account")
        op.create_index("ix_account_name", "account", ["name"])
    op.drop_index("ix_audit_event_outcome_id", "audit_event")
