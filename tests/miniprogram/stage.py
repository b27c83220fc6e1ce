"""Qiao and its WeChat on real sockets, and a third one where a story's script sets the scene.

The script, in JavaScript, drives the mini program; here it begins sign-ins elsewhere, finishes
them, and moves the clock::

    POST /sign-ins {"from": "scan" | "link" | "launch", "connection": …, "name": …}
    POST /sign-ins/<key>/finish
    POST /clock {"advance": seconds}
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request

from federation.sandbox.server import sandbox_server
from tests.conftest import TestClock
from tests.databases import open_database
from tests.deployment import Deployment, build_deployment, close
from tests.miniprogram.elsewhere import Elsewhere, in_app, in_browser
from tests.sandbox_server import LiveSandbox

PHONE_RULES = ("never", "optional", "required")
"""One connection for each, called like it."""


@dataclass
class Stage:
    """:param url: where the script sets the scene; ``qiao``: where the mini program goes."""

    deployment: Deployment
    qiao: str = ""
    url: str = ""
    sign_ins: dict[str, Elsewhere] = field(default_factory=dict)

    def begin(self) -> dict[str, Any]:
        asked, key = request.get_json(), f"application-{len(self.sign_ins)}"
        connection = asked.get("connection", "never")
        metadata = {"first_party": True, "client_name": asked.get("name", "Shop")}
        if asked["from"] == "launch":
            self.sign_ins[key] = in_app(self.deployment, key, connection, **metadata)
        else:
            shop = self.deployment.application(key, connections=(connection,), **metadata)
            self.sign_ins[key] = in_browser(self.deployment, shop, connection, asked["from"])
        return {"key": key, **self.sign_ins[key].opening}

    def finish(self, key: str) -> dict[str, Any]:
        return self.sign_ins[key].finish()

    def move_clock(self) -> dict[str, Any]:
        self.deployment.clock.advance(request.get_json()["advance"])
        return {"now": self.deployment.clock()}

    def app(self) -> Flask:
        app = Flask("stage")
        app.post("/sign-ins")(self.begin)
        app.post("/sign-ins/<key>/finish")(self.finish)
        app.post("/clock")(self.move_clock)
        return app


@contextmanager
def running_stage() -> Iterator[Stage]:
    with ExitStack() as ending:
        database = open_database("sqlite")
        assert database is not None
        ending.callback(database.drop)
        wechat = LiveSandbox()
        ending.callback(wechat.close)
        deployment = build_deployment(database, wechat, TestClock(), shared=False)
        ending.callback(close, deployment)
        for rule in PHONE_RULES:
            deployment.connection(rule, phone=rule)
        stage = Stage(deployment)
        stage.qiao = ending.enter_context(serving(deployment.app))
        stage.url = ending.enter_context(serving(stage.app()))
        yield stage


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address where the application answers meanwhile."""
    server = sandbox_server(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
