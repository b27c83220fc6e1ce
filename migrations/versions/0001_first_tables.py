"""The tables of the first version.

Revision: 0001
Follows:
Created: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client",
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("registration_token_digest", sa.String(length=64), nullable=True),
        sa.Column("dynamic", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "consent",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "client_id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "device_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_code", sa.String(length=16), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("grant_id", sa.String(length=32), nullable=True),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("polled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_code", name="uq_device_code_user_code"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("device_code", schema=None) as batch_op:
        batch_op.create_index("ix_device_code_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "grant",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=True),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("code_challenge", sa.String(length=64), nullable=True),
        sa.Column("auth_time", sa.BigInteger(), nullable=True),
        sa.Column("acr", sa.String(length=128), nullable=True),
        sa.Column("amr", sa.String(length=128), nullable=False),
        sa.Column("sid", sa.String(length=64), nullable=True),
        sa.Column("connection", sa.String(length=64), nullable=True),
        sa.Column("claims", sa.Text(), nullable=True),
        sa.Column("resources", sa.Text(), nullable=True),
        sa.Column("dpop_jkt", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("code_used_at", sa.BigInteger(), nullable=True),
        sa.Column("refresh_generation", sa.Integer(), nullable=False),
        sa.Column("refreshed_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.create_index("ix_grant_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_grant_sid", ["sid"], unique=False)
        batch_op.create_index("ix_grant_subject", ["subject", "client_id"], unique=False)

    op.create_table(
        "interaction",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=True),
        sa.Column("host_state", sa.Text(), nullable=False),
        sa.Column("login_session", sa.String(length=64), nullable=True),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("rotated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.create_index("ix_interaction_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "replay",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("replay", schema=None) as batch_op:
        batch_op.create_index("ix_replay_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("alg", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=True),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("private_sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kid"),
        sa.UniqueConstraint("slot", name="uq_signing_key_slot"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "connection",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("app_id", sa.String(length=32), nullable=True),
        sa.Column("login_only", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("association", sa.String(length=16), nullable=False),
        sa.Column("env_version", sa.String(length=16), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_connection_app_id"), ["app_id"], unique=False)

    op.create_table(
        "push_receipt",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("push_receipt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_push_receipt_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "ticket",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("scene_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("binding", sa.String(length=128), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("choices", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("identity_sealed", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("scene_hash"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "wechat_app",
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("secret_sealed", sa.String(length=512), nullable=False),
        sa.Column("original_id", sa.String(length=40), nullable=True),
        sa.Column("open_platform", sa.String(length=64), nullable=True),
        sa.Column("default_for", sa.String(length=16), nullable=True),
        sa.Column("push_token", sa.String(length=64), nullable=True),
        sa.Column("push_key_sealed", sa.String(length=512), nullable=True),
        sa.Column("fault_errcode", sa.Integer(), nullable=True),
        sa.Column("fault_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("app_id"),
        sa.UniqueConstraint("default_for"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("picture", sa.String(length=1024), nullable=True),
        sa.Column("profile_provenance", sa.String(length=16), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_provenance", sa.String(length=20), nullable=True),
        sa.Column("phone_verified_at", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.Column("username", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("merged_into", sa.String(length=22), nullable=True),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_created_at_id", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_account_email", ["email"], unique=False)
        batch_op.create_index("ix_account_name", ["name"], unique=False)
        batch_op.create_index("ix_account_phone", ["phone"], unique=False)

    op.create_table(
        "account_conflict",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=False),
        sa.Column("other_account_id", sa.String(length=22), nullable=True),
        sa.Column("key_namespace", sa.String(length=128), nullable=True),
        sa.Column("key_value", sa.String(length=128), nullable=True),
        sa.Column("openid_namespace", sa.String(length=128), nullable=True),
        sa.Column("openid_value", sa.String(length=128), nullable=True),
        sa.Column("connection_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("resolution", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("account_conflict", schema=None) as batch_op:
        batch_op.create_index("ix_account_conflict_account_id", ["account_id"], unique=False)
        batch_op.create_index(
            "ix_account_conflict_other_account_id", ["other_account_id"], unique=False
        )
        batch_op.create_index(
            "ix_account_conflict_state_opened_at_id", ["state", "opened_at", "id"], unique=False
        )

    op.create_table(
        "account_merge",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("kept_id", sa.String(length=22), nullable=False),
        sa.Column("dropped_id", sa.String(length=22), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("merged_at", sa.BigInteger(), nullable=False),
        sa.Column("undo_until", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("account_merge", schema=None) as batch_op:
        batch_op.create_index("ix_account_merge_dropped_id", ["dropped_id"], unique=False)
        batch_op.create_index("ix_account_merge_kept_id", ["kept_id"], unique=False)
        batch_op.create_index("ix_account_merge_undo_until", ["undo_until"], unique=False)

    op.create_table(
        "audit_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=22), nullable=True),
        sa.Column("client_id", sa.String(length=255), nullable=True),
        sa.Column("connection_id", sa.String(length=32), nullable=True),
        sa.Column("rule", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_client_id_id", ["client_id", "id"], unique=False)
        batch_op.create_index(
            "ix_audit_event_connection_id_id", ["connection_id", "id"], unique=False
        )
        batch_op.create_index("ix_audit_event_kind_id", ["kind", "id"], unique=False)
        batch_op.create_index("ix_audit_event_subject_id", ["subject", "id"], unique=False)
        batch_op.create_index("ix_audit_event_time", ["time"], unique=False)

    op.create_table(
        "browser_session",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=False),
        sa.Column("sid", sa.String(length=22), nullable=False),
        sa.Column("auth_time", sa.BigInteger(), nullable=False),
        sa.Column("amr", sa.String(length=64), nullable=False),
        sa.Column("acr", sa.String(length=128), nullable=True),
        sa.Column("connection_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("user_agent", sa.String(length=255), nullable=True),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.PrimaryKeyConstraint("id_hash"),
        sa.UniqueConstraint("sid"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("browser_session", schema=None) as batch_op:
        batch_op.create_index("ix_browser_session_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_browser_session_connection_id", ["connection_id"], unique=False)
        batch_op.create_index("ix_browser_session_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "external_key",
        sa.Column("namespace", sa.String(length=128), nullable=False),
        sa.Column("value", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=True),
        sa.Column("shared_namespace", sa.String(length=128), nullable=True),
        sa.Column("shared_value", sa.String(length=128), nullable=True),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "value"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("external_key", schema=None) as batch_op:
        batch_op.create_index("ix_external_key_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_external_key_value", ["value"], unique=False)

    op.create_table(
        "parked_association",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("binding", sa.String(length=128), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=True),
        sa.Column("may_create", sa.Boolean(), nullable=False),
        sa.Column("identity_sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id_hash"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("parked_association", schema=None) as batch_op:
        batch_op.create_index("ix_parked_association_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "phone_turn",
        sa.Column("phone_hash", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("phone_hash"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("phone_turn", schema=None) as batch_op:
        batch_op.create_index("ix_phone_turn_taken_at", ["taken_at"], unique=False)

    op.create_table(
        "source_enablement",
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("allow_sign_up", sa.Boolean(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "connection_id"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("source_enablement", schema=None) as batch_op:
        batch_op.create_index("ix_source_enablement_connection_id", ["connection_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("source_enablement", schema=None) as batch_op:
        batch_op.drop_index("ix_source_enablement_connection_id")

    op.drop_table("source_enablement")
    with op.batch_alter_table("phone_turn", schema=None) as batch_op:
        batch_op.drop_index("ix_phone_turn_taken_at")

    op.drop_table("phone_turn")
    with op.batch_alter_table("parked_association", schema=None) as batch_op:
        batch_op.drop_index("ix_parked_association_expires_at")

    op.drop_table("parked_association")
    with op.batch_alter_table("external_key", schema=None) as batch_op:
        batch_op.drop_index("ix_external_key_value")
        batch_op.drop_index("ix_external_key_account_id")

    op.drop_table("external_key")
    with op.batch_alter_table("browser_session", schema=None) as batch_op:
        batch_op.drop_index("ix_browser_session_expires_at")
        batch_op.drop_index("ix_browser_session_connection_id")
        batch_op.drop_index("ix_browser_session_account_id")

    op.drop_table("browser_session")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_time")
        batch_op.drop_index("ix_audit_event_subject_id")
        batch_op.drop_index("ix_audit_event_kind_id")
        batch_op.drop_index("ix_audit_event_connection_id_id")
        batch_op.drop_index("ix_audit_event_client_id_id")

    op.drop_table("audit_event")
    with op.batch_alter_table("account_merge", schema=None) as batch_op:
        batch_op.drop_index("ix_account_merge_undo_until")
        batch_op.drop_index("ix_account_merge_kept_id")
        batch_op.drop_index("ix_account_merge_dropped_id")

    op.drop_table("account_merge")
    with op.batch_alter_table("account_conflict", schema=None) as batch_op:
        batch_op.drop_index("ix_account_conflict_state_opened_at_id")
        batch_op.drop_index("ix_account_conflict_other_account_id")
        batch_op.drop_index("ix_account_conflict_account_id")

    op.drop_table("account_conflict")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("ix_account_phone")
        batch_op.drop_index("ix_account_name")
        batch_op.drop_index("ix_account_email")
        batch_op.drop_index("ix_account_created_at_id")

    op.drop_table("account")
    op.drop_table("wechat_app")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_expires_at"))

    op.drop_table("ticket")
    with op.batch_alter_table("push_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_push_receipt_expires_at"))

    op.drop_table("push_receipt")
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_connection_app_id"))

    op.drop_table("connection")
    op.drop_table("signing_key")
    with op.batch_alter_table("replay", schema=None) as batch_op:
        batch_op.drop_index("ix_replay_expires_at")

    op.drop_table("replay")
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.drop_index("ix_interaction_expires_at")

    op.drop_table("interaction")
    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.drop_index("ix_grant_subject")
        batch_op.drop_index("ix_grant_sid")
        batch_op.drop_index("ix_grant_expires_at")

    op.drop_table("grant")
    with op.batch_alter_table("device_code", schema=None) as batch_op:
        batch_op.drop_index("ix_device_code_expires_at")

    op.drop_table("device_code")
    op.drop_table("consent")
    op.drop_table("client")
