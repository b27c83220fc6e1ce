"""People: found by parts of their names, last sign-ins, work on many, receipts of erasures.

Revision: 0019
Follows: 0018
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql


revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}
PART = sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")
INDEXES = (
    ("ix_account_last_sign_in_id", "account", ["last_sign_in", "id"]),
    ("ix_account_disabled_at", "account", ["disabled_at"]),
    ("ix_account_merged_into", "account", ["merged_into"]),
    ("ix_external_key_connection_id", "external_key", ["connection_id", "account_id"]),
    ("ix_grant_client_id", "grant", ["client_id", "subject"]),
)

# PostgreSQL keeps these true by itself, also where a node of an older version writes an account.
# The first holds every character of a name and every two that follow one another.
NAME_PARTS = (
    "(string_to_array(lower(name::text), NULL)"
    " || string_to_array(regexp_replace(lower(name::text), '(..)', '\\1' || chr(10), 'g'), chr(10))"
    " || string_to_array(regexp_replace(substr(lower(name::text), 2), '(..)', '\\1' || chr(10),"
    " 'g'), chr(10)))"
)
OF_POSTGRESQL = {
    "ix_account_name_parts": f"USING gin ({NAME_PARTS})",
    "ix_account_email_lower": "(lower(email::text) text_pattern_ops)",
    "ix_account_phone_end": "(right(phone::text, 4))",
}

# An imported key was seen when it was imported; only what came after that was a sign-in.
SEEN = """
UPDATE account SET last_sign_in = COALESCE((
    SELECT MAX(external_key.last_seen) FROM external_key
    WHERE external_key.account_id = account.id AND (external_key.connection_id IS NOT NULL
        OR external_key.last_seen > external_key.first_seen)), 0)
WHERE last_sign_in = 0
"""
BY_PASSWORD = """
UPDATE account SET last_sign_in = COALESCE((
    SELECT MAX(audit_event.time) FROM audit_event
    WHERE audit_event.subject = account.id AND audit_event.kind = 'sign_in.succeeded'), 0)
WHERE username IS NOT NULL AND last_sign_in = 0
"""
# Of a million accounts, ten thousand at a time: nobody who signs in waits for the rest of them.
NEXT = "SELECT id FROM account WHERE id > :after ORDER BY id OFFSET 9999 LIMIT 1"


def upgrade() -> None:
    if not is_begun():
        op.add_column(
            "account",
            sa.Column("last_sign_in", sa.BigInteger(), server_default="0", nullable=False),
        )
        make_jobs()
        make_receipts()
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            upgrade_beside_traffic()
        return
    op.execute(SEEN)
    op.execute(BY_PASSWORD)
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def is_begun() -> bool:
    """Whether this was cut off on PostgreSQL after its first part; it goes on then."""
    found = sa.inspect(op.get_bind(), raiseerr=False)
    columns = found.get_columns("account") if found else ()  # nothing is there to look at offline
    return "last_sign_in" in {column["name"] for column in columns}


def upgrade_beside_traffic() -> None:
    """PostgreSQL lets others write while an index is made, each of which it makes by itself."""
    if sa.inspect(op.get_bind(), raiseerr=False) is None:  # it is written down, to be run later
        op.execute(SEEN)
    else:
        fill_by_parts(op.get_bind())
        for name in (*(name for name, *_ in INDEXES), *OF_POSTGRESQL):
            op.execute(f"DROP INDEX IF EXISTS {name}")  # what was left half made
    op.execute(BY_PASSWORD)
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, postgresql_concurrently=True)
    for name, index in OF_POSTGRESQL.items():
        op.execute(sa.text(f"CREATE INDEX CONCURRENTLY {name} ON account {index}"))
    op.execute("ANALYZE account")  # what it knows of the new indexes decides how it searches


def fill_by_parts(connection: sa.Connection) -> None:
    after: str | None = ""
    while after is not None:
        last = connection.scalar(sa.text(NEXT), {"after": after})
        part = "AND id > :after" + (" AND id <= :last" if last else "")
        connection.execute(sa.text(SEEN + part), {"after": after, **({"last": last} if last else {})})
        after = last


def make_jobs() -> None:
    op.create_table(
        "account_job",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **TABLE,
    )
    op.create_index("ix_account_job_created_at_id", "account_job", ["created_at", "id"])
    op.create_index("ix_account_job_state_lease_until", "account_job", ["state", "lease_until"])
    op.create_table(
        "account_job_part",
        sa.Column("job_id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", PART, nullable=True),
        sa.Column("result", PART, nullable=True),
        sa.PrimaryKeyConstraint("job_id", "number"),
        **TABLE,
    )


def make_receipts() -> None:
    op.create_table(
        "erasure_receipt",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **TABLE,
    )
    op.create_index("ix_erasure_receipt_account_id", "erasure_receipt", ["account_id"])


def downgrade() -> None:
    for table in ("erasure_receipt", "account_job_part", "account_job"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in OF_POSTGRESQL:
            op.drop_index(name, "account")
    for name, table, _columns in reversed(INDEXES):
        op.drop_index(name, table)
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("last_sign_in")
