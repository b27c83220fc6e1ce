"""Few sign-ins work at a time, and nobody else waits for them."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue
from threading import Event
from typing import Any

import pytest
from flask import Flask

from app.web.slots import SIGN_INS, SignInSlots, slot_released
from tests.app.site import Site

CONFIRM = "/federation/v1/tickets/x/confirm"
SOON = 5.0
"""Seconds that a thread may take to get somewhere on a busy machine."""
A_MOMENT = 0.2


class Works:
    """An application whose every request works until it is told to go on."""

    def __init__(self, turns: int, patience: float) -> None:
        self.begun: Queue[str] = Queue()
        self.released = Event()
        self.app = Flask("works")
        self.app.add_url_rule("/<path:path>", view_func=self.work)
        self.app.wsgi_app = SignInSlots(self.app.wsgi_app, turns, patience)  # type: ignore[method-assign]
        self.threads = ThreadPoolExecutor()

    def work(self, path: str) -> str:
        self.begun.put(path)
        if path.endswith("waiting"):
            with slot_released():
                self.released.wait(SOON)
            self.begun.put("back")
        else:
            self.released.wait(SOON)
        return path

    def ask(self, path: str) -> "Future[Any]":
        return self.threads.submit(lambda: self.app.test_client().get(path))

    def end(self) -> None:
        self.released.set()
        self.threads.shutdown()


@pytest.fixture
def works(request: pytest.FixtureRequest) -> Iterator[Works]:
    works = Works(turns=1, patience=getattr(request, "param", SOON))
    yield works
    works.end()


@pytest.mark.parametrize("path", [CONFIRM, "/sign-in/x", "/challenge"])
def test_sign_in_waits_for_its_turn(works: Works, path: str) -> None:
    works.ask(CONFIRM)
    works.begun.get(timeout=SOON)

    second = works.ask(path)

    with pytest.raises(TimeoutError):
        second.result(A_MOMENT)
    assert works.begun.empty()
    works.released.set()
    assert second.result(SOON).status_code == 200


@pytest.mark.parametrize("path", ["token", "userinfo", "authorize", "federation/v1/push/x"])
def test_everything_else_goes_ahead(works: Works, path: str) -> None:
    works.ask(CONFIRM)
    works.begun.get(timeout=SOON)

    works.ask(f"/{path}")

    assert works.begun.get(timeout=SOON) == path


def test_turn_is_given_away_while_wechat_is_asked(works: Works) -> None:
    works.ask("/sign-in/waiting")
    assert works.begun.get(timeout=SOON) == "sign-in/waiting"

    works.ask("/challenge")

    assert works.begun.get(timeout=SOON) == "challenge"


def test_sign_in_that_comes_back_from_wechat_waits_for_a_turn_again(works: Works) -> None:
    works.ask("/sign-in/waiting")
    works.begun.get(timeout=SOON)
    works.ask("/challenge/waiting")
    works.begun.get(timeout=SOON)
    works.ask("/challenge")
    works.begun.get(timeout=SOON)

    works.released.set()

    assert [works.begun.get(timeout=SOON) for _ in range(2)] == ["back", "back"]


@pytest.mark.parametrize("works", [A_MOMENT], indirect=True)
def test_slow_sign_in_keeps_nobody_out_for_long(works: Works) -> None:
    works.ask("/sign-in/slow")
    works.begun.get(timeout=SOON)

    works.ask("/challenge")

    assert works.begun.get(timeout=SOON) == "challenge"


def test_turn_ends_with_a_request_that_fails(works: Works) -> None:
    works.app.add_url_rule("/challenge/bad", view_func=lambda: 1 / 0)
    works.app.testing = False

    assert works.ask("/challenge/bad").result(SOON).status_code == 500
    works.ask("/challenge")

    assert works.begun.get(timeout=SOON) == "challenge"


def test_paths_of_sign_ins_are_those_of_the_product(site: Site) -> None:
    known = [rule.rule for rule in site.app.url_map.iter_rules()]

    for path in SIGN_INS:
        assert any(rule.startswith(path) for rule in known)
