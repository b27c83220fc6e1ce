"""What a worker holds, looked at every few seconds by a thread: requests pay nothing for it."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from app.database import db
from app.metrics import measures

EVERY = 5
"""Seconds."""

Load = Callable[[], Mapping[str, tuple[int, int]]]
"""By kind of thread: how many are busy, and how many there may be."""


class Sampler:
    """:param load: of the worker's threads."""

    def __init__(self, app: Flask, load: Load) -> None:
        with app.app_context():
            self._engines: list[Engine] = list(db.engines.values())
        self._load = load
        self._ended = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="sampling", daemon=True).start()

    def sample(self) -> None:
        """Looks once."""
        measures.WORKERS.set(1)
        for kind, (busy, limit) in self._load().items():
            measures.THREADS_BUSY.labels(kind).set(busy)
            measures.THREADS_LIMIT.labels(kind).set(limit)
        pools: list[Any] = [each.pool for each in self._engines if isinstance(each.pool, QueuePool)]
        measures.CONNECTIONS_USED.set(sum(pool.checkedout() for pool in pools))
        measures.CONNECTIONS_LIMIT.set(sum(pool.size() + pool._max_overflow for pool in pools))

    def _run(self) -> None:
        while True:
            self.sample()
            if self._ended.wait(EVERY):
                return
