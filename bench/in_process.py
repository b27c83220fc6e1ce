"""Qiao's application called in-process: where its time goes, and what it asks its database."""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bench import crowd, plans, profile, slow_wechat, statements
from bench.arguments import VAR
from bench.checkout import HERE
from bench.database import fresh
from bench.more_scenarios import APP_SIGN_IN
from bench.qiao import prepared
from bench.report import progress
from bench.targets import Options, TargetFailed, free_port


def profiled(asked: argparse.Namespace, stack: contextlib.ExitStack) -> int:
    """Print where the processor time of each scenario goes."""
    for found in observed(asked, stack, sample=True):
        total = sum(request["processor"] for request in found["requests"]) / found["operations"]
        print(f"\n{found['scenario']}: {total:.0f} µs of processor time an operation,")
        print("called in-process on one thread: no WSGI server, no contention\n")
        print(profile.told(profile.stacks(found["stacks"]), total, asked.top))
    return 0


def counted(asked: argparse.Namespace, stack: contextlib.ExitStack) -> int:
    """Print the SQL statements of each scenario, or their plans; 1 for a plan that is too dear."""
    is_bad = False
    for found in observed(asked, stack, explain=asked.explain):
        if asked.explain:
            each, sizes = plans.explained(found["plans"]), found["sizes"]
            print(plans.told(found["scenario"], each, sizes, asked.buffers), end="\n\n")
            is_bad = is_bad or any(one.problems(sizes, asked.buffers) for one in each)
        else:
            requests = [statements.Request(**noted) for noted in found["requests"]]
            print(statements.told(found["scenario"], found["operations"], requests), end="\n\n")
    return int(is_bad)


def observed(
    asked: argparse.Namespace,
    stack: contextlib.ExitStack,
    *,
    sample: bool = False,
    explain: bool = False,
) -> Iterator[dict[str, Any]]:
    """What `bench.inside` tells of each scenario on a fresh Qiao."""
    progress("starting qiao")
    log = VAR / "qiao.log"
    log.unlink(missing_ok=True)
    database = fresh(asked.sqlite, asked.postgres, "qiao")
    stack.callback(database.drop)
    wechat = free_port()
    more = slow_wechat.sandbox_settings(wechat) if APP_SIGN_IN in asked.scenarios else {}
    settings, facts = prepared(database, Options(log, 1, settings=more), free_port())
    if more:
        stack.enter_context(slow_wechat.sandbox(wechat, facts.issuer, VAR / "sandbox.log"))
    if explain:
        progress(f"making {asked.accounts:,} accounts and {asked.grants:,} grants")
        newest = int(time.time())
        crowd.grow(database.url, asked.accounts, asked.grants, newest, passing=True)
    first = {
        "facts": asdict(facts),
        "scenarios": asked.scenarios,
        "warmup": asked.warmup,
        "seconds": asked.seconds,
        "sample": sample,
        "explain": explain,
    }
    inside = subprocess.Popen(
        [sys.executable, "-m", "bench.inside"],
        cwd=HERE.folder,
        env={**os.environ, **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(inside.kill)
    output, _ = inside.communicate(json.dumps(first) + "\n")
    progress("")
    if inside.returncode:
        raise TargetFailed("calling Qiao in-process failed; the reason is above")
    yield from (json.loads(line) for line in output.splitlines())
