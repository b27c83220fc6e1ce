"""One module from its creation to its result, whatever becomes of it."""

import time
from contextlib import suppress
from dataclasses import dataclass, field

from tests.conformance import findings
from tests.conformance.deployment import Deployment
from tests.conformance.findings import Picture
from tests.conformance.suite import CreatedPlan, Instance, Module, Refused, Suite, SuiteError

ROTATION = "oidcc-server-rotate-keys"
"""Waits, once it has seen our keys, until we have replaced them and start it."""

EVENTS = "openid-ssf-transmitter-stream-caep-interop"
"""Waits for a minute, once its stream is verified, for events that somebody must bring about."""
EVENTS_WANTED = "trigger these events"
"""So the suite says that it waits for them."""

ENDED = ("FINISHED", "INTERRUPTED")
TIMED_OUT, STUCK = "TIMED OUT", "STUCK"
INTERRUPTED, NOT_CREATED = "INTERRUPTED", "NOT CREATED"


@dataclass(frozen=True)
class Pace:
    """Seconds. :param whole: for a module, the suite's own pauses of a minute and a half included.

    :param idle: of waiting, until it is asked whether anybody is at work at all.
    :param poll: between two looks.
    """

    whole: float = 300.0
    idle: float = 20.0
    poll: float = 0.25


@dataclass(frozen=True)
class Outcome:
    """:param result: the suite's word, or one of ours in capitals where it has none.

    :param notes: what failed or what it waited for, a line each.
    """

    result: str
    seconds: float = 0.0
    log: str = ""
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = field(default=(), repr=False)


@dataclass
class Idle:
    """Tells when a module has waited for long, and again each time it has gone on to wait."""

    seconds: float
    _since: float | None = None

    def is_over(self, waits: bool, now: float) -> bool:
        if not waits:
            self._since = None
        elif self._since is None:
            self._since = now
        elif now - self._since > self.seconds:
            self._since = now
            return True
        return False


@dataclass
class ModuleRun:
    """:param deployment: which some modules want something of while they wait."""

    suite: Suite
    deployment: Deployment
    pace: Pace

    def run(self, plan: CreatedPlan, module: Module) -> Outcome:
        """:raises SuiteError: the suite cannot be used any more."""
        began = time.monotonic()
        try:
            instance = self.suite.create_module(plan, module)
        except Refused as error:
            return Outcome(NOT_CREATED, notes=(str(error),))
        self._check_place(instance)
        try:
            result, notes = self._watch(module, instance, began)
        except SuiteError:
            raise
        except BaseException:
            with suppress(SuiteError):  # whoever stops us stops it too
                self.suite.cancel(instance)
            raise
        log = self.suite.log(instance)
        return Outcome(
            result,
            time.monotonic() - began,
            self.suite.log_page(instance),
            (*notes, *findings.troubles(log)),
            tuple(findings.pictures(log)),
        )

    def _watch(
        self, module: Module, instance: Instance, began: float
    ) -> tuple[str, tuple[str, ...]]:
        idle = Idle(self.pace.idle)
        started = brought_about = False
        while True:
            info = self.suite.info(instance)
            status, now = info.get("status"), time.monotonic()
            if status in ENDED:
                return _result(info), ()
            if status == "CONFIGURED" and not started and self._may_start(module, now - began):
                self._start(module, instance)
                started = True
            if module.name == EVENTS and not brought_about:
                brought_about = self._bring_events_about(instance)
            if now - began > self.pace.whole:
                return self._give_up(instance, TIMED_OUT, f"It was {status} all the time.")
            if idle.is_over(status == "WAITING", now) and (lack := self._lack(instance)):
                return self._give_up(instance, STUCK, lack)
            time.sleep(self.pace.poll)

    def _may_start(self, module: Module, elapsed: float) -> bool:
        """Most modules start by themselves, a moment after they are configured."""
        return module.name == ROTATION or elapsed > 20 * self.pace.poll

    def _start(self, module: Module, instance: Instance) -> None:
        if module.name == ROTATION:
            self.deployment.rotate()
        self.suite.start(instance)

    def _bring_events_about(self, instance: Instance) -> bool:
        """Whether it was time: before the stream is verified they would come in between."""
        if not findings.says(self.suite.log(instance), EVENTS_WANTED):
            return False
        self.deployment.bring_about_events(f"{instance.url}/callback")
        return True

    def _lack(self, instance: Instance) -> str:
        """What nobody is going to do; nothing where the module only takes its time."""
        browser = self.suite.browser(instance)
        if browser.get("runners"):
            return ""
        if urls := browser.get("urls"):
            return f"Nobody was told what to do at {urls[0]}"
        pictures = findings.wanted_pictures(self.suite.log(instance))
        return f"It wants a picture that no task hands in: {pictures[0]}" if pictures else ""

    def _give_up(self, instance: Instance, result: str, why: str) -> tuple[str, tuple[str, ...]]:
        with suppress(Refused):  # it has just ended
            self.suite.cancel(instance)
        return result, (why,)

    def _check_place(self, instance: Instance) -> None:
        """The clients are registered with the address under which we know the suite."""
        if instance.url and not instance.url.startswith(self.suite.base + "/"):
            own = instance.url.partition("/test/")[0]
            raise SuiteError(
                f"{self.suite.base} calls itself {own}: start again with SUITE={own}, under which "
                "both this machine and the deployment must reach it."
            )


def _result(info: dict[str, str]) -> str:
    if info["status"] == INTERRUPTED:
        return INTERRUPTED
    return str(info.get("result") or "UNKNOWN")
