"""Stories: where an app is × how its ticket ends × what the network loses; and telling them."""

import json
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import requests

from app.demo.deployment import Deployment
from app.demo.java_helper import BRIEF
from tests.mobile.networks import Network, networks
from tests.mobile.phone import CLIENT, REDIRECT, SCOPE
from tests.sandbox_server import MOBILE

BOUND = 90
"""Seconds after which every sign-in has ended, with a reason: an app gives up after a minute."""
AT_ONCE = 16
"""Stories that are told side by side."""
ENDS = ("signed_in", "failed")
LAUNCH, SEND_AUTH = "wechat-mini", "wechat-mobile"
TICKETS = {
    LAUNCH: ("confirmed", "denied", "read and denied", "blocked", "read", "untouched"),
    SEND_AUTH: ("agreed", "refused", "untouched"),
}
"""What becomes of what the app has asked for, by connection."""
APPS = ("in front", "returned", "killed", "killed before", "cancelled", "begun anew")
"""Where the app is meanwhile."""
STEPS = {
    LAUNCH: ("", "find", "ask", "poll", "redeem", "keys", "cancel"),
    SEND_AUTH: ("", "find", "ask", "hand over", "redeem", "keys", "cancel"),
}
OPEN = ("read", "untouched")
"""Tickets that have no end of their own in the time of a story: the person gives up in the app."""
TICKET_ENDS: Mapping[str, set[str]] = {
    "confirmed": {"signed_in"},
    "agreed": {"signed_in"},
    "refused": {"CANCELLED"},
    "read": set(),
    "untouched": set(),
}
ONCE = {("poll", True), ("redeem", True), ("hand over", True), ("ask", True)}


@dataclass(frozen=True)
class Story:
    connection: str
    ticket: str
    app: str
    step: str = ""
    answer: bool = False
    times: int = 1

    def __str__(self) -> str:
        lost = (
            f"{'answer' if self.answer else 'request'} of {self.step}" if self.step else "nothing"
        )
        more = f" ×{self.times}" if self.times > 1 else ""
        return f"{self.connection}: {self.ticket}, app {self.app}, {lost} lost{more}"

    @property
    def can(self) -> set[str]:
        """How it may end; where two things are said at once, the quicker one decides."""
        if self.app == "broken":
            return {"MISTAKE"}
        ends = set(TICKET_ENDS.get(self.ticket, {"DECLINED"}))
        if self.app == "begun anew":
            # The person answers the second one, or has seen the first one alone.
            ends |= {"signed_in", "EXPIRED"}
        if self.app == "cancelled" or (self.ticket in OPEN and self.app != "begun anew"):
            ends |= {"CANCELLED"}
        was_used = (self.step, self.answer) in ONCE or self.app.startswith("killed")
        if "signed_in" in ends and was_used:
            ends |= {"EXPIRED"}  # what is good once was used, and the answer did not arrive
        return ends


def stories() -> Iterator[Story]:
    """All of them; and one on a phone whose keystore breaks on the way."""
    yield Story(LAUNCH, "confirmed", "broken")
    yield Story(SEND_AUTH, "agreed", "broken")
    for connection, tickets in TICKETS.items():
        for ticket in tickets:
            for app in APPS:
                for step in STEPS[connection]:
                    for answer in (False, True) if step else (False,):
                        yield Story(connection, ticket, app, step, answer)


@dataclass
class Told:
    story: Story
    network: Network
    events: list[dict[str, Any]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    fault: str = ""


class Phones:
    """A process with many phones (`tests/mobile/java/qiao/signin/Phones.java`)."""

    def __init__(self, class_path: str, issuer: str) -> None:
        known = (issuer, CLIENT, REDIRECT, SCOPE)
        self._process = subprocess.Popen(
            ("java", *BRIEF, "-cp", class_path, "qiao.signin.Phones", *known),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._happened: dict[str, queue.Queue[dict[str, Any]]] = {}
        self._saying = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._errors: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            with suppress(BrokenPipeError):  # what was said last did not arrive
                stream.close()

    @property
    def log(self) -> str:
        """What the app has written to the log."""
        return "".join(self._errors)

    def of(self, name: str) -> queue.Queue[dict[str, Any]]:
        return self._happened.setdefault(name, queue.Queue())

    def say(self, *words: str) -> None:
        assert self._process.stdin is not None
        with self._saying:
            self._process.stdin.write(" ".join(words) + "\n")
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            self.of(event["phone"]).put(event)

    def _listen(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(self._process.stderr)


class Teller:
    """Tells one story: the person, and WeChat, which the sandbox plays."""

    def __init__(self, phones: Phones, deployment: Deployment, name: str, told: Told) -> None:
        self.phones, self.deployment, self.name, self.told = phones, deployment, name, told
        self.happened = phones.of(name)
        self.story = told.story

    def say(self, *words: str) -> None:
        self.phones.say(self.name, *words)

    def until(self, *wanted: str) -> dict[str, Any]:
        """:raises queue.Empty: nothing happened for too long."""
        while True:
            event = self.happened.get(timeout=BOUND)
            self.told.events.append(event)
            if event["event"] in wanted:
                return event

    def control(self, path: str, body: dict[str, Any]) -> Any:
        url = f"{self.deployment.sandbox}/sandbox/v1{path}"
        answer = requests.post(url, json=body, timeout=BOUND)
        assert answer.ok, answer.text
        return answer.json()

    def visits(self, asked: dict[str, Any], person: str, action: str) -> None:
        scene = asked["path"].partition("ticket=")[2]
        self.control("/visits", {"person": person, "scene": scene, "action": action})

    def code(self, asked: dict[str, Any]) -> str:
        body = {"appid": MOBILE.appid, "person": "li-lei", "kind": "oauth", "scope": asked["scope"]}
        self.told.codes.append(str(self.control("/codes", body)["code"]))
        return self.told.codes[-1]

    def wechat(self, asked: dict[str, Any], ticket: str) -> None:
        """What becomes of what the app has asked for."""
        person = "wang-fang" if ticket == "blocked" else "li-lei"
        if "user_name" in asked and ticket != "untouched":
            body = {name: asked[name] for name in ("user_name", "path", "type")}
            self.control("/launches", body)
        if ticket in ("confirmed", "blocked", "read", "read and denied"):
            self.visits(asked, person, "read")
        if ticket in ("confirmed", "blocked"):
            self.visits(asked, person, "confirm")
        if ticket in ("denied", "read and denied"):
            self.visits(asked, person, "deny")
        if ticket == "agreed":
            self.say("send-auth", self.code(asked), asked["state"])
        if ticket == "refused":
            self.say("send-auth-denied")

    def wechat_again(self, asked: dict[str, Any]) -> None:
        """What WeChat had told the process that was killed, it tells the next one."""
        if self.story.ticket == "agreed":
            self.say("send-auth", self.told.codes[-1], asked["state"])
        if self.story.ticket == "refused":
            self.say("send-auth-denied")

    def tell(self) -> None:
        story, asks = self.story, ("launch", "send_auth", *ENDS)
        self.say("sign-in", story.connection, str(self.told.network.port))
        asked = self.until(*asks)
        if asked["event"] in ENDS:
            return
        if story.app == "killed before":
            self.say("killed")
        if story.app == "broken":
            self.say("keystore-breaks")
        self.wechat(asked, story.ticket)
        if story.app == "returned":
            self.say("returned")
        if story.app == "killed":
            self.say("killed")
            self.wechat_again(asked)
        if story.app == "begun anew":
            self.say("sign-in", story.connection, str(self.told.network.port))
            again = self.until(*asks)
            if again["event"] in ENDS:
                return  # the first was quicker
            self.wechat(again, "agreed" if story.connection == SEND_AUTH else "confirmed")
        elif story.app == "cancelled" or story.ticket in OPEN:
            self.say("cancel")
        self.end()

    def end(self) -> None:
        """The end; what WeChat asks for again meanwhile is given up."""
        while (event := self.until("launch", "send_auth", "resumed", *ENDS))["event"] not in ENDS:
            if event["event"] == "resumed" and not event["under_way"]:
                return  # it had ended before it was killed
            if event["event"] == "send_auth":
                self.wechat(event, "agreed")


def tell_all(
    class_path: str, deployment: Deployment, wanted: list[Story]
) -> tuple[list[Told], str]:
    """What came of each, and what stands in the app's log."""
    told = [Told(one, Network(one.step, one.answer, one.times)) for one in wanted]

    def tell(pair: tuple[int, Told]) -> None:
        number, one = pair
        try:
            Teller(phones, deployment, f"phone-{number}", one).tell()
        except (queue.Empty, AssertionError, requests.RequestException) as error:
            one.fault = f"{type(error).__name__}: {error}"

    with (
        networks([one.network for one in told]),
        Phones(class_path, deployment.issuer) as phones,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        list(pool.map(tell, enumerate(told)))
        for number, one in enumerate(told):
            late = phones.of(f"phone-{number}")
            while not late.empty():
                one.events.append(late.get())
    return told, phones.log


def faults(told: list[Told]) -> list[str]:
    """What must never be, in words."""
    return [f"{one.story}: {fault}" for one in told for fault in faults_of(one)]


def faults_of(one: Told) -> Iterator[str]:
    happened = [event["event"] for event in one.events]
    ends = [event for event in one.events if event["event"] in ENDS]
    reasons = [event.get("reason", event["event"]) for event in ends]
    if one.fault:
        yield f"stuck after {happened}: {one.fault}"
    elif not ends and "resumed" in happened:
        return  # it had ended before it was killed, and told nobody
    elif len(ends) != 1 or not set(reasons) <= one.story.can:
        seen = f"{happened}, and the network {one.network.answered} {one.network.refused}"
        yield f"ends {reasons}, not {sorted(one.story.can)}, after {seen}"
    if ends and ends[-1]["has_tokens"] != (reasons[-1] == "signed_in"):
        yield f"tokens are kept: {ends[-1]}"
    if one.network.answered.count(("/token", 200)) > 1 and one.story.app != "begun anew":
        yield "redeemed twice"
