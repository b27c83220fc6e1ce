"""``python -m tests.rolling``: see the package."""

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from app.demo.virtual_phone import VirtualPhone
from bench.checkout import HERE, Checkout, earlier
from bench.database import DEFAULT_SERVER, create
from bench.facts import Facts
from bench.key_holder import new_key
from bench.qiao import SCOPE, seeded
from bench.targets import Options, process
from tests.rolling.nodes import Nodes, answered, command, nginx
from tests.rolling.people import Tally, crowd
from tests.rolling.scanning import Scanning
from tests.shell import free_port
from tests.source import ROOT

VERSION_0_1_0 = "6598092a"
PEOPLE = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where nothing failed."""
    asked = _parsed(arguments)
    tally = Tally()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        old = stack.enter_context(earlier(asked.commit, ROOT / "var" / "environments"))
        settings, facts, phone = _prepared(stack, old, folder, asked.server)
        port = int(facts.issuer.rpartition(":")[2])
        nodes = Nodes(settings, folder)
        stack.callback(nodes.end)
        for each in nodes.ports:
            nodes.start(each, old)
        with nginx(folder, port, nodes.ports):
            time.sleep(1)
            scanning = Scanning(facts, phone, tally)
            work = [
                threading.Thread(target=asyncio.run, args=(crowd(facts, tally, {"scope": SCOPE}),)),
                threading.Thread(target=scanning.run),
            ]
            for each in work:
                each.start()
            try:
                _roll(nodes, tally, settings, old.commit, asked.requests)
            finally:
                tally.is_over = True
                for each in work:
                    each.join()
        return _told(tally, scanning, answered(folder))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.rolling", description=__doc__)
    parser.add_argument("--commit", default=VERSION_0_1_0, help="the version to begin with")
    parser.add_argument("--requests", type=int, default=10_000, help="how many at least")
    parser.add_argument("--server", default=DEFAULT_SERVER, help="PostgreSQL, as administrator")
    return parser.parse_args(arguments)


def _prepared(
    stack: ExitStack, old: Checkout, folder: Path, server: str
) -> tuple[dict[str, str], Facts, VirtualPhone]:
    """Settings, a database as the old version makes and fills it, and a WeChat."""
    database = create(server, "rolling")
    stack.callback(database.drop)
    issuer, sandbox = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    settings = {
        "QIAO_ISSUER": issuer,
        "QIAO_SECRET_KEYS": secrets.token_urlsafe(48),
        "QIAO_DATABASE_URL": database.url,
        "QIAO_TRUSTED_PROXIES": "1",
        "QIAO_WECHAT_API_BASE": sandbox,
        "QIAO_WECHAT_OPEN_BASE": sandbox,
        "QIAO_WECHAT_SANDBOX": "1",
        "QIAO_LOG_LEVEL": "WARNING",
    }
    wechat = [sys.executable, "-m", "federation.sandbox", "--qiao", issuer, "--port"]
    log = folder / "others.log"
    stack.enter_context(process([*wechat, sandbox.rpartition(":")[2]], log, ROOT))
    facts = Facts(issuer, "bench-web", secrets.token_urlsafe(32), fapi_key=new_key())
    options = Options(log, PEOPLE, checkout=old)
    cookies = seeded(settings, options, facts)
    return settings, replace(facts, cookies=cookies), VirtualPhone(sandbox)


def _roll(nodes: Nodes, tally: Tally, settings: dict[str, str], old: str, wanted: int) -> None:
    """One step after the other; each state is met by its share of what is wanted."""
    first, second = nodes.ports
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        (f"two nodes of {old}", lambda: None),
        ("the database is migrated", lambda: _migrate(settings)),
        ("the first node is of this version", lambda: nodes.replace(first, HERE)),
        ("both nodes are of this version", lambda: nodes.replace(second, HERE)),
    )
    for name, step in steps:
        step()
        begun = tally.count
        print(f"{begun:6} requests, {len(tally.failed)} failed: {name}", flush=True)
        while tally.count < begun + wanted / len(steps):
            time.sleep(0.1)


def _migrate(settings: dict[str, str]) -> None:
    environment = {**os.environ, **settings}
    subprocess.run(
        command(HERE, "db", "upgrade"), cwd=ROOT, env=environment, check=True, capture_output=True
    )


def _told(tally: Tally, scanning: Scanning, nodes: dict[str, int]) -> int:
    for path, count in tally.asked.most_common():
        print(f"{count:6} {path}")
    print(f"{scanning.signed_in} sign-ins by scanning; answered: {dict(nodes)}")
    for failure in tally.failed[:20]:
        print(f"FAILED {failure}")
    print(f"{len(tally.failed)} failed of {tally.count}")
    return int(bool(tally.failed))


if __name__ == "__main__":
    sys.exit(main())
