"""What an answer rests on: the database, its tables, the signing keys; Redis, without which we do.

One look serves a second of questions, so that whoever asks often costs nothing.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.database import db
from app.settings import Settings
from app.web.redis_circuit import away, redis_client
from oidc.clock import Clock, ages_of
from oidc.protocol.signing_algorithms import MANDATORY
from oidc.provider import Provider

log = logging.getLogger(__name__)

Part = Literal["ok", "failed", "degraded", "unknown"]
GOES_FOR = 1
"""Seconds for which one look is believed."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """How each part is: ``database``, ``migrations``, ``keys``, and ``redis`` where it is set."""

    parts: Mapping[str, Part] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """Whether requests can be answered; a Redis that is away only counts for less."""
        return not {"failed", "unknown"} & set(self.parts.values())

    @property
    def is_degraded(self) -> bool:
        return "degraded" in self.parts.values()


class Watch:
    """Looks when it is asked, once a second at most."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self._app = app
        self._ages = ages_of(clock)
        self._looking = threading.Lock()
        self._looked_at: int | None = None
        self._found = Readiness()

    def look(self) -> Readiness:
        """How everything is; of a moment ago where somebody else is looking just now."""
        if self._is_fresh() or not self._looking.acquire(blocking=not self._found.parts):
            return self._found
        try:
            if not self._is_fresh():
                self._note(examine(self._app))
        finally:
            self._looking.release()
        return self._found

    def _is_fresh(self) -> bool:
        return self._looked_at is not None and self._ages() - self._looked_at < GOES_FOR

    def _note(self, found: Readiness) -> None:
        if found != self._found and (self._found.parts or not found.is_ready):
            level = logging.INFO if found.is_ready and not found.is_degraded else logging.WARNING
            log.log(level, "health: %s", ", ".join(f"{k} {v}" for k, v in found.parts.items()))
        self._found, self._looked_at = found, self._ages()


def examine(app: Flask) -> Readiness:
    """Looks at every part; what rests on one that failed is not asked."""
    parts: dict[str, Part] = {"database": "failed", "migrations": "unknown", "keys": "unknown"}
    session = db.session()
    try:
        parts["migrations"] = _migrations(app, session)
        parts["database"] = "ok"
        if parts["migrations"] == "ok":
            parts["keys"] = _keys(app.extensions["oidc"], session)
    except SQLAlchemyError:
        log.debug("health: the database", exc_info=True)
    finally:
        session.rollback()
    settings: Settings = app.extensions["settings"]
    if settings.redis_url:
        parts["redis"] = _redis(settings.redis_url)
    return Readiness(parts)


def migrations_folder(app: Flask) -> Path:
    """Where the migrations of this version are."""
    return Path(app.root_path).parent / "migrations"


def revisions(app: Flask) -> tuple[str, ...]:
    """The migrations that this version knows, in their order: the last is its head.

    By the numbers that their files begin with; Alembic would load each of them for it.
    """
    files = (migrations_folder(app) / "versions").glob("[0-9]*.py")
    return tuple(sorted(each.name.partition("_")[0] for each in files))


def _migrations(app: Flask, session: Session) -> Part:
    """Whether the tables are at our head or later: one that we do not know is of a newer version,
    which nodes of both may use, since migrations only add."""
    known: tuple[str, ...] | None = app.extensions.get("revisions")
    if known is None:
        known = app.extensions["revisions"] = revisions(app)
    session.execute(text("SELECT 1"))
    try:
        current = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        session.rollback()
        session.execute(text("SELECT 1"))  # away, or without tables?
        return "failed"
    return "ok" if current and (current == known[-1] or current not in known) else "failed"


def _keys(provider: Provider, session: Session) -> Part:
    """Whether there is a key that signs and our secrets open it."""
    try:
        provider.keys.active(session, MANDATORY)
    except ValueError:
        return "failed"
    return "ok"


def _redis(url: str) -> Part:
    try:
        with redis_client(url) as client:
            client.ping()
    except away():
        return "degraded"
    return "ok"
