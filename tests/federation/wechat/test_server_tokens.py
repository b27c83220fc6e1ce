"""Server access tokens: fetched rarely, by one caller, and anew when WeChat insists."""

import threading

import pytest

from federation.errors import Misconfigured, Unavailable
from federation.wechat.client import WeChatClient
from federation.wechat.transport import Answer
from tests.conftest import TestClock
from tests.federation.scripted_wechat import ScriptedWeChat
from tests.federation.wechat.conftest import APP_ID, SECRET, an_app

FINE = Answer(0, {})


class Business:
    """A WeChat API that refuses tokens as told and notes those that it was called with."""

    def __init__(self, *errcodes: int) -> None:
        self._errcodes = list(errcodes)
        self.tokens: list[str] = []

    def __call__(self, token: str) -> Answer:
        self.tokens.append(token)
        return Answer(self._errcodes.pop(0), {}) if self._errcodes else FINE


def give(scripted: ScriptedWeChat, *tokens: str, expires_in: int = 7200) -> None:
    for token in tokens:
        scripted.answers({"access_token": token, "expires_in": expires_in})


def test_token_is_asked_for_in_normal_mode(scripted: ScriptedWeChat, client: WeChatClient) -> None:
    give(scripted, "T1")

    client.tokens.call(an_app(), Business())

    assert scripted.paths() == ["/cgi-bin/stable_token"]
    assert scripted.body(0) == {
        "grant_type": "client_credential",
        "appid": APP_ID,
        "secret": SECRET,
    }


@pytest.mark.parametrize(
    ("expires_in", "kept_for"), [(7200, 6900), (345, 45), (300, 30), (10, 30), (0, 30)]
)
def test_token_is_kept_until_five_minutes_before_its_end_and_at_least_half_a_minute(
    scripted: ScriptedWeChat,
    client: WeChatClient,
    clock: TestClock,
    expires_in: int,
    kept_for: int,
) -> None:
    give(scripted, "T1", "T2", expires_in=expires_in)
    business = Business()

    client.tokens.call(an_app(), business)
    clock.advance(kept_for - 1)
    client.tokens.call(an_app(), business)
    clock.advance(1)
    client.tokens.call(an_app(), business)

    assert business.tokens == ["T1", "T1", "T2"]


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_stale_token_is_fetched_again_and_the_call_repeated_once(
    scripted: ScriptedWeChat, client: WeChatClient, errcode: int
) -> None:
    give(scripted, "T1", "T2")
    business = Business(errcode)

    answer = client.tokens.call(an_app(), business)

    assert answer is FINE
    assert business.tokens == ["T1", "T2"]
    assert "force_refresh" not in scripted.body(1)


def test_renewal_is_forced_only_when_wechat_insists(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    give(scripted, "T1", "T1", "T2")
    business = Business(40001, 40001)

    answer = client.tokens.call(an_app(), business)

    assert answer is FINE
    assert business.tokens == ["T1", "T1", "T2"]
    assert scripted.body(2)["force_refresh"] is True


@pytest.mark.parametrize("errcode", [40014, 42001])
def test_renewal_is_not_forced_for_other_refusals(
    scripted: ScriptedWeChat, client: WeChatClient, errcode: int
) -> None:
    give(scripted, "T1", "T2")
    business = Business(40001, errcode)

    answer = client.tokens.call(an_app(), business)

    assert answer.errcode == errcode
    assert len(scripted.requests) == 2


def test_renewal_is_forced_once_in_two_hours(
    scripted: ScriptedWeChat, client: WeChatClient, clock: TestClock
) -> None:
    give(scripted, *["T"] * 9)
    client.tokens.call(an_app(), Business(40001, 40001))

    soon = client.tokens.call(an_app(), Business(40001, 40001))
    clock.advance(7200)
    later = client.tokens.call(an_app(), Business(40001, 40001))

    forced = [body.get("force_refresh", False) for _, _, _, body in scripted.requests]
    assert (soon.errcode, later.errcode) == (40001, 0)
    assert forced.count(True) == 2


def test_other_refusals_are_given_back_without_a_new_token(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    give(scripted, "T1")

    answer = client.tokens.call(an_app(), Business(40029))

    assert answer.errcode == 40029
    assert len(scripted.requests) == 1


def test_twenty_callers_at_once_fetch_one_token(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.waits(0.3, {"access_token": "T1", "expires_in": 7200})
    business = Business()
    gate = threading.Barrier(20)

    def call() -> None:
        gate.wait()
        client.tokens.call(an_app(), business)

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert business.tokens == ["T1"] * 20
    assert len(scripted.requests) == 1


def test_failed_fetch_is_told_to_everybody_and_the_next_caller_tries_anew(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.answers_status("502 Bad Gateway")
    give(scripted, "T1")
    with pytest.raises(Unavailable):
        client.tokens.call(an_app(), Business())

    assert client.tokens.call(an_app(), Business()) is FINE


@pytest.mark.parametrize("errcode", [40001, 40013, 40125, 40164, 40243, 89503])
def test_refused_credential_is_the_operators_fault(
    scripted: ScriptedWeChat, client: WeChatClient, errcode: int
) -> None:
    scripted.answers({"errcode": errcode, "errmsg": "no"})

    with pytest.raises(Misconfigured) as refused:
        client.tokens.call(an_app(), Business())

    assert (refused.value.credential_id, refused.value.errcode) == (APP_ID, errcode)


def test_answer_without_a_token_is_unavailable(
    scripted: ScriptedWeChat, client: WeChatClient
) -> None:
    scripted.answers({"expires_in": 7200})

    with pytest.raises(Unavailable):
        client.tokens.call(an_app(), Business())
