"""The Java core: how a ticket can end × the network lost at each step, before and behind Qiao.

Some minutes: ``make test-interop ONLY=java-states`` runs this file by its name, and pytest does not
find it by itself.
"""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from app.demo.java_helper import JavaApp
from tests.mobile.lossy import LossyStep, lossy_proxy
from tests.mobile.phone import Phone

BOUND = 75
"""Seconds after which every sign-in has ended, with a reason: an app gives up after a minute."""
Ending = Callable[[Phone, JavaApp], None]


def confirmed(phone: Phone, app: JavaApp) -> None:
    assert phone.confirms(phone.until(app, "launch"))["status"] == requests.codes.ok
    app.say("returned")


def declined(phone: Phone, app: JavaApp) -> None:
    phone.visits(phone.until(app, "launch"), "li-lei", "deny")


def read_and_declined(phone: Phone, app: JavaApp) -> None:
    launch = phone.until(app, "launch")
    phone.visits(launch, "li-lei", "read")
    phone.visits(launch, "li-lei", "deny")
    app.say("returned")


def blocked(phone: Phone, app: JavaApp) -> None:
    phone.confirms(phone.until(app, "launch"), "wang-fang")


def given_up(phone: Phone, app: JavaApp) -> None:
    phone.visits(phone.until(app, "launch"), "li-lei", "read")
    app.say("cancel")


def agreed(phone: Phone, app: JavaApp) -> None:
    phone.agrees(app, phone.until(app, "send_auth"))


def not_agreed(phone: Phone, app: JavaApp) -> None:
    phone.until(app, "send_auth")
    app.say("send-auth-denied")


LAUNCHED = {
    confirmed: {"signed_in"},
    declined: {"DECLINED"},
    read_and_declined: {"DECLINED"},
    blocked: {"DECLINED"},
    given_up: {"CANCELLED"},
}
SENT = {agreed: {"signed_in"}, not_agreed: {"CANCELLED"}}
SINGLE_USE = {("redeem", False), ("hand over", False)}
"""Where the answer to what can be used once is lost: one begins again, and is not in twice."""
ON_THE_WAY = (
    *(("wechat-mini", ending, step) for ending in LAUNCHED for step in ("find", "ask", "poll")),
    *(("wechat-mini", confirmed, step) for step in ("redeem", "keys")),
    ("wechat-mini", given_up, "cancel"),
    *(("wechat-mobile", ending, step) for ending in SENT for step in ("find", "ask")),
    *(("wechat-mobile", agreed, step) for step in ("hand over", "redeem", "keys")),
    ("wechat-mobile", not_agreed, "cancel"),
)


@pytest.mark.parametrize("on_the_way", [True, False], ids=["request", "answer"])
@pytest.mark.parametrize(
    ("connection", "ending", "step"), ON_THE_WAY, ids=lambda one: getattr(one, "__name__", one)
)
def test_ends_once_and_with_a_reason(
    phone: Phone,
    monkeypatch: pytest.MonkeyPatch,
    connection: str,
    ending: Ending,
    step: str,
    on_the_way: bool,
) -> None:
    with lossy_proxy(LossyStep(step, on_the_way=on_the_way)) as (lossy, options):
        monkeypatch.setenv("JAVA_TOOL_OPTIONS", options)
        app = phone.app("sign-in", connection)
        ending(phone, app)
        told: dict[str, Any] = {"event": ""}
        while told["event"] not in ("signed_in", "failed"):
            told = app.next(BOUND)

    expected = {**LAUNCHED, **SENT}[ending]
    if (step, on_the_way) in SINGLE_USE:
        expected = expected | {"EXPIRED"}
    assert told.get("reason", told["event"]) in expected
    assert (phone.memory / "tokens").exists() == (told["event"] == "signed_in")
    assert lossy.lost or step == "poll", "the step was never taken"
