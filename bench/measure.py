"""One target under load: slices of a scenario, with what they cost the server."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

from bench import processor
from bench.checkout import REPOSITORY
from bench.targets import Target


class LoadFailed(Exception):
    """The load generator gave up: the provider's answers do not allow the scenario at all."""


@dataclass(frozen=True)
class Cost:
    """What one slice did and what it took; seconds of processor time unless named otherwise."""

    operations: int
    seconds: float
    latencies: tuple[float, ...]
    server: float
    database: float
    load: float
    wrong: tuple[str, ...]


@dataclass
class Loaded:
    """A target with a load generator of its own attached."""

    target: Target
    generator: subprocess.Popen[str]

    def slice(self, scenario: str, seconds: float, prepare: bool = False) -> Cost:
        """Run one slice and read the processor time of server and database around it."""
        server, database = self._processor_seconds()
        found = self._ask({"scenario": scenario, "seconds": seconds, "prepare": prepare})
        server_after, database_after = self._processor_seconds()
        return Cost(
            operations=found["operations"],
            seconds=found["seconds"],
            latencies=tuple(found["latencies"]),
            server=server_after - server,
            database=database_after - database,
            load=found["own_processor_seconds"],
            wrong=tuple(found["wrong"]),
        )

    def resident(self) -> int:
        """Bytes of memory of the server's process tree now."""
        return processor.resident(processor.tree(self.target.pid))

    def _processor_seconds(self) -> tuple[float, float]:
        return (
            processor.seconds(processor.tree(self.target.pid)),
            processor.seconds(self.target.database.backends()),
        )

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self.generator.stdin is not None
        assert self.generator.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.generator.stdin.write(json.dumps(question) + "\n")
            self.generator.stdin.flush()
        line = self.generator.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"refused": "it ended"}
        if "refused" in answer:
            raise LoadFailed(f"{self.target.name}: {answer['refused']}")
        return answer


@contextlib.contextmanager
def loaded(target: Target, people: int) -> Iterator[Loaded]:
    """Attach a load generator with this many people to a target."""
    generator = subprocess.Popen(
        [sys.executable, "-m", "bench.load"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert generator.stdin is not None
    first = {"facts": asdict(target.facts), "people": people}
    generator.stdin.write(json.dumps(first) + "\n")
    generator.stdin.flush()
    try:
        yield Loaded(target, generator)
    finally:
        generator.kill()
        generator.wait()


@dataclass(frozen=True)
class Row:
    """One line of the report: one scenario on one target; times in milliseconds or microseconds.

    Rates and costs are the median over the slices, so that one disturbed slice does not count;
    latencies are over all operations. ``load_share`` near 1 means that the load generator was
    the bottleneck and the rate is a lower bound; the processor costs hold all the same.
    """

    scenario: str
    target: str
    operations: int
    rate: float
    p50_ms: float
    p99_ms: float
    server_us: float
    server_us_spread: tuple[float, float]
    database_us: float
    load_share: float
    resident_mib: float
    wrong: tuple[str, ...]


def row(scenario: str, target: str, costs: list[Cost], resident: int) -> Row:
    """Summarise the slices of one scenario on one target."""
    latencies = [1000 * latency for cost in costs for latency in cost.latencies] or [0.0]
    good = [cost for cost in costs if cost.operations]
    server = [1e6 * cost.server / cost.operations for cost in good] or [0.0]
    return Row(
        scenario=scenario,
        target=target,
        operations=sum(cost.operations for cost in costs),
        rate=_median([cost.operations / cost.seconds for cost in costs]),
        p50_ms=_median(latencies),
        p99_ms=quantiles(latencies, n=100)[98] if len(latencies) > 1 else latencies[0],
        server_us=_median(server),
        server_us_spread=(min(server), max(server)),
        database_us=_median([1e6 * cost.database / cost.operations for cost in good]),
        load_share=_median([cost.load / cost.seconds for cost in costs]),
        resident_mib=resident / 2**20,
        wrong=tuple(text for cost in costs for text in cost.wrong)[:3],
    )


def _median(values: list[float]) -> float:
    return median(values) if values else 0.0
