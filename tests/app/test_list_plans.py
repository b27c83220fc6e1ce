"""Lists over millions of rows begin at an index, on PostgreSQL, whatever its locale."""

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.accounts.records import listing
from app.audit import trail
from app.audit.trail import Filter
from app.groups.rules import parts
from tests.databases import those_of

SERVER = those_of("postgresql")
OURS = "relnamespace = 'public'::regnamespace"
FORGET = (
    f"UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE {OURS}",
    f"DELETE FROM pg_statistic USING pg_class WHERE starelid = pg_class.oid AND {OURS}",
)
pytestmark = pytest.mark.parametrize("database", SERVER, indirect=True, scope="session")


@pytest.fixture
def plans(session: Session) -> list[str]:
    """How the server would run each statement from here on, were reading whole tables dear.

    It forgets what it has counted in tables of tests: in small ones any index is good enough.
    """
    connection = session.connection()
    for forget in FORGET:
        connection.execute(text(forget))
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    found: list[str] = []

    @event.listens_for(connection, "before_cursor_execute")
    def explain(_c: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if not statement.startswith("SELECT"):
            return
        cursor.execute(f"EXPLAIN {statement}", parameters)  # type: ignore[attr-defined]
        found.append("\n".join(row[0] for row in cursor.fetchall()))  # type: ignore[attr-defined]

    return found


@pytest.mark.parametrize(
    ("words", "index"),
    [
        ("明", "ix_account_name_parts"),
        ("小明", "ix_account_name_parts"),
        ("li.lei@", "ix_account_email_lower"),
        ("8000", "ix_account_phone_end"),
    ],
)
def test_person_is_found_by_an_index(
    session: Session, plans: list[str], words: str, index: str
) -> None:
    session.execute(text("SET LOCAL enable_indexscan = off"))  # by the key, and then compare
    listing.search(session, words)

    assert any(index in plan for plan in plans)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filter(), "audit_event_pkey"),
        (Filter(kind="admin.created"), "ix_audit_event_kind_id"),
        (Filter(outcome="refused"), "ix_audit_event_outcome_id"),
        (Filter(since=5), "ix_audit_event_time"),
        (Filter(until=5), "ix_audit_event_time"),
    ],
)
def test_log_begins_at_an_index(
    session: Session, plans: list[str], wanted: Filter, index: str
) -> None:
    session.execute(text("SET LOCAL enable_sort = off"))
    trail.page(session, wanted, limit=51)

    assert f"using {index}" in plans[-1]


def test_group_by_domain_is_found_by_an_index(session: Session, plans: list[str]) -> None:
    domain = parts("g", {"email_domain"}, "postgresql")["email_domain"]
    session.execute(domain.ids).all()

    assert "ix_account_email_domain" in plans[-1]
