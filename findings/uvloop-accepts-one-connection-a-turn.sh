#!/usr/bin/env bash
# One would guess that an event loop's server takes all who have connected when it looks, as asyncio's
# own does (up to its backlog), and that uvloop, which stands in for it, does the same. uvloop accepts
# one connection in each turn of the loop: where a turn takes 20 ms of other work, forty people who
# connected together are taken in forty turns, the last after 0.8 s; asyncio needs a handful.
# Source: asyncio's BaseSelectorEventLoop._accept_connection (a loop over the backlog); libuv's
# src/unix/stream.c, uv__server_io, which uvloop's server waits in.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install uvloop==0.23.0
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import asyncio
import socket
import time
from importlib.metadata import version

import uvloop

PEOPLE, TURN = 40, 0.02


class Greets(asyncio.Protocol):
    met = 0

    def connection_made(self, transport):
        Greets.met += 1


async def turns_until_all_are_met():
    loop = asyncio.get_running_loop()
    Greets.met = turns = 0
    server = await loop.create_server(Greets, "127.0.0.1", 0, backlog=128)
    address = server.sockets[0].getsockname()
    people = [socket.create_connection(address) for _ in range(PEOPLE)]
    while Greets.met < PEOPLE:
        time.sleep(TURN)  # what else there is to do in this turn
        turns += 1
        await asyncio.sleep(0)
    for person in people:
        person.close()
    server.close()
    return turns


print("uvloop", version("uvloop"))
print("asyncio:", asyncio.run(turns_until_all_are_met()), "turns for", PEOPLE, "people")
print("uvloop:", uvloop.run(turns_until_all_are_met()), "turns for", PEOPLE, "people")
PYTHON
[ "$(awk '/^asyncio/ {print $2}' "$folder/seen")" -lt 10 ]
[ "$(awk '/^uvloop:/ {print $2}' "$folder/seen")" -ge 40 ]
