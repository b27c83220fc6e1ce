"""``make test-interop``: every program in turn, or those that ONLY names."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.interop.programs import document, results
from tests.interop.programs.apis import guards
from tests.interop.programs.installing import CannotInstall, Installed, install
from tests.interop.programs.journey import go_through
from tests.interop.programs.mcp import connects, running_world
from tests.interop.programs.program import API, MCP, Program, every
from tests.interop.programs.results import Result, Seen
from tests.interop.programs.visitor import Stopped
from tests.interop.qiao import Qiao, running_qiao

Look = Callable[[tuple[Program, Installed], str, Path], Seen]
"""Runs an installed program in one way."""


def main(arguments: Sequence[str]) -> int:
    """0 when each program did what the last words about it say."""
    parser = argparse.ArgumentParser(prog="make test-interop")
    parser.add_argument("--only", default="", help="names, with commas between them")
    parser.add_argument("--write-docs", action="store_true", help="run nothing")
    chosen = parser.parse_args(arguments)
    failed = 0 if chosen.write_docs else _run([one for one in chosen.only.split(",") if one])
    document.write()
    return failed


def _run(names: Sequence[str]) -> int:
    programs = [one for one in every() if not names or one.name in names]
    apart = [one for one in programs if one.section == MCP]
    with tempfile.TemporaryDirectory(prefix="interop-") as kept:
        failed = _run_programs([one for one in programs if one not in apart], Path(kept) / "qiao")
        failed += _run_mcp(apart, Path(kept) / "mcp")
    print(f"{len(programs) - failed} of {len(programs)} programs as they should be.")
    return int(failed > 0)


def _run_programs(programs: Sequence[Program], folder: Path) -> int:
    if not programs:
        return 0
    with running_qiao(folder) as qiao:
        return sum(
            not _judge(one, lambda done, way, place: _way(done[0])(*done, way, qiao, place))
            for one in programs
        )


def _way(program: Program) -> Callable[[Program, Installed, str, Qiao, Path], Seen]:
    return guards if program.section == API else go_through


def _run_mcp(programs: Sequence[Program], folder: Path) -> int:
    if not programs:
        return 0
    with running_world(folder) as world:
        return sum(
            not _judge(one, lambda done, way, _: connects(done[1], way, world)) for one in programs
        )


def _judge(program: Program, look: Look) -> bool:
    """Runs one program, keeps what was seen, and prints one line of it."""
    begun = time.monotonic()
    print(f"{program.name} ... ", end="", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix=f"{program.name}-") as folder:
            result = _result(program, look, Path(folder))
    except (CannotInstall, TimeoutError) as error:
        print(f"cannot be run: {error}")
        return False
    results.write({**results.read(), program.name: _shown(result)})
    print(f"{_line(result)} ({time.monotonic() - begun:.0f} s)", flush=True)
    return all(bool(seen.stopped) == (way in program.refuses) for way, seen in result.ways.items())


def _result(program: Program, look: Look, folder: Path) -> Result:
    installed = install(program, folder)
    today = datetime.now(UTC).date().isoformat()
    ways = {}
    for way in program.ways:
        try:
            ways[way] = look((program, installed), way, folder)
        except Stopped as error:
            ways[way] = Seen(stopped=str(error))
    return Result(today, installed.versions, ways)


def _shown(result: Result) -> Result:
    """Without what a program prints, which has addresses and tokens in it."""
    ways = {
        way: replace(seen, stopped="refused") if seen.stopped else seen
        for way, seen in result.ways.items()
    }
    return replace(result, ways=ways)


def _line(result: Result) -> str:
    return "; ".join(f"{way}: {_said(seen)}" for way, seen in result.ways.items())


def _said(seen: Seen) -> str:
    if seen.stopped:
        return f"NOT in: {seen.stopped}"
    worked = {"refresh": seen.refresh, "logout": seen.logout}
    parts = [f"{name} {'ok' if ok else 'FAILS'}" for name, ok in worked.items() if ok is not None]
    return ", ".join(("in", *parts)) + f" [{' '.join(seen.claims)}]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
