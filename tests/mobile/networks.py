"""The networks of many phones: a port of this machine for each, which loses what it is told to.

One thread relays for all of them. A request is a connection of its own, and what is lost is lost as
it is on a phone: the connection ends without an answer, before or after Qiao has had the request.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

STEPS: dict[str, Callable[[str, bytes], bool]] = {
    "find": lambda path, _: "/.well-known/" in path,
    "ask": lambda path, body: path == "/challenge" and b"auth_session=" not in body,
    "poll": lambda path, body: path == "/challenge" and b"wait=" in body,
    "hand over": lambda path, body: path == "/challenge" and b"wechat_code=" in body,
    "cancel": lambda path, body: path == "/challenge" and b"cancelled=" in body,
    "redeem": lambda path, body: path == "/token" and b"authorization_code" in body,
    "keys": lambda path, _: path == "/jwks",
}
"""What an app does on its way, by what it sends."""


@dataclass
class Network:
    """One phone's.

    :param step: that something is lost of; none where nothing is.
    :param answer: Qiao's answer is lost, not the request.
    :param times: so often.
    """

    step: str = ""
    answer: bool = False
    times: int = 1
    port: int = 0
    lost: int = 0
    answered: list[tuple[str, int]] = field(default_factory=list)
    """Paths and what they were answered with, whether or not the phone has heard it."""
    refused: list[str] = field(default_factory=list)
    """What the answers with 400 said."""

    def loses(self, path: str, body: bytes) -> bool:
        meant = bool(self.step) and self.lost < self.times and STEPS[self.step](path, body)
        self.lost += meant
        return meant

    async def relay(self, phone: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            await self._relay(phone, back)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the app was killed, or has given up
        finally:
            back.close()

    async def _relay(self, phone: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        first, *headers = (await phone.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
        method, address, _ = first.decode().split(" ")
        sizes = [line[15:] for line in headers if line.lower().startswith(b"content-length:")]
        body = await phone.readexactly(int(sizes[0])) if sizes else b""
        where = urlsplit(address)
        loses = self.loses(where.path, body)
        if loses and not self.answer:
            return
        kept = [line for line in headers if b"connection:" not in line.lower()]
        lines = [f"{method} {where.path} HTTP/1.1".encode(), *kept, b"Connection: close"]
        answer, qiao = await asyncio.open_connection(where.hostname, where.port)
        qiao.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        reading, gone = (asyncio.ensure_future(one.read()) for one in (answer, phone))
        await asyncio.wait({reading, gone}, return_when=asyncio.FIRST_COMPLETED)
        qiao.close()
        if not reading.done():
            reading.cancel()  # the app was killed, and its connection with it
            return
        gone.cancel()
        whole = reading.result()
        self.answered.append((where.path, int(whole[9:12])))
        if self.answered[-1][1] == 400:
            self.refused.append(whole.partition(b"\r\n\r\n")[2].decode())
        if not loses:
            back.write(whole)
            await back.drain()


@contextmanager
def networks(wanted: list[Network]) -> Iterator[None]:
    """All of them, with their ports."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    servers: list[asyncio.Server] = []

    async def open_all() -> None:
        for one in wanted:
            server = await asyncio.start_server(one.relay, "127.0.0.1", 0)
            servers.append(server)
            one.port = server.sockets[0].getsockname()[1]

    async def close_all() -> None:
        for server in servers:
            server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=10)

    asyncio.run_coroutine_threadsafe(open_all(), loop).result(30)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(close_all(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
