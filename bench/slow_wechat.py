"""Many sign-ins wait for a slow WeChat: do the others notice?

Apps begin sign-ins at the challenge endpoint, the mini program confirms one after the other, and
the sandbox takes so long to answer that all of them wait together. Meanwhile relying parties
refresh tokens and read userinfo at a steady rate; their latency is compared with that of the same
rate while nobody waits.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.checkout import REPOSITORY
from bench.facts import Facts
from bench.load import people, provider_at
from bench.person import FORM, Person
from bench.relying_party import Json, ProofKey, document, require
from bench.scenarios import go_offline, refresh, userinfo
from bench.targets import process, wait_until_ready
from bench.wire import Connection, Response

MINI_PROGRAM = "wx5a4d000000000001"
NATIVE_CLIENT = "bench-native"
PACE = 0.05
"""Seconds between two requests of one relying party."""
RELYING_PARTIES = 4
CALM_SECONDS = 5.0
JSON = {"Content-Type": "application/json"}


@contextmanager
def sandbox(port: int, qiao: str, log: Path) -> Iterator[None]:
    """The local WeChat, as a process of its own."""
    command = [sys.executable, "-m", "federation.sandbox", "--port", str(port), "--qiao", qiao]
    with process(command, log, REPOSITORY) as started:
        wait_until_ready(f"http://127.0.0.1:{port}/phone", started, log)
        yield


@dataclass(frozen=True)
class Found:
    """Latencies in milliseconds by kind of request, and how the sign-ins went."""

    calm: dict[str, list[float]]
    waiting: dict[str, list[float]]
    confirmations: list[Response]
    confirmation_seconds: list[float]


@dataclass(frozen=True)
class SignIn:
    """One sign-in under way: its ticket, and WeChat's code for the person who confirms it."""

    scene: str
    number: int
    js_code: str
    address: str
    """The person's own network address, as a proxy in front would tell it."""
    auth_session: str
    """What the app goes on with."""
    verifier: str


async def observe(facts: Facts, wechat_port: int, count: int, delay: float, spread: float) -> Found:
    """Measure calm, then ``count`` sign-ins waiting ``delay`` seconds for WeChat each.

    :param spread: seconds over which they arrive; up to ``delay`` they all wait together.
    """
    address = urlsplit(facts.issuer)
    provider = await provider_at(facts, Connection(address.hostname or "", address.port or 80))
    crowd = people(provider, RELYING_PARTIES)
    for person in crowd:
        await go_offline(person)
    wechat = Connection("127.0.0.1", wechat_port)
    begun = [await begin(crowd[0], wechat, number) for number in range(count)]
    calm = await steady(crowd, asyncio.create_task(asyncio.sleep(CALM_SECONDS)))
    await control(
        wechat, "/answers", {"endpoint": "/sns/jscode2session", "times": 0, "delay": delay}
    )
    confirming = asyncio.gather(
        *(confirm(crowd[0], each, number * spread / count) for number, each in enumerate(begun))
    )
    waiting = await steady(crowd, confirming)
    answers = await confirming
    return Found(calm, waiting, [a for a, _ in answers], [seconds for _, seconds in answers])


async def begin(person: Person, wechat: Connection, number: int) -> SignIn:
    """An app begins a sign-in, and a person of their own has the mini program open."""
    address, proof = f"198.51.{number // 250}.{number % 250 + 1}", ProofKey()
    form = {
        "client_id": NATIVE_CLIENT,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
        "connection": "wechat-bench",
    }
    headers = {"Content-Type": FORM, "X-Forwarded-For": address}
    path = person.provider.path("authorization_challenge_endpoint")
    response = await person.connection.send("POST", path, headers, urlencode(form).encode())
    begun = document(response, 403)
    scene = parse_qs(urlsplit(begun["launch"]["path"]).query)["ticket"][0]
    read = await person.get(f"/federation/v1/tickets/{scene}", {"X-Forwarded-For": address})
    require(document(read)["state"] == "scanned", "the ticket is not scanned", read)
    name = f"person-{number}"
    await control(wechat, "/people", {"id": name}, 409)  # who has been here before is known
    asked = {"kind": "js", "appid": MINI_PROGRAM, "person": name}
    js_code = (await control(wechat, "/codes", asked))["code"]
    known = begun["auth_session"], proof.verifier
    return SignIn(scene, begun["number"], js_code, address, *known)


async def confirm(person: Person, sign_in: SignIn, after: float) -> tuple[Response, float]:
    """The mini program confirms over a connection of its own, ``after`` so many seconds; the
    answer and the seconds that it took."""
    await asyncio.sleep(after)
    own = Connection(person.connection.host, person.connection.port)
    start = time.perf_counter()
    response = await confirmed(own, sign_in)
    own.close()
    return response, time.perf_counter() - start


async def confirmed(connection: Connection, sign_in: SignIn) -> Response:
    """What the mini program is answered that confirms."""
    headers = {**JSON, "X-Forwarded-For": sign_in.address}
    body = json.dumps({"js_code": sign_in.js_code, "number": sign_in.number}).encode()
    path = f"/federation/v1/tickets/{sign_in.scene}/confirm"
    return await connection.send("POST", path, headers, body)


def sandbox_settings(port: int) -> dict[str, str]:
    """Qiao's, whose WeChat is the sandbox at this port, and who is told everybody's address."""
    address = f"http://127.0.0.1:{port}"
    return {
        "QIAO_WECHAT_API_BASE": address,
        "QIAO_WECHAT_OPEN_BASE": address,
        "QIAO_WECHAT_SANDBOX": "1",
        "QIAO_TRUSTED_PROXIES": "1",
    }


async def control(wechat: Connection, path: str, body: Json, *also: int) -> Json:
    """Ask the sandbox's control API for something.

    :param also: statuses that are as good as 200 and 201.
    """
    content = json.dumps(body).encode()
    response = await wechat.send("POST", f"/sandbox/v1{path}", JSON, content)
    require(response.status in (200, 201, *also), f"the sandbox refuses {path}", response)
    return response.json()


async def steady(crowd: list[Person], until: "asyncio.Future[Any]") -> dict[str, list[float]]:
    """Refresh and userinfo by turns, each relying party at its own pace, until this is done."""
    found: dict[str, list[float]] = {"refresh": [], "userinfo": []}

    async def keep_asking(person: Person) -> None:
        while not until.done():
            for name, operate in (("refresh", refresh), ("userinfo", userinfo)):
                start = time.perf_counter()
                await operate(person)
                took = time.perf_counter() - start
                found[name].append(1000 * took)
                await asyncio.sleep(max(0.0, PACE - took))

    await asyncio.gather(*(keep_asking(person) for person in crowd))
    return found


def told(found: Found, delay: float) -> str:
    """The report."""
    right = sum(answer.status == 200 for answer in found.confirmations)
    slowest = max(found.confirmation_seconds)
    lines = [
        f"{right} of {len(found.confirmations)} sign-ins confirmed; WeChat took {delay:g} s for "
        f"each; the slowest sign-in took {slowest:.1f} s",
        "| request  | while          |  count | p50 ms | p99 ms | max ms |",
        "| -------- | -------------- | ------ | ------ | ------ | ------ |",
    ]
    for name in found.calm:
        for label, times in (("nobody waits", found.calm), ("sign-ins wait", found.waiting)):
            taken = sorted(times[name])
            p50, p99 = (quantiles(taken, n=100)[at] for at in (49, 98))
            lines.append(
                f"| {name:8} | {label:14} | {len(taken):6} | {p50:6.1f} | {p99:6.1f} | "
                f"{taken[-1]:6.1f} |"
            )
    return "\n".join(lines)


def is_good(found: Found, limit_ms: float) -> bool:
    """Everybody signed in, and the 99th percentile of the others stayed below the limit."""
    confirmed = all(answer.status == 200 for answer in found.confirmations)
    return confirmed and all(
        quantiles(times, n=100)[98] < limit_ms for times in found.waiting.values()
    )
