"""What is true of the deployment when somebody reads: keys, the outbox, what an answer rests on."""

import platform
import time
from collections.abc import Iterable, Iterator

from flask import Flask
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.database import db
from app.health.readiness import Watch
from app.health.views import WATCH
from app.metrics.version import version
from app.notifications import outbox
from oidc.database.models import LogoutDeliveryRow, SecurityEventRow
from oidc.provider import Provider
from oidc.shared_signals.outbox import NEVER

GOES_FOR = 10.0
"""Seconds for which one look is told."""


class Facts(Collector):
    """A few statements in ten seconds, however often it is read."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._looked_at = 0.0
        self._found: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        if not self._found or time.monotonic() - self._looked_at > GOES_FOR:
            with self._app.app_context():
                self._found = [_build(), *_readiness(self._app), *_stored(self._app)]
            self._looked_at = time.monotonic()
        return self._found


def _build() -> Metric:
    about = "The version that runs; always 1."
    build = GaugeMetricFamily("qiao_build_info", about, labels=("version", "python"))
    build.add_metric((version(), platform.python_version()), 1)
    return build


def _readiness(app: Flask) -> Iterator[Metric]:
    watch: Watch = app.extensions[WATCH]
    about = "1 where a part that answers rest on is well: database, migrations, keys, redis."
    healthy = GaugeMetricFamily("qiao_healthy", about, labels=("part",))
    for part, state in watch.look().parts.items():
        healthy.add_metric((part,), state == "ok")
    yield healthy


def _stored(app: Flask) -> list[Metric]:
    """Nothing while the database is away."""
    provider: Provider = app.extensions["oidc"]
    now = provider.clock()
    try:
        return [_keys(provider, now), *_outbox(now)]
    except SQLAlchemyError:
        return []
    finally:
        db.session.rollback()


def _keys(provider: Provider, now: int) -> Metric:
    about = "Seconds for which the key of an algorithm has signed."
    ages = GaugeMetricFamily("qiao_signing_key_age_seconds", about, labels=("alg",))
    for key in provider.keys.states(db.session()):
        if key.state == "active":
            ages.add_metric((key.alg,), now - (key.activated_at or key.created_at))
    return ages


def _outbox(now: int) -> Iterator[Metric]:
    pending = LogoutDeliveryRow.state == "pending"
    query = select(func.count(), func.min(LogoutDeliveryRow.created_at)).where(pending)
    count, oldest = db.session.execute(query).one()
    waits = {"logout": (count, oldest or 0), **outbox.waiting(db.session())}
    pushed = SecurityEventRow.next_try_at < NEVER
    query = select(func.count(), func.min(SecurityEventRow.created_at)).where(pushed)
    count, oldest = db.session.execute(query).one()
    waits["security_events"] = (count, oldest or 0)
    about = "Logout tokens, webhooks, mail and pushed security events that wait for a receiver."
    waiting = GaugeMetricFamily("qiao_outbox_waiting", about, labels=("outbox",))
    about = "Seconds for which the oldest of them has waited."
    age = GaugeMetricFamily("qiao_outbox_oldest_age_seconds", about, labels=("outbox",))
    for name, (number, since) in waits.items():
        waiting.add_metric((name,), number)
        age.add_metric((name,), now - since if since else 0)
    yield waiting
    yield age
