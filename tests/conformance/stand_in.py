"""A small server that speaks the suite's API and judges nothing: what the runner is tested with.

Its modules are told by name what they come to. As the suite does, it lets one module run under an
alias at a time, answers in JSON, wants a bearer token where it has one, and shows pages below
``/test/a/<alias>/`` to the browsers that it sends out. Faults begin with a request of one's choice.
"""

import io
import json
import re
import ssl
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.conformance.module_run import EVENTS

TOKEN = "a token of the tests"
VERSION = "5.2.4"

Answer = tuple[int, Any]

PICTURE = {
    "src": "BROWSER",
    "msg": "Expect an error page",
    "result": "REVIEW",
    "matched_regexp": "What you can do:",
    "page_source": "<html><head><title>no</title></head><body><h1>\n Not\n registered </h1></body>",
}
FAILURE = {
    "src": "CheckSomething",
    "msg": "it is wrong",
    "result": "FAILURE",
    "requirements": ["OIDCC-3.1.2.6"],
}
WANTED = {"src": "BROWSER", "msg": "Upload a screenshot", "result": "REVIEW", "upload": "abc"}


@dataclass(frozen=True)
class Behaviour:
    """What becomes of a module.

    :param statuses: one for each look at it; the last one stays.
    :param silent: looks at it before its log has anything.
    :param waits_to_start: stays CONFIGURED until somebody starts it.
    :param busy: its browser is at work while it waits. :param urls: for which it has no task.
    """

    statuses: tuple[str, ...] = ("CREATED", "RUNNING", "WAITING", "FINISHED")
    result: str | None = "PASSED"
    log: tuple[Mapping[str, Any], ...] = ()
    silent: int = 0
    waits_to_start: bool = False
    busy: bool = True
    urls: tuple[str, ...] = ()
    refused: bool = False


EVENTS_WANTED = {
    "src": "openid-ssf-transmitter-stream-caep-interop",
    "msg": "Stream verification successful. Please trigger these events on the transmitter now.",
}

FOREVER = ("CREATED", "RUNNING", "WAITING")
BEHAVIOURS: Mapping[str, Behaviour] = {
    "passes": Behaviour(),
    "fails": Behaviour(result="FAILED", log=(FAILURE,)),
    "is-skipped": Behaviour(result="SKIPPED"),
    "hands-a-page-in": Behaviour(result="REVIEW", log=(PICTURE,)),
    "waits-for-ever": Behaviour(FOREVER, None),
    "wants-a-picture": Behaviour(FOREVER, None, (WANTED,), busy=False),
    "wants-a-person": Behaviour(FOREVER, None, busy=False, urls=("https://op.example/x",)),
    "is-interrupted": Behaviour(("RUNNING", "INTERRUPTED"), "FAILED", (FAILURE,)),
    "cannot-be-made": Behaviour(refused=True),
    "is-started-by-hand": Behaviour(("RUNNING", "FINISHED"), waits_to_start=True),
    "oidcc-server-rotate-keys": Behaviour(("RUNNING", "FINISHED"), waits_to_start=True),
    EVENTS: Behaviour(("CREATED", *["RUNNING"] * 6, "FINISHED"), log=(EVENTS_WANTED,), silent=3),
    "oidcc-prompt-login": Behaviour(result="REVIEW", log=(PICTURE,)),
}


@dataclass
class Instance:
    name: str
    alias: str
    behaviour: Behaviour
    looks: int = 0
    started: bool = False
    stopped: bool = False

    @property
    def status(self) -> str:
        if self.stopped:
            return "INTERRUPTED"
        if self.behaviour.waits_to_start and not self.started:
            return "CONFIGURED"
        statuses = self.behaviour.statuses
        return statuses[min(self.looks, len(statuses) - 1)]


@dataclass
class Fault:
    """:param kind: ``slow``, ``drips``, ``500``, ``html``, ``text``, ``empty`` or ``vanish``.

    :param after: how many requests of the API are answered rightly before.
    :param times: how often it happens. :param seconds: how slow an answer is.
    """

    kind: str
    after: int = 0
    times: int = 1_000_000
    seconds: float = 0.0


@dataclass
class StandIn:
    """:param plans: the modules of each plan that there is. :param fault: what goes wrong.

    :param calls_itself: its own idea of its address, where that is another.
    """

    plans: Mapping[str, Sequence[str]]
    fault: Fault | None = None
    token: str | None = TOKEN
    calls_itself: str = ""
    base: str = ""
    requests: list[str] = field(default_factory=list)
    configurations: list[tuple[str, Any, Any]] = field(default_factory=list)
    instances: dict[str, Instance] = field(default_factory=dict)
    visits: list[str] = field(default_factory=list)
    _aliases: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> Answer:
        """What the API says."""
        for pattern, handler in ROUTES:
            if (found := re.fullmatch(pattern, f"{method} {path}")) is not None:
                answer: Answer = getattr(self, handler)(query, body, *found.groups())
                return answer
        return 404, {"error": f"no {method} {path}"}

    def server(self, _query: object, _body: object) -> Answer:
        return 200, {"version": VERSION}

    def create_plan(self, query: Mapping[str, str], body: Any) -> Answer:
        name = query["planName"]
        if name not in self.plans:
            return 404, {"error": f"No plan with name: {name}"}
        self.configurations.append((name, json.loads(query["variant"]), body))
        plan_id = f"plan-{len(self.configurations)}"
        self._aliases[plan_id] = body["alias"]
        modules = [{"testModule": each, "variant": {"v": "1"}} for each in self.plans[name]]
        return 201, {"name": name, "id": plan_id, "modules": modules}

    def create_module(self, query: Mapping[str, str], body: Any) -> Answer:
        name, alias = query["test"], self._aliases[query["plan"]]
        if body is not None or json.loads(query["variant"]) != {"v": "1"}:
            return 400, {"error": "a plan brings the configuration along"}
        if BEHAVIOURS[name].refused:
            return 500, {"error": "createTestModule failed: it cannot be made"}
        for other in self.instances.values():
            if other.alias == alias and other.status not in ("FINISHED", "INTERRUPTED"):
                other.stopped = True
        made = f"module-{next(self._numbers)}"
        self.instances[made] = Instance(name, alias, BEHAVIOURS[name])
        place = f"{self.calls_itself or self.base}/test/a/{alias}"
        return 201, {"name": name, "id": made, "url": place}

    def start(self, _query: object, _body: object, instance: str) -> Answer:
        self.instances[instance].started = True
        return 200, {"id": instance}

    def stop(self, _query: object, _body: object, instance: str) -> Answer:
        self.instances[instance].stopped = True
        return 200, {"id": instance}

    def runner(self, _query: object, _body: object, instance: str) -> Answer:
        behaviour = self.instances[instance].behaviour
        runners = [{"url": "https://op.example/authorize"}] if behaviour.busy else []
        return 200, {"id": instance, "browser": {"urls": behaviour.urls, "runners": runners}}

    def info(self, _query: object, _body: object, instance: str) -> Answer:
        found = self.instances[instance]
        status = found.status
        found.looks += status != "CONFIGURED"
        result = found.behaviour.result if status in ("FINISHED", "INTERRUPTED") else "UNKNOWN"
        return 200, {"testName": found.name, "status": status, "result": result}

    def log(self, _query: object, _body: object, instance: str) -> Answer:
        found = self.instances[instance]
        said = found.behaviour.log if found.looks >= found.behaviour.silent else ()
        return 200, ["not an object", *said]

    def export(self, _query: object, _body: object, plan: str) -> Answer:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            files.writestr("index.html", f"<h1>{plan}</h1>")
        return 200, archive.getvalue()


ROUTES = (
    ("GET /api/server", "server"),
    ("POST /api/plan", "create_plan"),
    ("POST /api/runner", "create_module"),
    ("POST /api/runner/([^/]+)", "start"),
    ("DELETE /api/runner/([^/]+)", "stop"),
    ("GET /api/runner/([^/]+)", "runner"),
    ("GET /api/info/([^/]+)", "info"),
    ("GET /api/log/([^/]+)", "log"),
    ("GET /api/plan/exporthtml/([^/]+)", "export"),
)


@contextmanager
def standing_in(suite: StandIn, tls: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """Serves it on a free port of the loopback, with ``tls`` as https://localhost."""

    class Handler(_Handler):
        stand_in = suite

    with _Server(("127.0.0.1", 0), Handler) as server:
        scheme, port = ("https" if tls else "http"), server.server_address[1]
        suite.base = f"{scheme}://localhost:{port}"
        if tls:
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield suite
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that breaks off is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    stand_in: StandIn
    timeout = 20

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        if parts.path.startswith("/test/"):
            self.stand_in.visits.append(f"{self.command} {self.path}")
            return self.page(parts.path)
        number = len(self.stand_in.requests)
        self.stand_in.requests.append(f"{self.command} {parts.path}")
        if self.fails(number):
            return None
        token = self.stand_in.token
        if token and self.headers.get("Authorization") != f"Bearer {token}":
            return self.send(401, "text/html", b"<h1>Sign in</h1>")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        document = json.loads(body) if body else None
        status, found = self.stand_in.answer(self.command, parts.path, query, document)
        if isinstance(found, bytes):
            return self.send(status, "application/zip", found)
        return self.send(status, "application/json", json.dumps(found).encode())

    do_GET = do_POST = do_DELETE = handle_any  # noqa: N815 - the names are the library's

    def fails(self, number: int) -> bool:
        """Whether a fault has taken this request."""
        fault = self.stand_in.fault
        if fault is None or not fault.after <= number < fault.after + fault.times:
            return False
        if fault.kind == "slow":
            time.sleep(fault.seconds)
            return False
        if fault.kind == "drips":
            self.drip(fault.seconds)
        elif fault.kind == "vanish":
            self.server.socket.close()  # type: ignore[attr-defined]
            self.close_connection = True
        elif fault.kind == "500":
            self.send(500, "text/html", b"<h1>Whitelabel Error Page</h1>")
        elif fault.kind == "html":
            self.send(200, "text/html", b"<!doctype html><h1>Welcome to nginx!</h1>")
        else:
            self.send(200, "application/json", b'"a string"' if fault.kind == "text" else b"{}")
        return True

    def drip(self, seconds: float) -> None:
        """An answer of which a byte comes now and then, without an end."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        while True:
            self.wfile.write(b" ")
            time.sleep(seconds)

    def page(self, path: str) -> None:
        """What the suite's browsers see in the end."""
        self.send(
            200, "text/html", b'<!doctype html><p id="submission_complete">%b</p>' % path.encode()
        )

    def send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass
