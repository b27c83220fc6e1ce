"""Passkeys of people, and more of what pages look like: background, words, the deployment's own.

Revision: 0022
Follows: 0021
Created: 2026-11-29
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql


revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MYSQL = {
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_engine": "InnoDB",
}
_PICTURE = sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "person_passkey",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_person_passkey")),
        **_MYSQL,
    )
    op.create_index("ix_person_passkey_account_id", "person_passkey", ["account_id"])
    op.create_table(
        "person_challenge",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.String(length=128), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_person_challenge")),
        **_MYSQL,
    )
    op.create_index("ix_person_challenge_expires_at", "person_challenge", ["expires_at"])
    with op.batch_alter_table("application_look") as look:
        look.add_column(sa.Column("background", sa.String(length=7), nullable=True))
        look.add_column(sa.Column("picture", _PICTURE, nullable=True))
        look.add_column(sa.Column("picture_digest", sa.String(length=64), nullable=True))
        look.add_column(sa.Column("texts", sa.Text(), nullable=True))
        look.create_index("ix_application_look_picture_digest", ["picture_digest"])


def downgrade() -> None:
    with op.batch_alter_table("application_look") as look:
        look.drop_index("ix_application_look_picture_digest")
        look.drop_column("texts")
        look.drop_column("picture_digest")
        look.drop_column("picture")
        look.drop_column("background")
    op.drop_table("person_challenge")
    op.drop_table("person_passkey")
