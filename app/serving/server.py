"""uvicorn's server, which ends as ours should."""

import asyncio
import multiprocessing
import socket
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

from uvicorn import Config, Server

from app.serving.accepting import Latecomers, waiting_at
from app.serving.sharing import Place

ACCEPTING = 3
"""Turns of the loop after which a connection that it has accepted is one of the server's."""


class QiaoServer(Server):
    """Ends without turning away who has connected; any second signal ends it at once, where uvicorn
    wants it to be SIGINT.

    One of several workers is told twice by who tells all processes, as systemd does: the main one
    tells it again. That one ends it at once where it should be.
    """

    _latecomers: Sequence[Latecomers] = ()

    def __init__(self, config: Config, place: Place | None = None) -> None:
        """:param place: where it is one of several workers."""
        super().__init__(config)
        self._place = place
        self._coming: set[asyncio.Future[Any]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self._place is not None:
            self.lifespan.state["place"] = self._place
        await super().startup(sockets)
        if self._place is not None:
            self._place.begin(self._passed_on)
        if sys.platform != "win32":  # whose loop looks at no handle but a socket's own
            self._latecomers = [Latecomers(one, self._protocol) for one in sockets or []]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if multiprocessing.parent_process() is None:
            self.force_exit = self.force_exit or self.should_exit
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._take_the_last(sockets or [])
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()  # nobody waits for who takes no answer

    async def _take_the_last(self, listeners: list[socket.socket]) -> None:
        """Whoever waits to be accepted would have the connection reset as these are closed."""
        loop = asyncio.get_running_loop()
        for each in self._latecomers:
            each.end()
        for listener in listeners:
            loop.remove_reader(listener)
        for _ in range(ACCEPTING):
            await asyncio.sleep(0)
        connected = [one for listener in listeners for one in waiting_at(listener)]
        if self._place is not None:
            connected += self._place.end()
        for server in self.servers:
            server.close()
        for known in list(self.server_state.connections):
            known.shutdown()  # at once: nobody is turned away and told meanwhile to ask again here
        for one in connected:
            await loop.connect_accepted_socket(self._protocol, one)

    def _protocol(self) -> asyncio.Protocol:
        make: Any = self.config.http_protocol_class
        return make(self.config, self.server_state, self.lifespan.state)  # type: ignore[no-any-return]

    def _kept(self) -> asyncio.Protocol:
        protocol: Any = self._protocol()
        protocol.be_kept()
        return protocol  # type: ignore[no-any-return]

    def _passed_on(self, connection: socket.socket) -> "asyncio.Future[Any]":
        taken = asyncio.get_running_loop().connect_accepted_socket(self._kept, connection)
        coming = asyncio.ensure_future(taken)
        self._coming.add(coming)
        coming.add_done_callback(self._coming.discard)
        return coming
