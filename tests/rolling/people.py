"""What people and their application ask meanwhile: every answer judged, every request counted."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.facts import Facts
from bench.load import provider_at
from bench.person import Person, Provider
from bench.relying_party import ProofKey, require
from bench.scenarios import introspection, jwks, userinfo
from bench.wire import Connection, Response


@dataclass
class Tally:
    """What was asked by first part of the path, and what could not be used."""

    is_over: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.asked.values())

    def note(self, path: str) -> None:
        first, _, rest = path.partition("?")[0][1:].partition("/")
        self.asked[f"/{first}" + ("/…" if rest else "")] += 1


@dataclass
class CountedConnection(Connection):
    """Counts each request, whatever becomes of it."""

    tally: Tally = field(default_factory=Tally)

    async def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Response:
        self.tally.note(path)
        return await super().send(method, path, headers, body)


async def crowd(facts: Facts, tally: Tally, offline: Mapping[str, str]) -> None:
    """Everybody whose cookies there are, until it is enough."""
    address = urlsplit(facts.issuer)
    place = (address.hostname or "", address.port or 80)
    provider = await provider_at(facts, Connection(*place))
    people = [
        Person(provider, CountedConnection(*place, tally=tally), cookies=dict(cookies))
        for cookies in facts.cookies
    ]
    await asyncio.gather(*(lead(person, tally, offline) for person in people))


async def lead(person: Person, tally: Tally, offline: Mapping[str, str]) -> None:
    while not tally.is_over:
        steps: tuple[Callable[[Person], Awaitable[None]], ...] = (
            lambda one: come(one, offline),
            userinfo,
            introspection,
            renew,
            userinfo,
            jwks,
        )
        for step in steps:
            try:
                await step(person)
            except Exception as error:
                tally.failed.append(f"{getattr(step, '__name__', step)}: {error!r}")
                person.connection.close()
                break


async def come(person: Person, offline: Mapping[str, str]) -> None:
    """Authorize by the session and redeem the code."""
    proof, nonce = ProofKey(), secrets.token_urlsafe(16)
    code = await person.code(proof, secrets.token_urlsafe(16), nonce, more=offline)
    answer = await person.redeem(code, proof, nonce)
    require("refresh_token" in answer, "no refresh token")


async def renew(person: Person) -> None:
    """A refresh token is taken, rotated or not: confidential clients keep theirs since 0.2."""
    form = {"grant_type": "refresh_token", "refresh_token": person.refresh_token}
    response = await person.post("token_endpoint", form)
    provider: Provider = person.provider
    answer = person.judged(response, None, "bearer", provider.judge)
    person.access_token = answer["access_token"]
    person.refresh_token = answer.get("refresh_token", person.refresh_token)
