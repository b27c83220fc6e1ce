"""Runs flows and changes their requests, until enough were sent."""

import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from werkzeug.exceptions import HTTPException

from app.web.rate_limits import limiter
from tests.fuzz import everywhere, flows, further, management
from tests.fuzz.judging import faults
from tests.fuzz.mutations import mutated
from tests.fuzz.sending import Answer, Request
from tests.fuzz.world import World

FLOWS = (*flows.FLOWS, *further.FLOWS, *management.FLOWS, *everywhere.FLOWS)
COPIES = 5
"""Changes of one request, at most, before the flow goes on."""


@dataclass
class Report:
    """What was sent and answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    by_flow: Counter[str] = field(default_factory=Counter)
    dead: Counter[str] = field(default_factory=Counter)
    routes: set[tuple[str, str]] = field(default_factory=set)
    """Method and rule of what was reached by a request as it should be, or changed."""
    flows: int = 0
    faults: list[str] = field(default_factory=list)
    aloud: bool = False
    """Whether each fault is told as soon as it is found."""

    def fault(self, text: str) -> None:
        if self.aloud and text not in self.faults:
            print("FAULT", text, flush=True)
        self.faults.append(text)

    @property
    def sent(self) -> int:
        return sum(self.statuses.values())

    def share_beyond(self) -> float:
        """Of the changed requests, those that were not answered 400, 401 or 405."""
        refused = sum(self.statuses[status] for status in (400, 401, 405))
        return 1 - refused / max(self.sent, 1)

    def note(self, flow: str, change: str, request: Request, answer: Answer) -> None:
        self.statuses[answer.status] += 1
        self.by_flow[flow] += 1
        if answer.status >= 400 and "json" in answer.get("Content-Type"):
            error = answer.json.get("error") if answer.body else None
            self.errors[f"{answer.status} {error}"] += 1
        for fault in faults(request, answer):
            body, _ = request.content()
            what = f"{request.method} {request.target()[:300]} {body[:600]!r} {request.headers}"
            self.fault(f"{flow}, {change}: {fault}\n  {what[:1500]}\n  {answer.text[:300]}")


class Failures(logging.Handler):
    """What the product itself calls a failure of its own, although it was answered."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.ERROR)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        self._report.fault(f"log: {logging.Formatter().format(record)[-3000:]}")


def run(world: World, count: int, random: Random, report: Report) -> None:
    """Sends ``count`` changed requests."""
    handler = Failures(report)
    logging.getLogger().addHandler(handler)
    world.random = random
    each_once = [flow for _, flow in FLOWS] if not report.flows else []
    share = max(20, count // (2 * len(FLOWS)))
    try:
        while report.sent < count:
            [(_, flow)] = random.choices(FLOWS, [weight for weight, _ in FLOWS])
            until = min(count, report.sent + share) if each_once else count
            flow = each_once.pop() if each_once else flow
            report.flows += 1
            _go_through(world, flow, random, report, until)
    finally:
        logging.getLogger().removeHandler(handler)


def _go_through(world: World, flow: Any, random: Random, report: Report, count: int) -> None:
    world.catch_up()
    steps = flow(world)
    answer = None
    while report.sent < count:
        try:
            request = steps.send(answer)
        except StopIteration:
            return
        except Exception:  # whatever a flow stumbles over, it is over
            report.dead[flow.__name__] += 1
            return
        reached(world, request, report)
        answer = _changed(world, flow.__name__, request, random, report)
        if answer is None:
            limiter.reset()
            answer = world.way.send(request)
            request.visitor.keep(answer)
            for fault in faults(request, answer):
                report.fault(f"{flow.__name__}, unchanged: {request.path}: {fault}")


def _changed(
    world: World, flow: str, request: Request, random: Random, report: Report
) -> Answer | None:
    """Sends changed copies; the answer to one that did what the request would have done."""
    for _ in range(random.randrange(1, COPIES + 1)):
        copy, change = mutated(request, random)
        limiter.reset()  # or the limits would answer in the endpoints' place
        answer = world.way.send(copy)
        report.note(flow, change, copy, answer)
        if request.once and answer.status < 400 and copy.method == request.method:
            request.visitor.keep(answer)
            return answer
    return None


def reached(world: World, request: Request, report: Report) -> None:
    """Notes which route a valid request goes to."""
    adapter = world.deployment.app.url_map.bind("localhost")
    with suppress(HTTPException):
        rule, _ = adapter.match(request.path, request.method, return_rule=True)
        report.routes.add((request.method, rule.rule))


def missed(world: World, report: Report) -> list[str]:
    """Routes that no flow has gone to yet."""
    own = {
        (method, rule.rule)
        for rule in world.deployment.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    return sorted(f"{method} {rule}" for method, rule in own - report.routes)
