"""How many files one has to know to follow a request: those that it really enters, counted.

A file is *entered* when a function in it is called, or a template of it drawn, while the request
is answered; what importing a module or making a class runs does not count. Ours are the modules
and templates of `app`, `oidc` and `federation`, without the sandbox, which plays WeChat here.

The application is new and nobody has signed in before: what is done once in the life of a process
(asking WeChat for a server token, say) is counted as well.
"""

import inspect
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from tests.conftest import TestClock
from tests.databases import Database, open_database
from tests.deployment import Browser, Deployment, build_deployment, close
from tests.relying_party import RelyingParty
from tests.sandbox_server import LiveSandbox
from tests.source import PACKAGES, ROOT

SANDBOX = Path("federation/sandbox")


@dataclass
class Entered:
    """Files of ours, relative to the repository, each with the functions that were called in it."""

    files: dict[Path, set[str]] = field(default_factory=lambda: defaultdict(set))

    def note(self, frame: FrameType, event: str, _argument: Any) -> None:
        """Take a call down; for `sys.setprofile`."""
        code = frame.f_code
        # A module's own code and a class's have no fast locals; a function's has.
        if event == "call" and code.co_flags & inspect.CO_OPTIMIZED:
            self.files[Path(code.co_filename)].add(code.co_qualname)

    def ours(self) -> "Entered":
        """Without what belongs to others, to the tests and to the sandbox."""
        known = {path: path.relative_to(ROOT) for path in self.files if path.is_relative_to(ROOT)}
        kept = {
            short: self.files[path]
            for path, short in sorted(known.items())
            if short.parts[0] in PACKAGES and not short.is_relative_to(SANDBOX)
        }
        return Entered(kept)

    def templates(self) -> int:
        return sum(path.suffix != ".py" for path in self.files)


@contextmanager
def counting() -> Iterator[Entered]:
    """What is entered meanwhile on this thread and on those that it starts.

    The result is complete when the block is left.
    """
    entered = Entered()
    threading.setprofile(entered.note)
    sys.setprofile(entered.note)
    try:
        yield entered
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    entered.files = entered.ours().files


def measured() -> Mapping[str, Entered]:
    """The three stories on a new deployment with SQLite, each by its name in `tests.figures`."""
    database = open_database("sqlite")
    assert database is not None
    wechat = LiveSandbox()
    try:
        return _stories(database, wechat)
    finally:
        wechat.close()
        database.drop()


def _stories(database: Database, wechat: LiveSandbox) -> Mapping[str, Entered]:
    deployment = build_deployment(database, wechat, TestClock(), shared=False)
    try:
        deployment.connection()
        shop = deployment.application(first_party=True)
        browser = deployment.browser()
        sign_in, token = _sign_in(deployment, shop, browser)
        return {"sign-in": sign_in, "token": token, "session": _with_session(shop, browser)}
    finally:
        close(deployment)


def _sign_in(
    deployment: Deployment, shop: RelyingParty, browser: Browser
) -> tuple[Entered, Entered]:
    """From GET /authorize to the ID token; and its last request, the one for tokens, alone."""
    started = shop.start()
    with counting() as pages:
        choice = browser.get(started.url).location
        scan = browser.submit(browser.get(choice), choice, connection="wechat").location
        waiting = browser.get(f"{scan}/status")
        browser.scan(scan, "li-lei")
        proven = browser.get(f"{scan}/status")
        finished = browser.submit(browser.get(scan), f"{scan}/finish")
        answer = browser.get(finished.location)
    code = shop.response(answer.location, started)["code"]
    with counting() as token:
        tokens = shop.redeem(code, started)
    assert waiting.get_json() != proven.get_json()
    assert shop.verified(tokens.get_json()["id_token"], started.nonce)
    return Entered(merged(pages.files, token.files)), token


def _with_session(shop: RelyingParty, browser: Browser) -> Entered:
    """GET /authorize by somebody who is signed in: the answer carries a code."""
    started = shop.start()
    with counting() as entered:
        answer = browser.get(started.url)
    assert "code" in shop.response(answer.location, started)
    return entered


def merged(one: Mapping[Path, set[str]], other: Mapping[Path, set[str]]) -> dict[Path, set[str]]:
    return {path: one.get(path, set()) | other.get(path, set()) for path in sorted({*one, *other})}
