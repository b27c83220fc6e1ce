"""Groups of people, and who may come in to an application.

Revision: 0021
Follows: 0020
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op


revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MYSQL = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_engine": "InnoDB",
}


def upgrade() -> None:
    op.create_table(
        "person_group",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_group")),
        sa.UniqueConstraint("name", name=op.f("uq_person_group_name")),
        **MYSQL,
    )
    op.create_table(
        "group_member",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "account_id", name=op.f("pk_group_member")),
        **MYSQL,
    )
    op.create_index("ix_group_member_account_id", "group_member", ["account_id"])
    op.create_table(
        "group_rule",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "kind", "value", name=op.f("pk_group_rule")),
        **MYSQL,
    )
    op.create_index("ix_group_rule_kind_value", "group_rule", ["kind", "value"])
    _create_access()


def _create_access() -> None:
    op.create_table(
        "application_access",
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("seen", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("has_roles", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_application_access")),
        **MYSQL,
    )
    op.create_table(
        "application_group",
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("enters", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "group_id", name=op.f("pk_application_group")),
        **MYSQL,
    )
    op.create_index("ix_application_group_group_id", "application_group", ["group_id"])
    op.create_table(
        "application_person",
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "account_id", name=op.f("pk_application_person")),
        **MYSQL,
    )
    op.create_index("ix_application_person_account_id", "application_person", ["account_id"])
    op.create_index(
        "ix_application_person_state_asked_at", "application_person", ["state", "asked_at"]
    )


def downgrade() -> None:
    for table in (
        *("application_person", "application_group", "application_access"),
        *("group_rule", "group_member", "person_group"),
    ):
        op.drop_table(table)
