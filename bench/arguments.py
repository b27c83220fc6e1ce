"""The arguments of ``bench/run`` and of its commands."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.database import DEFAULT_SERVER, address
from bench.more_scenarios import MORE
from bench.plans import BUFFERS
from bench.qiao import SERVERS
from bench.scenarios import SCENARIOS

TARGETS = ("qiao", "oidc-provider")
VAR = Path(__file__).resolve().parent.parent / "var" / "bench"
NAMES = [scenario.name for scenario in SCENARIOS]
COMMANDS = ("measure", "profile", "statements", "slow-wechat", "admin")
DESCRIPTION = """\
Measure an OpenID provider under load on this machine.

  bench/run [measure] [SCENARIO...]    rate, latency and processor time per operation
  bench/run profile SCENARIO           where Qiao's processor time goes
  bench/run statements [SCENARIO...]   Qiao's SQL statements and commits per operation
  bench/run statements --explain       PostgreSQL's plan of each, over a grown database
  bench/run slow-wechat                token and userinfo while sign-ins wait for a slow WeChat
  bench/run admin                      the console's lists over millions of rows

A command's own options: bench/run COMMAND --help
"""
EXAMPLES = """\
examples:
  bench/run                              every scenario on Qiao
  bench/run --compare round refresh      two scenarios on every target, interleaved
  bench/run --against v0.1.0 round       an earlier build and this one, interleaved
  bench/run --metrics round              this build with metrics and without, interleaved
  bench/run --grown round refresh        this build over ten million grants and over none
  bench/run --seconds 5 --slices 5 round longer, for figures to keep

Every response is checked (status, JSON members, ID token signature, claims, codes and tokens
never issued twice); one wrong answer makes the exit code 1.
"server µs/op" is user + system processor time of the server's process tree per operation;
PostgreSQL's is told apart. Results are printed as a table and saved as JSON.
"""


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments with ``command`` named; ``measure`` when none is."""
    command, rest = "measure", list(arguments)
    if rest and rest[0] in COMMANDS:
        command = rest.pop(0)
    parser = _parser(command)
    asked = parser.parse_args(rest)
    explains = getattr(asked, "explain", False)
    names = [*NAMES, *(each.name for each in MORE)] if explains else NAMES
    unknown = set(asked.scenarios) - set(names)
    if unknown:
        parser.error(f"no scenario {', '.join(sorted(unknown))}: there are {', '.join(names)}")
    foreign = getattr(asked, "compare", False) or "oidc-provider" in (
        getattr(asked, "target", None) or ()
    )
    if getattr(asked, "sqlite", False) and foreign:
        parser.error("oidc-provider has no SQLite here: leave --sqlite away")
    if getattr(asked, "grown", False) and asked.sqlite:
        parser.error("--grown is made by PostgreSQL: leave --sqlite away")
    if explains and asked.sqlite:
        parser.error("--explain is about PostgreSQL: leave --sqlite away")
    asked.scenarios = asked.scenarios or names
    asked.command = command
    return asked


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench/run" if command == "measure" else f"bench/run {command}",
        description=DESCRIPTION if command == "measure" else None,
        epilog=EXAMPLES if command == "measure" else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_shared(parser)
    if command in ("slow-wechat", "admin"):
        (_add_slow if command == "slow-wechat" else _add_admin)(parser)
        parser.set_defaults(scenarios=[])
        return parser
    count = "+" if command == "profile" else "*"
    parser.add_argument("scenarios", nargs=count, metavar="SCENARIO", help=", ".join(NAMES))
    parser.add_argument("--people", type=int, default=8, help="connections at once (default 8)")
    parser.add_argument("--warmup", type=float, default=2, help="seconds before (default 2)")
    parser.add_argument("--sqlite", action="store_true", help="Qiao on a SQLite file of its own")
    if command == "measure":
        _add_measure(parser)
    else:
        seconds = 10 if command == "profile" else 2
        told = f"how long (default {seconds})"
        parser.add_argument("--seconds", type=float, default=seconds, help=told)
    if command == "statements":
        _add_explain(parser)
    if command == "profile":
        parser.add_argument("--top", type=int, default=30, help="lines a table (default 30)")
    return parser


def _add_shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--server", choices=[*SERVERS], default="serve", help="of Qiao (default: its own)"
    )
    parser.add_argument("--threads", type=int, help="of Qiao (default: what `serve` does)")
    parser.add_argument(
        "--postgres",
        type=address,
        default=DEFAULT_SERVER,
        metavar="URL",
        help="an administrator's database, as in QIAO_DATABASE_URL",
    )


def _add_slow(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sign-ins", type=int, default=200, help="how many wait (default 200)")
    parser.add_argument("--delay", type=float, default=3, help="seconds of WeChat (default 3)")
    parser.add_argument(
        "--limit", type=float, default=50, help="p99 that others may see, ms (default 50)"
    )
    parser.add_argument(
        "--at-once", action="store_true", help="all confirm at the same instant, and come back so"
    )


def _add_admin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--accounts", type=int, default=1_000_000, help="(default a million)")
    parser.add_argument("--events", type=int, default=5_000_000, help="(default five million)")
    parser.add_argument(
        "--limit", type=float, default=100, help="ms that a page may take (default 100)"
    )
    parser.add_argument("--keep", action="store_true", help="keep the database and say its name")


def _add_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--explain",
        action="store_true",
        help="PostgreSQL's plan of each statement; 1 when one reads a table from end to end; "
        f"also of {', '.join(each.name for each in MORE)}",
    )
    parser.add_argument("--accounts", type=int, default=1000, help="of --explain (default 1000)")
    parser.add_argument("--grants", type=int, default=10_000, help="of --explain (default 10000)")
    parser.add_argument(
        "--buffers",
        type=int,
        default=BUFFERS,
        help=f"pages that a statement may touch (default {BUFFERS})",
    )


def _add_measure(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--target", choices=TARGETS, action="append", help="default: qiao")
    which.add_argument("--compare", action="store_true", help="every target, interleaved")
    which.add_argument(
        "--against", metavar="COMMIT", help="an earlier Qiao and this one, interleaved"
    )
    which.add_argument(
        "--metrics", action="store_true", help="Qiao with metrics and without, interleaved"
    )
    which.add_argument(
        "--grown", action="store_true", help="Qiao over a large database and a new one, interleaved"
    )
    parser.add_argument(
        "--accounts", type=int, default=1_000_000, help="of --grown (default a million)"
    )
    parser.add_argument(
        "--grants", type=int, default=10_000_000, help="of --grown (default ten million)"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes of Qiao (default 1)")
    parser.add_argument(
        "--keep-refresh-tokens", action="store_true", help="no rotation, of no target"
    )
    parser.add_argument("--seconds", type=float, default=2, help="length of a slice (default 2)")
    parser.add_argument("--slices", type=int, default=3, help="slices a scenario (default 3)")
    parser.add_argument("--json", type=Path, default=VAR / "latest.json", help="where results go")
