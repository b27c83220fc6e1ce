"""``python -m tests.conformance``: what ``make conformance`` runs."""

import argparse
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from tests.conformance import table
from tests.conformance.clients import Credentials
from tests.conformance.deployment import Deployment, DeploymentError, Target
from tests.conformance.expected import Expected
from tests.conformance.files import (
    read_credentials,
    write_files,
    write_loading,
    write_plans,
)
from tests.conformance.given import Given
from tests.conformance.module_run import ModuleRun, Pace
from tests.conformance.plans import Plan, chosen
from tests.conformance.report import Report
from tests.conformance.runner import Runner
from tests.conformance.scratch import Wishes, scratch
from tests.conformance.suite import Suite, SuiteError
from tests.conformance.trust import Trust, Untrusted, addresses, is_near, trust_in
from tests.source import ROOT

KEPT = ROOT / "var" / "conformance"
POLITE = 1.0
"""Seconds between two looks at a suite that others use as well."""
USAGE = (
    """make conformance SUITE=https://… [ISSUER=https://…] [ARGS="--plan basic --only '*scope*'"]"""
)


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.conformance", usage=USAGE)
    add = parser.add_argument
    add("--suite", required=True, help="address of the suite")
    add("--issuer", default="", help="a deployment that runs already; without: one for this run")
    add("--plan", action="append", default=[], help="key or name of a plan, or a pattern; again")
    add("--only", action="append", default=[], help="module, or a pattern of modules; again")
    add("--alias", default="", help="begins the suite's addresses; made anew for a scratch run")
    add("--name", default="localhost", help="under which the suite reaches a scratch deployment")
    add("--listen", default="127.0.0.1", help="where a scratch deployment listens")
    add("--port", type=int, default=0, help="its port; a free one without")
    add("--network", action="append", default=[], help="network in which the suite is; again")
    add("--suite-ca", type=Path, help="PEM file with what vouches for the suite")
    add("--issuer-ca", type=Path, help="PEM file with what vouches for a given deployment")
    add("--prepare", action="store_true", help="only write the files for a given deployment")
    add("--files", type=Path, default=KEPT / "given", help="where those files are")
    add("--resource", default="", help="API of a given deployment, for the plan oauth")
    add("--rotate", default="", help="command that rotates the keys of a given deployment")
    add("--events", default="", help="command that changes ada's password there, for caep")
    add("--patience", type=float, default=Pace.whole, help="seconds for a module")
    add("--output", type=Path, help="folder for logs and pictures")
    add("--docs", type=Path, default=table.DOCS, help="folder of conformance.md and .json")
    return parser.parse_args(words)


def show(line: str) -> None:
    print(line, flush=True)


def main(words: Sequence[str]) -> int:
    """0: everything as expected. 1: something else came out. 2: the call makes no sense."""
    asked = arguments(words)
    asked.suite = asked.suite.rstrip("/")
    asked.issuer = asked.issuer.rstrip("/")
    try:
        plans = chosen(asked.plan)
        if asked.prepare:
            return prepare(asked)
        trust = trust_in(asked.suite, asked.suite_ca)
    except (LookupError, Untrusted, DeploymentError) as error:
        show(str(error))
        return 2
    if trust.certificate:
        show("The suite has a certificate of its own; it is believed as presented.")
    return run(asked, plans, trust)


def prepare(asked: argparse.Namespace) -> int:
    """Writes what a given deployment is to be filled with, and says how."""
    if not asked.issuer:
        raise DeploymentError("Say for which deployment: ISSUER=https://…")
    folder = asked.files.resolve()
    credentials = Credentials.new(asked.alias or "qiao")
    write_files(folder, asked.suite, credentials)
    write_plans(folder, Target(asked.issuer, asked.resource, credentials))
    script = write_loading(folder, credentials)
    show(f"Written to {folder}. With the settings of {asked.issuer} in the environment:")
    show(f"  sh {script}")
    return 0


def run(asked: argparse.Namespace, plans: Sequence[Plan], trust: Trust) -> int:
    began = datetime.now(UTC)
    folder = asked.output or KEPT / began.strftime("%Y%m%d-%H%M%S")
    report = Report(Expected.read())
    suite = Suite(asked.suite, os.environ.get("CONFORMANCE_TOKEN"), trust)
    try:
        suite.version()  # nothing is made for a suite that is not there
        with stoppable(), deployment(asked, trust, folder) as target:
            drive(suite, asked, plans, target, report, folder)
        left = "is left as it is" if asked.issuer else "is taken down"
        show(f"\nThe deployment {left}. Logs and pictures: {folder}")
    except (SuiteError, DeploymentError) as error:
        report.end = report.end or str(error)
    except KeyboardInterrupt:
        report.end = report.end or "it was stopped."
    finally:
        suite.close()
    if any(plan.rows for plan in report.plans):
        table.write(report, began.date().isoformat(), asked.docs)
    for line in report.summary():
        show(line)
    return report.exit_code


def drive(
    suite: Suite,
    asked: argparse.Namespace,
    plans: Sequence[Plan],
    target: Deployment,
    report: Report,
    folder: Path,
) -> None:
    show(f"Deployment: {target.target.issuer}")
    host = urlsplit(asked.suite).hostname or ""
    poll = Pace.poll if is_near(host) else POLITE
    modules = ModuleRun(suite, target, Pace(whole=asked.patience, poll=poll))
    Runner(suite, target.target, modules, report, folder, show, asked.only).run(plans)


@contextmanager
def deployment(asked: argparse.Namespace, trust: Trust, folder: Path) -> Iterator[Deployment]:
    """The one that was named, or one for this run. :raises DeploymentError: neither can be had."""
    if asked.issuer:
        target = Target(asked.issuer, asked.resource, read_credentials(asked.files))
        verify = str(asked.issuer_ca) if asked.issuer_ca else True
        given = Given(target, show, asked.rotate, asked.events, verify)
        given.check()
        yield given
        return
    credentials = Credentials.new(asked.alias or f"qiao-{secrets.token_hex(3)}")
    wishes = Wishes(asked.name, asked.listen, asked.port, networks(asked))
    show("Making a deployment for this run …")
    with scratch(asked.suite, trust, credentials, wishes, folder / "qiao.log") as made:
        yield made


def networks(asked: argparse.Namespace) -> tuple[str, ...]:
    """Where Qiao must be allowed to fetch from: a suite that is not public, by its addresses."""
    host = urlsplit(asked.suite).hostname or ""
    near = addresses(host) if is_near(host) else []
    own = (f"{found}/{ip_address(found).max_prefixlen}" for found in near if "%" not in found)
    return (*asked.network, *own)


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM and a terminal that goes end the run as Ctrl-C does: in order, with all that was
    reached. Whoever asks again cannot stop the taking down."""
    asked: list[int] = []

    def stop(number: int, _frame: object) -> None:
        asked.append(number)
        if len(asked) == 1:
            raise KeyboardInterrupt

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
