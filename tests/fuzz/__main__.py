"""``python -m tests.fuzz --count 100000``: what was answered, and all that was wrong."""

import argparse
import sys
import time
from random import Random

from tests.databases import open_database
from tests.fuzz.running import Report, missed, run
from tests.fuzz.sending import OnSocket
from tests.fuzz.world import World, build
from tests.sandbox_server import LiveSandbox

ONE_WORLD = 5000
"""Changed requests until the database is emptied, and everything begins anew."""


def main() -> int:
    arguments = _arguments()
    report, began, left = Report(aloud=True), time.monotonic(), list[str]()
    wechat, database = LiveSandbox(), open_database(arguments.database)
    try:
        for number in range(-(-arguments.count // ONE_WORLD)):
            world = build(database, wechat)
            random = Random(arguments.seed + number)
            until = min(arguments.count, (number + 1) * ONE_WORLD)
            _one(world, until, random, report, on_socket=number % 10 == 9)
            left = missed(world, report)
            world.close()
            print(f"{report.sent:7} sent, {len(report.faults)} faults", flush=True)
    finally:
        wechat.close()
        database.drop()
    print(f"routes that no flow went to: {left}")
    _tell(report, time.monotonic() - began)
    return 1 if report.faults else 0


def _one(world: World, until: int, random: Random, report: Report, *, on_socket: bool) -> None:
    if not on_socket:
        run(world, until, random, report)
        return
    from tests.app.serving.served import served

    with served(world.deployment.app) as server:
        world.way = OnSocket(server.port)
        run(world, until, random, report)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="changed requests to send")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to do the same again")
    parser.add_argument("--database", default="sqlite", help="sqlite, postgresql or mariadb")
    return parser.parse_args()


def _tell(report: Report, seconds: float) -> None:
    print(f"{report.sent} changed requests in {seconds:.0f} s, {report.flows} flows")
    print("answered:", ", ".join(f"{s} × {n}" for s, n in sorted(report.statuses.items())))
    print(f"not 400, 401 or 405: {report.share_beyond():.0%}")
    print("errors:", ", ".join(f"{e} × {n}" for e, n in report.errors.most_common(25)))
    print("by flow:", ", ".join(f"{f} × {n}" for f, n in report.by_flow.most_common()))
    print("flows that could not go on:", dict(report.dead), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
