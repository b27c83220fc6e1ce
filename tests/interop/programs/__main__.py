"""``make test-interop``: every program in turn, or those that ONLY names."""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.interop.programs import document, results
from tests.interop.programs.installing import CannotInstall, install
from tests.interop.programs.journey import go_through
from tests.interop.programs.program import Program, every
from tests.interop.programs.results import Result, Seen
from tests.interop.programs.visitor import Stopped
from tests.interop.qiao import Qiao, running_qiao


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
    failed = 0
    with (
        tempfile.TemporaryDirectory(prefix="interop-") as kept,
        running_qiao(Path(kept) / "qiao") as qiao,
    ):
        for program in programs:
            failed += not _judge(program, qiao)
    print(f"{len(programs) - failed} of {len(programs)} programs as they should be.")
    return int(failed > 0)


def _judge(program: Program, qiao: Qiao) -> bool:
    """Runs one program, keeps what was seen, and prints one line of it."""
    begun = time.monotonic()
    print(f"{program.name} ... ", end="", flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix=f"{program.name}-") as folder:
            result = _result(program, qiao, Path(folder))
    except CannotInstall as error:
        print(f"cannot be installed: {error}")
        return False
    results.write({**results.read(), program.name: _shown(result)})
    print(f"{_line(result)} ({time.monotonic() - begun:.0f} s)", flush=True)
    return all(bool(seen.stopped) == (way in program.refuses) for way, seen in result.ways.items())


def _result(program: Program, qiao: Qiao, folder: Path) -> Result:
    installed = install(program, folder)
    today = datetime.now(UTC).date().isoformat()
    ways = {}
    for way in program.ways:
        try:
            ways[way] = go_through(program, installed, way, qiao, folder)
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
