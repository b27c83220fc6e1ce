"""The steps of a connection, and what is known of each without asking WeChat."""

from typing import Any

import pytest

from federation.setup import Facts, Setup, Step
from federation.source import Quota
from federation.wechat.client import WeChatClient
from federation.wechat.quota import quotas
from federation.wechat.source import WECHAT
from tests.federation.scripted_wechat import ScriptedWeChat
from tests.federation.wechat.conftest import an_app

DAY = 86400
NOTHING = Facts()
PUSHED = {"push_token": "PushToken", "push_key": "k" * 43}


def steps(mode: str = "miniprogram", facts: Facts = NOTHING, **more: Any) -> dict[str, Step]:
    app = an_app(mode, **more.pop("app", {}))
    setup = Setup(app, "https://id.example", "https://id.example/cb", facts, **more)
    return {step.title: step for step in WECHAT.mode(f"wechat-{mode}").steps(setup)}


@pytest.mark.parametrize(
    ("facts", "title", "done", "word"),
    [
        (Facts(), "AppID and AppSecret", None, ""),
        (Facts(binding="unbound"), "AppID and AppSecret", True, ""),
        (Facts(binding="bound", fault=40125), "AppID and AppSecret", False, "AppSecret"),
        (Facts(fault=40164), "AppID and AppSecret", None, ""),
        (Facts(fault="40164"), "IP whitelist", False, "whitelist"),
        (Facts(), "IP whitelist", None, ""),
        (Facts(binding="bound"), "UnionID", True, "bound"),
        (Facts(binding="unbound"), "UnionID", False, "no UnionID"),
        (Facts(binding="unknown"), "UnionID", None, "Nobody"),
        (Facts(), "Push URL", None, "No push"),
        (Facts(pushed=3600), "Push URL", True, "last day"),
        (Facts(pushed=2 * DAY), "Push URL", True, "none within"),
        (Facts(pushed=50, refused=10), "Push URL", False, "refused"),
        (Facts(pushed=10, refused=50), "Push URL", True, "last day"),
    ],
)
def test_step_tells_what_is_known(facts: Facts, title: str, done: bool | None, word: str) -> None:
    step = steps(facts=facts, app=PUSHED)[title]

    assert step.done is done
    assert word in step.found
    assert bool(word) == bool(step.found)


def test_each_mode_has_the_steps_that_its_console_asks_for() -> None:
    without, asking = steps(), steps(asks_phone=True)

    assert asking.keys() - without.keys() == {"Privacy guide", "Phone number quota"}
    assert without["Request domain"].value == "https://id.example"
    assert not without["Push URL"].done
    assert without["Push URL"].done is not None
    assert "Listing in a store" in steps("mobile")
    assert steps("website")["Callback domain"].value == "id.example"
    assert "Domain verification file" in steps("official")


def test_quotas_are_read_and_what_is_not_counted_is_left_out(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.answers({"access_token": "t", "expires_in": 7200})
    scripted.answers({"errcode": 76021, "errmsg": "cgi_path not found"})
    left = {"daily_limit": 500, "used": 1, "remain": 499}
    scripted.answers({"errcode": 0, "errmsg": "ok", "quota": left})
    scripted.answers({"errcode": 0, "all": "1000", "effectiveUse": "990", "total": 1})
    scripted.answers({"errcode": 10120002, "errmsg": "invalid arguments"})

    found = list(quotas(client, an_app()))

    paid = Quota("Phone numbers paid for, quick", 1000, 10, daily=False)
    assert found == [Quota("Links that open the mini program", 500, 499), paid]
    assert list(quotas(client, an_app("official"))) == []
