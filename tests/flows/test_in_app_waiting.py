"""An app's request waits for news of its ticket, and holds neither a thread nor a connection."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from app.database import db
from tests.app.serving.served import Served, answer, served, wait_for
from tests.app.serving.test_slow_clients import threads_of_servers
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.test_in_app_ends import phone_reads
from tests.flows.test_in_app_sign_in import begin, confirm, go_on, native
from tests.key_holder import new_key, proof
from tests.relying_party import RelyingParty
from tests.sandbox_server import LiveSandbox

SOON = 1.0
"""Seconds; an idle machine needs a tenth of it, and the promise is 0.3."""
WAITING = 200


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock)
    yield deployment
    close(deployment)
    sqlite.empty()


@pytest.fixture
def of_each_database(
    database: Database, wechat: LiveSandbox, clock: TestClock
) -> Iterator[Deployment]:
    deployment = build_deployment(database, wechat, clock)
    yield deployment
    close(deployment)
    database.empty()


@pytest.fixture
def server(deployment: Deployment) -> Iterator[Served]:
    with served(deployment.app, bells=deployment.app.extensions["bells"]) as running:
        yield running


def ask(server: Served, **form: str) -> socket.socket:
    """A poll of the app's that has been sent; the answer comes when it comes."""
    body = urlencode({"client_id": "app", "wait": "20", **form}).encode()
    connection = server.connect()
    head = b"POST /challenge HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(body)
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    connection.sendall(head + kind + body)
    return connection


def told(connection: socket.socket) -> Any:
    with connection:
        return json.loads(answer(connection).partition(b"\r\n\r\n")[2])


def waiting(deployment: Deployment, server: Served, app: RelyingParty) -> Any:
    """A sign-in that was begun, and its poll."""
    asked = begin(app).get_json()
    connection = ask(server, auth_session=asked["auth_session"])
    wait_for(lambda: len(server.bells.names()) == 1)
    return asked, connection


def test_app_is_told_soon_that_the_mini_program_was_opened_and_confirmed(
    deployment: Deployment, server: Served
) -> None:
    deployment.connection()
    app = native(deployment)
    asked, connection = waiting(deployment, server, app)

    phone_reads(deployment, asked)
    begun = time.monotonic()
    opened = told(connection)
    took_opened = time.monotonic() - begun
    connection = ask(server, auth_session=opened["auth_session"])
    wait_for(lambda: len(server.bells.names()) == 1)
    confirm(deployment, asked["launch"])
    begun = time.monotonic()
    done = told(connection)

    assert (opened["opened"], opened["interval"]) == (True, 0)
    assert "authorization_code" in done
    assert max(took_opened, time.monotonic() - begun) < SOON


def test_app_is_told_soon_what_another_node_has_taken(of_each_database: Deployment) -> None:
    deployment = of_each_database
    deployment.connection()
    app, node = native(deployment), deployment.another_node()
    with served(deployment.app, bells=deployment.app.extensions["bells"]) as server:
        asked, connection = waiting(deployment, server, app)

        confirm_at(node, deployment, asked)
        begun = time.monotonic()
        done = told_to_the_end(server, connection)

    assert "authorization_code" in done
    assert time.monotonic() - begun < SOON


def told_to_the_end(server: Served, connection: socket.socket) -> Any:
    """What comes of a poll, and of the one after it where the first was told of the opening."""
    opened = told(connection)
    if "authorization_code" in opened:
        return opened
    return told(ask(server, auth_session=opened["auth_session"]))


def confirm_at(node: Flask, deployment: Deployment, asked: Any) -> None:
    elsewhere = Deployment(node, deployment.clock, deployment.wechat)
    assert confirm(elsewhere, asked["launch"]).status_code == 200


@pytest.fixture
def sharing(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock, redis_url: str
) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock, redis_url=redis_url)
    yield deployment
    close(deployment)
    sqlite.empty()


def test_nodes_tell_each_other_through_redis(sharing: Deployment) -> None:
    sharing.connection()
    app, node = native(sharing), sharing.another_node()
    with served(sharing.app, bells=sharing.app.extensions["bells"]) as server:
        asked, connection = waiting(sharing, server, app)
        time.sleep(0.5)

        confirm_at(node, sharing, asked)
        begun = time.monotonic()
        done = told_to_the_end(server, connection)

    assert "authorization_code" in done
    assert time.monotonic() - begun < SOON


def test_two_hundred_apps_wait_without_thread_or_connection(
    deployment: Deployment, server: Served
) -> None:
    deployment.connection()
    app = native(deployment)
    sign_ins = [begin(app).get_json() for _ in range(WAITING)]

    with ExitStack() as open_ones:
        polls = [ask(server, auth_session=each["auth_session"]) for each in sign_ins]
        for each in polls:
            open_ones.enter_context(each)
        wait_for(lambda: len(server.bells.names()) == WAITING)
        wait_for(lambda: connections_of(deployment.app) <= 1)  # the one that looks for all
        threads = threads_of_servers()
        begun = time.monotonic()
        assert b"200 OK" in server.ask(JWKS)
        quick = time.monotonic() - begun
        confirm(deployment, sign_ins[WAITING // 2]["launch"])
        opened = told(polls[WAITING // 2])
        assert len(server.bells.names()) == WAITING - 1

    assert threads <= 16
    assert quick < SOON
    assert "authorization_code" in opened or opened["opened"]


JWKS = b"GET /jwks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def connections_of(app: Flask) -> int:
    with app.app_context():
        pools: list[Any] = [engine.pool for engine in db.engines.values()]
        return sum(pool.checkedout() for pool in pools if hasattr(pool, "checkedout"))


def test_wait_that_is_over_brings_the_next_auth_session(
    deployment: Deployment, server: Served
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()

    begun = time.monotonic()
    over = told(ask(server, auth_session=asked["auth_session"], wait="1"))
    took = time.monotonic() - begun
    again = told(ask(server, auth_session=over["auth_session"], wait="0"))

    assert (over["opened"], over["interval"]) == (False, 0)
    assert 0.9 < took < 5
    assert again["interval"] == 2


def test_sign_in_that_is_cancelled_elsewhere_ends_the_wait(
    deployment: Deployment, server: Served
) -> None:
    deployment.connection()
    app = native(deployment)
    asked, connection = waiting(deployment, server, app)

    go_on(app, asked["auth_session"], cancelled="true")

    assert told(connection)["error"] in ("access_denied", "invalid_session")


def test_proof_of_a_request_that_waited_is_good_once(
    deployment: Deployment, server: Served
) -> None:
    deployment.connection()
    app, key = native(deployment), new_key()
    sent = {"client_id": "app", "response_type": "code", "scope": "openid"}
    sent |= {"code_challenge": "a" * 43, "code_challenge_method": "S256"}
    first_proof = {"DPoP": proof(key, deployment.clock(), "POST", "/challenge")}
    asked = app.http.post("/challenge", data=sent, headers=first_proof).get_json()
    poll = {"client_id": "app", "auth_session": asked["auth_session"], "wait": "20"}
    body = urlencode(poll).encode()
    fields = {
        "Host": "x",
        "DPoP": proof(key, deployment.clock(), "POST", "/challenge"),
        "Content-Length": len(body),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    request = f"POST /challenge HTTP/1.1\r\n{head}\r\n".encode() + body

    connection = server.connect()
    connection.sendall(request)
    wait_for(lambda: len(server.bells.names()) == 1)
    phone_reads(deployment, asked)
    first = told(connection)
    second = server.connect()
    second.sendall(request)
    replayed = told(second)

    assert first["error"] == "insufficient_authorization"
    assert replayed["error"] == "invalid_dpop_proof"


def test_wait_is_a_number_of_seconds(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()

    for wait in ("26", "-1", "x", "999", "1.5"):
        refused = go_on(app, asked["auth_session"], wait=wait)

        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")


def test_without_such_a_server_the_answer_comes_at_once(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()

    polled = go_on(app, asked["auth_session"], wait="25").get_json()

    assert polled["interval"] == 2


def test_rings_of_many_at_once_reach_each(deployment: Deployment, server: Served) -> None:
    deployment.connection()
    app = native(deployment)
    sign_ins = [begin(app).get_json() for _ in range(20)]
    polls = [ask(server, auth_session=each["auth_session"]) for each in sign_ins]
    wait_for(lambda: len(server.bells.names()) == len(polls))

    people = [
        threading.Thread(target=phone_reads, args=(deployment, each)) for each in sign_ins[::2]
    ]
    for each in people:
        each.start()
    for each in people:
        each.join()
    opened = [told(each)["opened"] for each in polls[::2]]
    for each in polls[1::2]:
        each.close()

    assert opened == [True] * 10
