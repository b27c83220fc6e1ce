"""Probes: what makes a node ready, and that a stranger learns one word of it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from app.database import database_url, db
from app.factory import create_app
from app.health.readiness import examine
from app.settings import Settings
from tests.app.site import Site
from tests.conftest import TestClock
from tests.shell import SECRET, free_port


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("health") / "qiao.sqlite3"
    with application(file, TestClock()).app_context():
        upgrade()
    logging.getLogger("alembic").disabled = False
    return file


def application(file: Path, clock: TestClock, secret: str = SECRET, **more: str) -> Flask:
    url = database_url(f"sqlite:///{file}")
    settings = Settings(
        issuer="http://127.0.0.1:8000", secret_keys=(secret,), database_url=url, **more
    )  # type: ignore[arg-type]
    return create_app(settings, clock)


@pytest.fixture
def app(migrated: Path, clock: TestClock) -> Iterator[Flask]:
    app = application(migrated, clock)
    with app.app_context():
        yield app
        db.session.rollback()
        for engine in db.engines.values():
            engine.dispose()


def parts(app: Flask) -> dict[str, str]:
    return dict(examine(app).parts)


def at_revision(revision: str) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    db.session.commit()


def test_node_is_ready_at_its_head_and_while_a_newer_version_has_migrated(app: Flask) -> None:
    head = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    assert parts(app) == {"database": "ok", "migrations": "ok", "keys": "ok"}

    at_revision("9999_of_a_newer_version")
    later = parts(app)
    at_revision("0001")
    earlier = parts(app)
    at_revision(head or "")

    assert later["migrations"] == "ok"
    assert earlier == {"database": "ok", "migrations": "failed", "keys": "unknown"}


def test_node_whose_secrets_open_no_key_is_not_ready(migrated: Path, app: Flask) -> None:
    assert parts(app)["keys"] == "ok"

    other = application(migrated, TestClock(), secret="another secret that opens nothing at all")
    with other.app_context():
        assert parts(other) == {"database": "ok", "migrations": "ok", "keys": "failed"}
        db.session.rollback()


def test_node_without_tables_or_without_database_is_not_ready(
    tmp_path: Path, clock: TestClock
) -> None:
    empty = application(tmp_path / "empty.sqlite3", clock)
    with empty.app_context():
        assert parts(empty)["migrations"] == "failed"
        assert parts(empty)["database"] == "ok"
    away = application(tmp_path / "no such folder" / "qiao.sqlite3", clock)
    with away.app_context():
        assert parts(away) == {"database": "failed", "migrations": "unknown", "keys": "unknown"}


def test_redis_that_is_away_leaves_the_node_ready(migrated: Path, clock: TestClock) -> None:
    app = application(migrated, clock, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    with app.app_context():
        found = examine(app)
        db.session.rollback()

    assert found.parts["redis"] == "degraded"
    assert (found.is_ready, found.is_degraded) == (True, True)


def test_stranger_learns_one_word(site: Site, app: Flask) -> None:
    live, unready = site.phone().get("/health/live"), site.phone().get("/health/ready")
    ready = app.test_client().get("/health/ready")

    # The site's tables were made without migrations, which is a failure that nobody is told.
    assert (live.status_code, live.get_json()) == (200, {"status": "live"})
    assert (unready.status_code, unready.get_json()) == (503, {"status": "unavailable"})
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ready"})
    assert ready.headers["Cache-Control"] == "no-store"
    assert site.phone().get("/health/").get_json()["error"] == "invalid_request"


def test_one_look_serves_a_second_of_questions_and_changes_are_logged(
    app: Flask, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    head = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    probe = app.test_client()
    caplog.set_level(logging.INFO)
    assert probe.get("/health/ready").status_code == 200
    at_revision("0001")

    same = probe.get("/health/ready").status_code
    clock.advance(1)
    later = probe.get("/health/ready").status_code
    at_revision(head or "")

    assert (same, later) == (200, 503)
    assert [r.getMessage() for r in caplog.records if r.name.startswith("app.health")] == [
        "health: database ok, migrations failed, keys unknown"
    ]
