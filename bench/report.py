"""The result of a run: a table for people, a JSON file for machines."""

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.measure import Row

HEAD = (
    "scenario",
    "target",
    "ops",
    "rate/s",
    "p50 ms",
    "p99 ms",
    "server µs/op",
    "(min–max)",
    "database µs/op",
    "load busy",
    "MiB",
    "× reference",
)


def table(rows: Sequence[Row], reference: str) -> str:
    """A Markdown table; the last column compares the server's µs with the reference target's."""
    lines = [HEAD, *(_cells(row, rows, reference) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    drawn = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    rule = "| " + " | ".join("-" * width for width in widths) + " |"
    return "\n".join([drawn[0], rule, *drawn[1:]])


def _cells(row: Row, rows: Sequence[Row], reference: str) -> tuple[str, ...]:
    base = [r.server_us for r in rows if (r.scenario, r.target) == (row.scenario, reference)]
    low, high = row.server_us_spread
    return (
        row.scenario,
        row.target,
        str(row.operations),
        f"{row.rate:.0f}",
        f"{row.p50_ms:.1f}",
        f"{row.p99_ms:.1f}",
        f"{row.server_us:.0f}",
        f"{low:.0f}–{high:.0f}",
        f"{row.database_us:.0f}",
        f"{100 * row.load_share:.0f} %",
        f"{row.resident_mib:.0f}",
        f"{row.server_us / base[0]:.2f}" if base and base[0] else "–",
    )


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def write(path: Path, rows: Sequence[Row], context: Mapping[str, Any]) -> None:
    """Save the rows with the time, the machine and the versions."""
    taken = datetime.now(UTC).isoformat(timespec="seconds")
    document = {
        "taken_at": taken,
        "machine": machine(),
        **context,
        "rows": [asdict(row) for row in rows],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def lists(found: Sequence[Mapping[str, Any]]) -> str:
    """What each list of the console took, in milliseconds."""
    lines = [
        "| list | ms | our processor time | slowest statement | first time, ms | KiB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {each['name']} | {each['ms']:.1f} | {each['cpu']:.1f} | {each['sql']:.1f} | "
        f"{each['first']:.1f} | {each['bytes'] / 1024:.0f} |"
        for each in found
    ]
    return "\n".join(lines)


def progress(text: str) -> None:
    """Show what is under way: one line rewritten on a terminal, plain lines elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr)
