"""Long polls: who waits for a bell holds neither a thread nor a database connection."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from app.web.waiting import Bells, long_poll
from tests.app.serving.served import Served, answer, served, wait_for
from tests.app.serving.test_slow_clients import threads_of_servers

ASK = b"POST /wait?for=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
QUICK = b"GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
WAITING = 200


@dataclass
class Product:
    """An application with a database, whose view waits until something is there."""

    app: Flask
    db: SQLAlchemy
    there: set[str] = field(default_factory=set)
    calls: int = 0

    def connections(self) -> int:
        with self.app.app_context():
            pool: Any = self.db.engine.pool
            return int(pool.checkedout())


@pytest.fixture
def product(tmp_path: Path) -> Product:
    app = Flask("product")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    product = Product(app, SQLAlchemy(app))

    @app.post("/wait")
    def wait() -> Any:
        name = request.args["for"]
        poll = long_poll(name, seconds=float(request.args.get("seconds", 20)))
        product.calls += 1
        product.db.session.execute(text("SELECT 1"))
        assert request.get_data() == b"body"
        if name not in product.there and poll.may_wait:
            return poll.later(float(request.args.get("within", 20)))
        return {"there": name in product.there}

    @app.get("/quick")
    def quick() -> str:
        product.db.session.execute(text("SELECT 1"))
        return "quick"

    return product


@pytest.fixture
def here(product: Product) -> Iterator[Served]:
    with served(product.app, threads=8) as running:
        yield running


def test_two_hundred_wait_without_thread_or_connection(product: Product, here: Served) -> None:
    waiting = [here.connect() for _ in range(WAITING)]
    for number, connection in enumerate(waiting):
        connection.sendall(ASK % f"t{number % 2}".encode())
    wait_for(lambda: product.calls == WAITING)
    wait_for(lambda: product.connections() == 0)

    begun = time.monotonic()
    assert here.ask(QUICK).endswith(b"quick")
    assert time.monotonic() - begun < 10
    assert threads_of_servers() <= 16
    assert sorted(here.bells.names()) == ["t0", "t1"]

    product.there.add("t1")
    here.bells.ring("t1")
    told = [answer(connection) for connection in waiting[1::2]]
    assert all(b'{"there":true}' in each for each in told)
    assert here.bells.names() == ["t0"]
    assert product.calls == WAITING * 3 // 2
    for connection in waiting:
        connection.close()
    wait_for(lambda: not here.bells.names())


def test_bell_is_heard_soon(product: Product, here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(ASK % b"t")
        wait_for(lambda: product.calls == 1)
        product.there.add("t")
        begun = time.monotonic()
        here.bells.ring("t")

        assert b"true" in answer(connection)
        assert time.monotonic() - begun < 10


def test_bell_of_nothing_new_is_waited_on(product: Product, here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(ASK % b"t")
        wait_for(lambda: product.calls == 1)
        here.bells.ring("t")
        wait_for(lambda: product.calls == 2)
        product.there.add("t")
        here.bells.ring("t")

        assert b"true" in answer(connection)


def test_view_may_be_called_again_though_no_bell_rings(product: Product, here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(ASK % b"t&within=0.1")
        wait_for(lambda: product.calls >= 3)
        product.there.add("t")

        assert b"true" in answer(connection)


def test_time_that_is_over_is_told(product: Product, here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(ASK % b"t&seconds=0.4")

        assert b'{"there":false}' in answer(connection)
    assert product.calls == 2


def test_bell_that_rings_while_the_view_looks_is_not_lost(product: Product, here: Served) -> None:
    """Whatever the order of ring and look, nobody waits for what has happened."""
    for number in range(40):
        name = f"t{number}"
        with here.connect() as connection:
            connection.sendall(ASK % name.encode())
            time.sleep(0.0005 * (number % 8))
            product.there.add(name)
            here.bells.ring(name)
            assert b"true" in answer(connection)


def test_server_that_stops_answers_who_waits(product: Product, here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(ASK % b"t")
        wait_for(lambda: product.calls == 1)
        here.stop()

        assert b'{"there":false}' in answer(connection)


def test_who_goes_away_is_forgotten(product: Product, here: Served) -> None:
    connection = here.connect()
    connection.sendall(ASK % b"t")
    wait_for(lambda: here.bells.names() == ["t"])
    connection.close()

    wait_for(lambda: not here.bells.names())
    here.bells.ring("t")
    assert product.calls == 1


def test_where_no_more_may_wait_the_answer_comes_at_once(product: Product) -> None:
    with served(product.app, bells=Bells(most=0)) as here, here.connect() as connection:
        connection.sendall(ASK % b"t")

        assert b"false" in answer(connection)


def test_without_this_server_nobody_waits(product: Product) -> None:
    told = product.app.test_client().post("/wait?for=t", data=b"body")

    assert told.get_json() == {"there": False}


def test_rings_from_many_threads_wake_each_request_once_at_a_time(
    product: Product, here: Served
) -> None:
    connections = [here.connect() for _ in range(20)]
    for connection in connections:
        connection.sendall(ASK % b"t")
    wait_for(lambda: product.calls == 20)
    ringing = [threading.Thread(target=here.bells.ring, args=("t",)) for _ in range(20)]
    for each in ringing:
        each.start()
    for each in ringing:
        each.join()
    product.there.add("t")
    here.bells.ring("t")

    for connection in connections:
        assert b"true" in answer(connection)
        connection.close()
