"""Several processes that serve, which uvicorn looks after."""

import signal
import socket
from contextlib import suppress
from multiprocessing.connection import wait
from types import FrameType

from uvicorn import Config
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from app.serving.server import QiaoServer
from app.serving.sharing import Place, Places

STOPPING = (signal.SIGINT, signal.SIGTERM)


class _Worker(Process):
    """Serves as a single process does, and shares with the others."""

    def __init__(
        self, config: Config, listeners: list[socket.socket], number: int, place: Place | None
    ) -> None:
        self.number = number
        self._place = place
        super().__init__(config, listeners)

    @property
    def server(self) -> QiaoServer:
        if self._server is None:
            self._server = QiaoServer(self.config, self._place)
        return self._server  # type: ignore[return-value]

    def _healthcheck(self, timeout: float) -> bool | None:
        """As uvicorn's, which waits out its time for a worker that ends meanwhile."""
        with suppress(OSError, EOFError):
            self.parent_conn.send(b"ping")
            if self.parent_conn in wait((self.parent_conn, self.process.sentinel), timeout):
                return bool(self.parent_conn.recv())
        return None


class Workers(Multiprocess):
    """A second signal kills the workers. On SIGHUP they are replaced one by one."""

    processes: list[_Worker]  # type: ignore[assignment]

    def init_processes(self) -> None:
        self._places = Places(self.processes_num + 1)
        self.processes += [self._begun() for _ in range(self.processes_num)]
        for number in STOPPING:
            signal.signal(number, self._stop)

    def keep_subprocess_alive(self) -> None:
        for at, worker in enumerate(self.processes):
            if worker.is_alive(timeout=self.config.timeout_worker_healthcheck) or self._is_told():
                continue
            self._end(worker)
            if worker.exitcode == STARTUP_FAILURE:  # it would end like this each time
                self.should_exit.set()
                return
            self.processes[at] = self._begun()

    def restart_all(self) -> None:
        for at, worker in enumerate(self.processes):
            if self._is_told():
                return
            successor = self._begun()
            if not successor.wait_until_ready(self.config.timeout_worker_healthcheck):
                self._end(successor)
                return
            worker.terminate()
            worker.join()
            self._places.leave(worker.number)
            self._places.clear(worker.number)
            self.processes[at] = successor

    def handle_ttin(self) -> None:
        """As many as `--workers` says, no more."""

    def handle_ttou(self) -> None:
        """And no fewer."""

    def _is_told(self) -> bool:
        """Whether all are to stop."""
        return any(number in STOPPING for number in self.signal_queue)

    def _begun(self) -> _Worker:
        number = self._places.take()
        worker = _Worker(self.config, self.sockets, number, self._places.of(number))
        worker.start()
        return worker

    def _end(self, worker: _Worker) -> None:
        worker.kill()
        worker.join()
        self._places.leave(worker.number)

    def _stop(self, number: int, _: FrameType | None) -> None:
        """The workers alone listen from now on, and each takes the last before it closes: nobody
        waits at a listener that is closed here once they have gone."""
        self.signal_queue.append(number)
        for listener in self.sockets:
            listener.close()

    def terminate_all(self) -> None:
        for listener in self.sockets:
            listener.close()
        super().terminate_all()

    def join_all(self) -> None:
        self.signal_queue.clear()
        for worker in self.processes:
            while worker.process.is_alive():
                worker.process.join(0.1)
                if self._is_told():
                    worker.process.kill()
        self._places.close()
