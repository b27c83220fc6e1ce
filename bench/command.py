"""What ``bench/run`` does with its arguments."""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType

from bench import against, crowd, report, slow_wechat
from bench.arguments import TARGETS, VAR, parsed
from bench.checkout import HERE, Checkout, CheckoutFailed, earlier
from bench.database import NoServer, create, fresh
from bench.in_process import counted, profiled
from bench.measure import Cost, Loaded, LoadFailed, Row, loaded, row
from bench.qiao import prepared, qiao
from bench.relying_party import WrongAnswer
from bench.report import progress
from bench.targets import Options, Start, TargetFailed, free_port, oidc_provider

START: Mapping[str, Start] = dict(zip(TARGETS, (qiao, oidc_provider), strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked; 0 when every answer was right."""
    asked = parsed(sys.argv[1:] if arguments is None else arguments)
    command = COMMANDS[asked.command]
    VAR.mkdir(parents=True, exist_ok=True)
    # Being ended is no reason to leave servers and databases behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with contextlib.ExitStack() as stack:
            return command(asked, stack)
    except NoServer as missing:
        progress("")
        print(f"bench: nothing was measured. {missing}", file=sys.stderr)
        print("bench: `.ci/services bench/run …` starts one and stops it again.", file=sys.stderr)
        return 1
    except (CheckoutFailed, TargetFailed, LoadFailed, WrongAnswer) as failure:
        progress("")
        print(f"bench: {failure}", file=sys.stderr)
        return 1


@contextlib.contextmanager
def started(
    name: str,
    asked: argparse.Namespace,
    checkout: Checkout = HERE,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Loaded]:
    """A target on a database of its own with a load generator attached; all gone afterwards."""
    label = checkout.name if name == "qiao" else name
    log = VAR / f"{label}.log"
    log.unlink(missing_ok=True)
    progress(f"starting {label}")
    with contextlib.ExitStack() as stack:
        database = fresh(asked.sqlite, asked.postgres, label)
        stack.callback(database.drop)
        chosen = Options(
            log,
            asked.people,
            asked.server,
            asked.threads,
            settings,
            checkout=checkout,
            workers=asked.workers,
            rotates=not asked.keep_refresh_tokens,
        )
        target = stack.enter_context(START[name](database, chosen))
        yield stack.enter_context(loaded(target, asked.people))


def measure(asked: argparse.Namespace, stack: contextlib.ExitStack) -> int:
    """Print and save rate, latency and processor time of each scenario on each target."""
    attached = targets(asked, stack)
    is_pair = bool(asked.against or asked.metrics or asked.grown)
    rows: list[Row] = []
    ratios: list[against.Ratio] = []
    for scenario in asked.scenarios:
        costs = turns(scenario, asked, attached)
        rows += [
            row(scenario, each.target.name, slices, each.resident())
            for each, slices in zip(attached, costs, strict=True)
        ]
        if is_pair and (found := against.ratio(scenario, *costs)):
            ratios.append(found)
    progress("")
    print(report.table(rows, attached[0].target.name if is_pair else "oidc-provider"))
    for each in attached:
        print(f"{each.target.name}: {each.target.version}")
    if is_pair:
        print("\n" + against.told(ratios, *(each.target.name for each in attached)))
    context = {
        "database": attached[0].target.database.version(),
        "ratios": [asdict(each) for each in ratios],
        "targets": {each.target.name: each.target.version for each in attached},
        "people": asked.people,
        "slices": asked.slices,
        "slice_seconds": asked.seconds,
    }
    report.write(asked.json, rows, context)
    print(f"saved as {asked.json}", file=sys.stderr)
    if asked.compare and len(attached) < len(TARGETS):
        print("bench: oidc-provider was left out: no Node.js with npm here", file=sys.stderr)
    return told_wrong(rows)


def targets(asked: argparse.Namespace, stack: contextlib.ExitStack) -> list[Loaded]:
    """Everything that is measured in this run, started; of a pair first what is compared."""
    if asked.metrics:
        counting = replace(HERE, label="qiao-metrics"), {"QIAO_METRICS_PORT": str(free_port())}
        pair = counting, (HERE, {})
        return [stack.enter_context(started("qiao", asked, *each)) for each in pair]
    if asked.grown:
        large = stack.enter_context(started("qiao", asked, replace(HERE, label="qiao-grown")))
        progress(f"making {asked.accounts:,} accounts and {asked.grants:,} grants")
        where, newest = large.target.database.url, int(time.time())
        crowd.grow(where, asked.accounts, asked.grants, newest)
        return [large, stack.enter_context(started("qiao", asked))]
    if not asked.against:
        names = targets_found() if asked.compare else asked.target or ["qiao"]
        return [stack.enter_context(started(name, asked)) for name in names]
    progress(f"installing {asked.against}")
    other = stack.enter_context(earlier(asked.against, VAR / "environments"))
    return [stack.enter_context(started("qiao", asked, each)) for each in (other, HERE)]


def targets_found() -> list[str]:
    """Those that can be started here."""
    return [name for name in TARGETS if name != "oidc-provider" or shutil.which("npm")]


def turns(scenario: str, asked: argparse.Namespace, attached: Sequence[Loaded]) -> list[list[Cost]]:
    """One scenario on every target, slice by slice in turns; the costs of each target.

    Who begins a turn changes, so that nobody has the better place in all of them.
    """
    costs: list[list[Cost]] = [[] for _ in attached]
    for each in attached:
        progress(f"{scenario}: warming up {each.target.name}")
        each.slice(scenario, asked.warmup, prepare=True)
    places = list(range(len(attached)))
    for number in range(asked.slices):
        for place in places if number % 2 == 0 else reversed(places):
            each = attached[place]
            progress(f"{scenario}: {each.target.name} {number + 1}/{asked.slices}")
            costs[place].append(each.slice(scenario, asked.seconds))
    return costs


def slow(asked: argparse.Namespace, stack: contextlib.ExitStack) -> int:
    """Print how others fare while many sign-ins wait for WeChat; 1 when they notice."""
    port = free_port()
    settings = slow_wechat.sandbox_settings(port)
    log = VAR / "qiao.log"
    log.unlink(missing_ok=True)
    progress("starting qiao and the sandbox")
    database = create(asked.postgres, "qiao")
    stack.callback(database.drop)
    people = slow_wechat.RELYING_PARTIES
    options = Options(log, people, asked.server, asked.threads, settings)
    target = stack.enter_context(qiao(database, options))
    stack.enter_context(slow_wechat.sandbox(port, target.facts.issuer, VAR / "sandbox.log"))
    progress(f"{asked.sign_ins} sign-ins, WeChat answers after {asked.delay:g} s")
    spread = 0.0 if asked.at_once else asked.delay
    observed = slow_wechat.observe(target.facts, port, asked.sign_ins, asked.delay, spread)
    found = asyncio.run(observed)
    progress("")
    print(slow_wechat.told(found, asked.delay))
    return int(not slow_wechat.is_good(found, asked.limit))


def admin(asked: argparse.Namespace, stack: contextlib.ExitStack) -> int:
    """Print what each list of the console takes; 1 when one takes too long."""
    log = VAR / "qiao.log"
    log.unlink(missing_ok=True)
    database = create(asked.postgres, "qiao")
    if asked.keep:
        print(database.url)
    else:
        stack.callback(database.drop)
    settings, _ = prepared(database, Options(log, 1), free_port())
    progress(f"making {asked.accounts:,} accounts and {asked.events:,} events")
    newest = int(time.time())
    crowd.fill(database.url, asked.accounts, asked.events, newest)
    progress("counting its hours and asking for every list")
    numbers = [str(each) for each in (asked.accounts, asked.events, newest)]
    command = [sys.executable, "-m", "bench.console", *numbers]
    with log.open("ab") as errors:
        done = subprocess.run(
            command,
            cwd=HERE.folder,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
        )
    progress("")
    if done.returncode:
        raise TargetFailed(f"asking for the lists failed; the reason is at the end of {log}")
    found = json.loads(done.stdout.splitlines()[-1])
    print(report.lists(found))
    return int(any(each["ms"] >= asked.limit for each in found))


COMMANDS = {
    "measure": measure,
    "profile": profiled,
    "statements": counted,
    "slow-wechat": slow,
    "admin": admin,
}


def told_wrong(rows: Sequence[Row]) -> int:
    """Print the wrong answers; the exit code."""
    for each in rows:
        for text in each.wrong:
            print(f"WRONG {each.target} {each.scenario}: {text}", file=sys.stderr)
    return int(any(each.wrong for each in rows))
