"""A populated database of an earlier version, upgraded, and this version's server on it."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine

from app.database import db
from app.factory import create_app
from app.settings_reading import read_settings
from tests.app.management.api.program import Program
from tests.app.management.console.console import Console
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Browser, Deployment
from tests.key_holder import KeyHolder
from tests.relying_party import RelyingParty, Started
from tests.sandbox_server import LiveSandbox
from tests.source import ROOT
from tests.upgrade.dump import Dump, Handles, columns, put, taken
from tests.upgrade.keys import key_of

HERE = Path(__file__).parent


@dataclass
class Restored:
    """What there was, what became of it, and the server that goes on with it.

    :param made: what the tables of the earlier revision look like when they are made today.
    :param after: all rows after the upgrade, before anybody used them.
    """

    dump: Dump
    handles: Handles
    made: dict[str, dict[str, str]]
    after: Dump
    deployment: Deployment

    @property
    def held(self) -> Any:
        return self.handles.held

    @property
    def clock(self) -> TestClock:
        return self.deployment.clock

    def story(self, name: str) -> Any:
        return self.held["stories"][name]

    def client(self, client_id: str) -> RelyingParty:
        """An application with the secret that it has had all along."""
        http = self.deployment.app.test_client(use_cookies=False)
        return RelyingParty(http, client_id, self.held["secrets"].get(client_id), CALLBACK)

    def key_holder(self, client_id: str, **keys: str) -> KeyHolder:
        """An application with its keys, by the words that they are computed from."""
        client = self.client(client_id)
        client.secret = None
        known = {name: key_of(words) for name, words in keys.items()}
        return KeyHolder.of(client, self.clock, **known)

    def bank(self) -> KeyHolder:
        return self.key_holder("bank", signs_with="bank signs", holds="bank holds")

    def program(self) -> Program:
        """The administrators' program, with the token that it had."""
        return Program(self.deployment, self.client("ops"), self.held["ops"])

    def browser(self, kept: Any) -> Browser:
        """A browser with the cookies that it had."""
        browser = self.deployment.browser()
        browser.agent = kept.get("agent", browser.agent)
        self._give_cookies(browser.http, kept)
        return browser

    def console(self, kept: Any) -> Console:
        """An administrator's browser with the cookies that it had."""
        console = Console(self.deployment.app.test_client())
        self._give_cookies(console.client, kept)
        return console

    def waiting(self, name: str) -> tuple[Any, Browser, Started]:
        """Something that was under way, the browser that began it, and what it asked for."""
        kept = self.held["waiting"][name]
        return kept, self.browser(kept), Started(**kept["started"])

    def command(self, *words: str) -> str:
        """What a command prints; it must end well."""
        done = self.deployment.app.test_cli_runner().invoke(args=words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return str(done.output)

    @staticmethod
    def _give_cookies(http: Any, kept: Any) -> None:
        for name, value, path in kept["cookies"]:
            http.set_cookie(name, value, path=path)


@contextmanager
def restored(database: Database, version: str) -> Iterator[Restored]:
    """The dump of a version in an empty database, upgraded to today's tables.

    :param version: a folder here, such as ``from_0_1_0``.
    """
    dump = Dump.read(HERE / version / f"{database.dialect}.json")
    handles = Handles.read(HERE / version / f"{database.dialect}.handles.json")
    migrate(database, dump.revision)
    made = columns(database.engine)
    put(dump, database.engine)
    migrate(database, "head")
    after = taken(database.engine)
    wechat = LiveSandbox()
    clock = TestClock(handles.taken_at + 1)
    wechat.advance(clock() - int(time.time()))
    app = _server(database, handles, wechat, clock)
    try:
        yield Restored(dump, handles, made, after, Deployment(app, clock, wechat))
    finally:
        wechat.close()
        with app.app_context():
            _let_go(db.engines.values())


def migrate(database: Database, revision: str) -> None:
    """Runs the migrations as ``flask db upgrade`` does, in an application without anything else."""
    app, alone = Flask(__name__), SQLAlchemy()
    app.config["SQLALCHEMY_DATABASE_URI"] = database.url
    alone.init_app(app)
    migrations = Migrate(app, alone, directory=str(ROOT / "migrations"))
    with app.app_context():
        command.upgrade(migrations.get_config(), revision)
        _let_go([alone.engine])


def _server(database: Database, handles: Handles, wechat: LiveSandbox, clock: TestClock) -> Flask:
    environment = {
        **handles.environment,
        "QIAO_DATABASE_URL": database.url,
        "QIAO_WECHAT_API_BASE": wechat.url,
        "QIAO_WECHAT_OPEN_BASE": wechat.url,
    }
    app = create_app(read_settings(environment), clock)
    app.testing = True
    return app


def _let_go(engines: Iterable[Engine]) -> None:
    for engine in engines:
        engine.dispose()
