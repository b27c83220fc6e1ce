"""The load generator, a process of its own: ``python -m bench.load`` spoken to in JSON lines.

The first line on standard input is the provider's facts and the number of people; each later
line names a scenario and for how many seconds to repeat it, and is answered with a `Slice`.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from bench.facts import Facts
from bench.person import Person, Provider
from bench.relying_party import IdTokenJudge, WrongAnswer, document, public_keys, require
from bench.scenarios import Scenario, named
from bench.wire import Connection, ConnectionLost


@dataclass(frozen=True)
class Slice:
    """What one slice of one scenario gave; ``wrong`` are the first few answers refused."""

    operations: int
    seconds: float
    latencies: list[float]
    wrong: list[str]
    own_processor_seconds: float


async def provider_at(facts: Facts, connection: Connection) -> Provider:
    """Read discovery and keys as any relying party does."""
    metadata = document(await connection.send("GET", "/.well-known/openid-configuration", {}))
    require(metadata["issuer"] == facts.issuer, "another issuer")
    path = urlsplit(metadata["jwks_uri"]).path
    keys = public_keys((await connection.send("GET", path, {})).json())
    connection.close()
    return Provider(facts, metadata, IdTokenJudge(facts.issuer, facts.client_id, keys))


def people(provider: Provider, count: int) -> list[Person]:
    address = urlsplit(provider.facts.issuer)
    cookies = provider.facts.cookies or ({},)
    return [
        Person(
            provider,
            Connection(address.hostname or "", address.port or 80),
            cookies=dict(cookies[number % len(cookies)]),
        )
        for number in range(count)
    ]


async def repeat(
    scenario: Scenario, person: Person, until: float, done: Callable[[float], None]
) -> None:
    """Operate again and again until this time of the monotonic clock."""
    while (start := time.perf_counter()) < until:
        await scenario.operate(person)
        done(time.perf_counter() - start)


async def run_slice(scenario: Scenario, crowd: list[Person], seconds: float) -> Slice:
    """Let everybody operate at once for some seconds; one wrong answer ends that person's part.

    Connections are opened anew, so none has been idle for so long that the server let it go.
    """
    for person in crowd:
        person.connection = Connection(person.connection.host, person.connection.port)
    latencies: list[float] = []
    processor, start = time.process_time(), time.perf_counter()
    results = await asyncio.gather(
        *(repeat(scenario, person, start + seconds, latencies.append) for person in crowd),
        return_exceptions=True,
    )
    took = time.perf_counter() - start
    for person in crowd:
        person.connection.close()
    wrong = [f"{type(error).__name__}: {error}" for error in results if error is not None]
    return Slice(len(latencies), took, latencies, wrong[:3], time.process_time() - processor)


async def serve() -> None:
    first = json.loads(sys.stdin.readline())
    facts = Facts.from_json(json.dumps(first["facts"]))
    address = urlsplit(facts.issuer)
    provider = await provider_at(facts, Connection(address.hostname or "", address.port or 80))
    crowd = people(provider, first["people"])
    for line in sys.stdin:
        asked = json.loads(line)
        scenario = named(asked["scenario"])
        if asked["prepare"]:
            for person in crowd:
                await scenario.prepare(person)
        print(json.dumps(asdict(await run_slice(scenario, crowd, asked["seconds"]))), flush=True)


if __name__ == "__main__":
    try:
        asyncio.run(serve())
    except (WrongAnswer, ConnectionLost, KeyError) as error:
        print(json.dumps({"refused": f"{type(error).__name__}: {error}"}), flush=True)
        sys.exit(1)
