"""From 0.1.0 on, servers of two versions run side by side on one database: migrations only add.

See docs/adr/0018-migrations-only-add.md.
"""

import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.script import ScriptDirectory

from tests.source import ROOT
from tests.upgrade.additions import Judge, steps

LAST_OF_0_1_0 = "0006"
REVIEWED: Mapping[tuple[str, str], str] = {
    ("0019", "UPDATE account SET last_sign_in"): "fills a new column",
    ("0019", "CREATE INDEX CONCURRENTLY"): "of no unique values",
    ("0019", "ANALYZE account"): "changes no row",
    ("0027", "CREATE INDEX CONCURRENTLY"): "of no unique values",
    ("0027", "ANALYZE account"): "changes no row",
}
"""Revision and beginning of a statement that is no addition: why older servers can bear it.

For what is taken away the reason begins with the release since which nothing reads it:
``unread since 0.2.0: …``.
"""


def test_migrations_since_0_1_0_only_add() -> None:
    assert problems(since_0_1_0(), REVIEWED) == []


def test_what_was_reviewed_is_still_there() -> None:
    there = {(script, step.statement) for script, step in all_steps(since_0_1_0()) if step.problem}

    stale = [
        key
        for key in REVIEWED
        if not any(key[0] == revision and text.startswith(key[1]) for revision, text in there)
    ]

    assert stale == []


def test_what_is_taken_away_was_unread_in_a_release() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert unreleased(since_0_1_0(), REVIEWED, changelog) == []


# -- the judge -----------------------------------------------------------------------------------

GOOD: Mapping[str, Callable[[], Any]] = {
    "a table with what it likes": lambda: (
        op.create_table("made", sa.Column("id", sa.Integer(), primary_key=True)),
        op.create_index("ix_made", "made", ["id"], unique=True),
        op.create_unique_constraint("uq_made", "made", ["id"]),
    ),
    "a nullable column": lambda: op.add_column("client", sa.Column("x", sa.Integer())),
    "a column with a default": lambda: op.add_column(
        "client", sa.Column("x", sa.Integer(), nullable=False, server_default="0")
    ),
    "an index": lambda: op.create_index("ix_x", "client", ["created_at"]),
    "a longer string": lambda: op.alter_column(
        "client", "x", existing_type=sa.String(32), type_=sa.String(64)
    ),
    "a text for a string": lambda: op.alter_column(
        "client", "x", existing_type=sa.String(32), type_=sa.Text()
    ),
    "a wider number": lambda: op.alter_column(
        "client", "x", existing_type=sa.Integer(), type_=sa.BigInteger()
    ),
}
BAD: Mapping[str, Callable[[], Any]] = {
    "a column that older servers do not fill": lambda: op.add_column(
        "client", sa.Column("x", sa.Integer(), nullable=False)
    ),
    "a column dropped": lambda: op.drop_column("client", "document"),
    "a table dropped": lambda: op.drop_table("client"),
    "an index dropped": lambda: op.drop_index("ix_grant_sid", "grant"),
    "a column renamed": lambda: op.alter_column("client", "document", new_column_name="metadata"),
    "a table renamed": lambda: op.rename_table("client", "application"),
    "a shorter string": lambda: op.alter_column(
        "client", "x", existing_type=sa.String(64), type_=sa.String(32)
    ),
    "a string for a text": lambda: op.alter_column(
        "client", "x", existing_type=sa.Text(), type_=sa.String(64)
    ),
    "a type of which nobody says what it was": lambda: op.alter_column(
        "client", "x", type_=sa.String(64)
    ),
    "a column that may be null no more": lambda: op.alter_column("client", "x", nullable=False),
    "a column that older servers may read null from": lambda: op.alter_column(
        "client", "x", nullable=True
    ),
    "a default taken away": lambda: op.alter_column("client", "x", server_default=None),
    "a new uniqueness": lambda: op.create_index("ix_x", "client", ["document"], unique=True),
    "a new constraint": lambda: op.create_unique_constraint("uq_x", "client", ["document"]),
    "a constraint dropped": lambda: op.drop_constraint("uq_signing_key_slot", "signing_key"),
    "rows deleted": lambda: op.execute("DELETE FROM consent"),
    "values changed": lambda: op.execute("UPDATE client SET document = ''"),
}


def migration(upgrade: Callable[[], Any]) -> ModuleType:
    module = ModuleType("migration")
    module.upgrade = upgrade  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize("upgrade", GOOD.values(), ids=GOOD.keys())
def test_addition_is_borne(upgrade: Callable[[], Any]) -> None:
    assert [step.problem for step in steps(migration(upgrade)) if step.problem] == []


@pytest.mark.parametrize("upgrade", BAD.values(), ids=BAD.keys())
def test_what_is_no_addition_is_told(upgrade: Callable[[], Any]) -> None:
    told = problems({"0099": migration(upgrade)}, {})

    assert len(told) == 1
    assert told[0].startswith("0099: ")


def test_statement_that_was_reviewed_is_borne() -> None:
    known = {"0099": migration(BAD["a column dropped"])}
    why = "unread since 0.1.0: nobody looks at it"
    reviewed = {("0099", "ALTER TABLE client DROP COLUMN document"): why}

    assert problems(known, reviewed) == []
    assert unreleased(known, reviewed, "## 0.1.0 - 2026-11-28") == []
    assert unreleased(known, reviewed, "## Unreleased") == ["0099: 0.1.0 is no release"]
    assert unreleased(known, dict.fromkeys(reviewed, "because"), "## 0.1.0") == [
        "0099: say since which release nothing reads it"
    ]


# -- how it is asked -----------------------------------------------------------------------------


def since_0_1_0() -> dict[str, ModuleType]:
    """Revisions and their modules, oldest first."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    newest_first = scripts.iterate_revisions("head", LAST_OF_0_1_0)
    return {script.revision: script.module for script in reversed(list(newest_first))}


def all_steps(migrations: Mapping[str, ModuleType]) -> list[tuple[str, Any]]:
    judge = Judge()
    return [
        (revision, step) for revision, module in migrations.items() for step in steps(module, judge)
    ]


def why(revision: str, statement: str, reviewed: Mapping[tuple[str, str], str]) -> str | None:
    return next(
        (
            reason
            for (of, beginning), reason in reviewed.items()
            if of == revision and statement.startswith(beginning)
        ),
        None,
    )


def problems(
    migrations: Mapping[str, ModuleType], reviewed: Mapping[tuple[str, str], str]
) -> list[str]:
    return [
        f"{revision}: {step.statement}: {step.problem}"
        for revision, step in all_steps(migrations)
        if step.problem and why(revision, step.statement, reviewed) is None
    ]


def unreleased(
    migrations: Mapping[str, ModuleType],
    reviewed: Mapping[tuple[str, str], str],
    changelog: str,
) -> list[str]:
    """What is taken away although no release has gone without it."""
    released = set(re.findall(r"^## \[?(\d+\.\d+\.\d+)", changelog, re.MULTILINE))
    told = []
    for revision, step in all_steps(migrations):
        reason = why(revision, step.statement, reviewed)
        if not step.drops or reason is None:
            continue
        since = re.match(r"unread since (\d+\.\d+\.\d+)", reason)
        if since is None:
            told.append(f"{revision}: say since which release nothing reads it")
        elif since[1] not in released:
            told.append(f"{revision}: {since[1]} is no release")
    return told
