"""A thread of the server that does something while it serves, as long as the process lives."""

import os
import threading
from collections.abc import Callable

from flask import Flask

from app.database import db
from app.failures import failures_of
from oidc.database.wakeup import WakeUp


class Worker:
    """Works, waits until it is woken or some seconds have passed, and works again.

    It starts with the first request of a process: a server that forks after loading the
    application would lose a thread that began sooner.

    :param work: called in an application context; whatever goes wrong, it is called again later.
    :param every: seconds after which it looks for what others have left, or what is due again.
    """

    def __init__(
        self, app: Flask, name: str, work: Callable[[], object], wakeup: WakeUp, every: float
    ) -> None:
        self._app = app
        self._name = name
        self._work = work
        self._wakeup = wakeup
        self._every = every
        self._process = 0
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def start(self) -> None:
        """Starts the thread of this process, once."""
        if self._process == os.getpid():
            return
        with self._starting:
            if self._process != os.getpid():
                self._process = os.getpid()
                # A daemon: what it leaves undone when the server stops stays in the outbox.
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Ends the thread after the round under way."""
        self._stopped.set()
        self._wakeup.wake()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.work()
            self._wakeup.wait(self._every)

    def work(self) -> None:
        """One round. A thread that died would deliver nothing until the next restart."""
        with self._app.app_context():
            try:
                self._work()
            except Exception as error:
                failures_of(self._app).tell(self._name, error)
                db.session.rollback()
            else:
                failures_of(self._app).over(self._name)
