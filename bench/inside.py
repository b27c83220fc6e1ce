"""Qiao's application called without a server: ``python -m bench.inside`` in Qiao's environment.

Everything happens on one thread, so processor time can be told per request, sampled per function
(the signal of ``ITIMER_PROF`` comes after so much processor time, not after so much waiting) and
each SQL statement belongs to a request. The first line on standard input is as for `bench.load`;
one JSON document a scenario is printed.
"""

import asyncio
import importlib
import io
import json
import os
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import FrameType
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from sqlalchemy import Engine, event

from app.database import db
from app.database_patience import keep_patience
from bench import plans
from bench.database import address
from bench.explaining import Explainer, sizes
from bench.facts import Facts
from bench.load import provider_at
from bench.more_scenarios import named
from bench.person import Person
from bench.wire import Connection, Response

SAMPLE_EVERY = 0.001
"""Seconds of processor time; the kernel rounds it up to its tick."""


BESIDE = "beside requests"
NAMED_BY_CHANCE = re.compile(r"/[\w-]{20,}(?=/|$)")
"""What a path has of the ticket that it is about."""


@dataclass
class Noted:
    """What one request did; times in microseconds."""

    route: str
    statements: list[tuple[str, float]] = field(default_factory=list)
    commits: int = 0
    rollbacks: int = 0
    processor: float = 0


@dataclass
class Notebook:
    """Everything noted since the scenario began, and the request that is served now."""

    requests: list[Noted] = field(default_factory=list)
    now: Noted | None = None
    statement_began: float = 0
    stacks: Counter[tuple[str, ...]] = field(default_factory=Counter)
    explainer: Explainer | None = None
    _thread: int = field(default_factory=threading.get_ident)

    def listen(self) -> None:
        """Have SQLAlchemy tell of every statement and of every transaction's end."""
        event.listen(Engine, "commit", lambda _: self.count("commits"))
        event.listen(Engine, "rollback", lambda _: self.count("rollbacks"))
        event.listen(Engine, "before_cursor_execute", self.begin_statement)
        event.listen(Engine, "after_cursor_execute", self.end_statement)

    def count(self, name: str) -> None:
        if self.now is not None and self._is_request:
            setattr(self.now, name, getattr(self.now, name) + 1)

    def begin_statement(
        self, connection: Any, _cursor: Any, text: str, parameters: Any, *_: Any
    ) -> None:
        now = self.now if self._is_request else None
        if self.explainer is not None:
            driver = connection.connection.dbapi_connection
            self.explainer.explain(driver, now.route if now else BESIDE, text, parameters)
        if now is None:
            return
        self.statement_began = time.perf_counter()

    def end_statement(self, _connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if self.now is not None and self._is_request:
            took = 1e6 * (time.perf_counter() - self.statement_began)
            self.now.statements.append((text, took))

    @property
    def _is_request(self) -> bool:
        """Not one of the threads that look for work by themselves."""
        return threading.get_ident() == self._thread

    def sample(self, _number: int, frame: FrameType | None) -> None:
        """Keep the stack of this moment, if a request is served at it."""
        if self.now is None:
            return
        stack = []
        while frame is not None and frame.f_code is not LocalConnection.send.__code__:
            code = frame.f_code
            stack.append(f"{code.co_qualname} ({code.co_filename})")
            frame = frame.f_back
        if stack:
            self.stacks[tuple(reversed(stack))] += 1


@dataclass
class LocalConnection(Connection):
    """Calls the application in this process instead of sending."""

    application: Any = None
    notebook: Notebook = field(default_factory=Notebook)

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Response:
        started: list[Any] = []
        environ = self._environ(method, path, headers, body)
        route = NAMED_BY_CHANCE.sub("/…", environ["PATH_INFO"])
        noted = self.notebook.now = Noted(f"{method} {route}")
        before = time.thread_time()
        answer = self.application(environ, lambda *begun: started.extend(begun))
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        noted.processor = 1e6 * (time.thread_time() - before)
        self.notebook.now = None
        self.notebook.requests.append(noted)
        lower = tuple((name.lower(), value) for name, value in started[1])
        return Response(int(started[0].split()[0]), lower, content)

    def _environ(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> dict[str, Any]:
        parts = urlsplit(path)
        named = {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in headers.items()}
        return {
            **named,
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(parts.path),
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": named.get("HTTP_CONTENT_TYPE", ""),
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "SERVER_NAME": self.host,
            "SERVER_PORT": str(self.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": f"{self.host}:{self.port}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }


async def repeat(scenario: str, person: Person, seconds: float) -> int:
    """Operate for some seconds; how often."""
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        await named(scenario).operate(person)
        count += 1
    return count


async def serve() -> None:
    first = json.loads(sys.stdin.readline())
    facts = Facts.from_json(json.dumps(first["facts"]))
    address = urlsplit(facts.issuer)
    notebook = Notebook()
    application = importlib.import_module("wsgi").app
    connect_as_served(application)
    connection = LocalConnection(
        address.hostname or "", address.port or 80, application=application, notebook=notebook
    )
    if not first["sample"]:
        notebook.listen()
    if first["explain"]:
        notebook.explainer = Explainer()
    person = Person(await provider_at(facts, connection), connection, dict(facts.cookies[0]))
    for scenario in first["scenarios"]:
        if notebook.explainer is not None:
            notebook.explainer.forget()
        await named(scenario).prepare(person)
        await repeat(scenario, person, first["warmup"])
        print(json.dumps(await observed(scenario, person, first, notebook)), flush=True)


def connect_as_served(application: Any) -> None:
    """Connections to the database are those of a server; settings of each are made there."""
    with application.app_context():
        for engine in db.engines.values():
            keep_patience(engine)


async def observed(
    scenario: str, person: Person, asked: Mapping[str, Any], notebook: Notebook
) -> dict[str, Any]:
    """Run a scenario, with the sampler on if asked for."""
    notebook.requests.clear()
    notebook.stacks.clear()
    if asked["sample"]:
        signal.signal(signal.SIGPROF, notebook.sample)
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_EVERY, SAMPLE_EVERY)
    operations = await repeat(scenario, person, asked["seconds"])
    signal.setitimer(signal.ITIMER_PROF, 0)
    return {
        "scenario": scenario,
        "operations": operations,
        "requests": [asdict(noted) for noted in notebook.requests],
        **explanations(notebook.explainer),
        "stacks": [[list(stack), count] for stack, count in notebook.stacks.items()],
    }


def explanations(explainer: Explainer | None) -> dict[str, Any]:
    """The plans, and how large the tables in them are."""
    if explainer is None:
        return {}
    with psycopg.connect(address(os.environ["QIAO_DATABASE_URL"])) as connection:
        known = sizes(connection, explainer.plans, plans.FEW + 1)
    return {"plans": explainer.plans, "sizes": known}


if __name__ == "__main__":
    asyncio.run(serve())
