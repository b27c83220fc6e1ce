"""The server's threads: as many as are needed at once, and few where there is nothing to do."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from app.serving.threads import IDLE, KEPT, Threads

NAME = "of this test"
CROWD = 60
Value = TypeVar("Value")


def run(story: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
    """In a thread of its own: a browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(lambda: asyncio.run(asyncio.wait_for(story(), 60))).result()


def alive() -> int:
    return sum(thread.name == NAME for thread in threading.enumerate())


async def crowd(threads: Threads, most: int) -> list[int]:
    """Each waits until all are there: so many work at once."""
    together = threading.Barrier(most, timeout=20)
    return await asyncio.gather(*(threads.run(together.wait) for _ in range(most)))


def test_threads_of_a_crowd_end_when_it_has_gone_and_come_again_with_the_next() -> None:
    async def story() -> tuple[int, int, list[int]]:
        threads = Threads(CROWD, NAME)
        await crowd(threads, CROWD)
        at_once = alive()
        deadline = time.monotonic() + 10 * IDLE
        while alive() > KEPT and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
        later = alive()
        again = await crowd(threads, CROWD)
        threads.end()
        return at_once, later, again

    at_once, later, again = run(story)

    assert (at_once, later) == (CROWD, KEPT)
    assert sorted(again) == list(range(CROWD))


def test_work_that_comes_while_threads_end_is_done() -> None:
    async def story() -> int:
        threads, done = Threads(CROWD, NAME), 0
        for round_ in range(4):
            done += len(await crowd(threads, CROWD))
            # Just where the threads of the crowd end, one piece of work after another comes.
            await asyncio.sleep(IDLE - 0.15)
            for number in range(100):
                done += await threads.run(lambda: 1) or round_ + number
                await asyncio.sleep(0.003)
        threads.end()
        return done

    assert run(story) == 4 * (CROWD + 100)
