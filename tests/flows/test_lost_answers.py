"""Each state of a ticket × each step whose answer is lost: signed in once, or an end with a reason.

The app and the mini program do what the helpers in ``clients/`` do: whoever hears nothing asks the
same once more, whether the network was lost or the app's process ended. A request that never
arrived has changed nothing; so what counts is the answer that is not heard.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import Deployment, build_deployment, close
from tests.flows.test_in_app_sign_in import ENTRY, PHONE, begin, go_on, native, redeem
from tests.relying_party import RelyingParty
from tests.sandbox_server import MOBILE, LiveSandbox

STEPS = ("begin", "open", "decide", "ask", "redeem")
ENDS = {
    "unopened": "invalid_session",
    "opened": "invalid_session",
    "expired": "invalid_session",
    "confirmed late": "invalid_session",
    "cancelled": "invalid_session",
    "declined": "access_denied",
    "blocked": "access_denied",
    "wrong number": "access_denied",
    "confirmed": "signed in",
}
"""What becomes of the ticket before the app asks again, and how the sign-in ends then."""
UNHEARD = {"ask": "invalid_session", "redeem": "invalid_grant"}
"""How it ends where the app does not hear of the code, or of the tokens, that it was given."""
NOT_REACHED = {"unopened": {"open", "decide"}, "opened": {"decide"}, "expired": {"decide"}}
PATIENCE = 2
"""Times that the app asks before time runs out for the ticket."""


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    deployment = build_deployment(sqlite, wechat, clock)
    yield deployment
    close(deployment)
    sqlite.empty()


@dataclass
class SignIn:
    """One sign-in of the app.

    :param lost: the step whose first answer is not heard.
    """

    deployment: Deployment
    app: RelyingParty
    lost: str | None
    issued: list[Any] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def send(self, step: str, request: Callable[[], Any]) -> Any:
        """The answer that is heard in the end."""
        if self.lost == step:
            self.lost = None
            self.keep(request())
        return self.keep(request())

    def keep(self, answer: Any) -> Any:
        """What was issued counts, whether it was heard or not."""
        if answer.status_code == 200 and "access_token" in (answer.get_json() or {}):
            self.issued.append(answer.get_json())
        return answer

    def end(self, ticket: str) -> str:
        """``signed in``, or the error that the app is left with."""
        asked = self.send("begin", lambda: begin(self.app)).get_json()
        self.deployment.clock.advance(1)
        self.becomes(ticket, asked)
        return self.asks(asked["auth_session"])

    def asks(self, session: str, **brought: str) -> str:
        for _ in range(PATIENCE):
            answer = self.send("ask", lambda: go_on(self.app, session, **brought))  # noqa: B023
            told = answer.get_json()
            if "authorization_code" in told:
                return self.redeem(told["authorization_code"])
            if told["error"] != "insufficient_authorization":
                return str(told["error"])
            session = told["auth_session"]
        self.deployment.clock.advance(181)
        return str(go_on(self.app, session).get_json()["error"])

    def redeem(self, code: str) -> str:
        told = self.send("redeem", lambda: redeem(self.app, code)).get_json()
        return str(told.get("error", "signed in"))

    def becomes(self, ticket: str, asked: dict[str, Any]) -> None:
        """The phone's part, and time's."""
        if ticket == "unopened":
            return
        scene = asked["launch"]["path"].partition("ticket=")[2]
        phone = self.deployment.app.test_client(use_cookies=False)
        address, headers = f"/federation/v1/tickets/{scene}", {"User-Agent": PHONE}
        self.send("open", lambda: phone.get(address, query_string=ENTRY, headers=headers))
        if ticket in ("expired", "confirmed late"):
            self.deployment.clock.advance(181 if ticket == "expired" else 170)
        if ticket == "cancelled":
            self.send("decide", lambda: go_on(self.app, asked["auth_session"], cancelled="true"))
        if ticket == "declined":
            self.send("decide", lambda: phone.post(f"{address}/deny", json=ENTRY))
        if ticket in ("confirmed", "confirmed late", "blocked", "wrong number"):
            self.send("decide", lambda: self.confirm(phone, address, ticket, asked["number"]))
        if ticket == "confirmed late":
            self.deployment.clock.advance(400)

    def confirm(self, phone: Any, address: str, ticket: str, number: int) -> Any:
        """With a new code each time, as WeChat wants it."""
        person = "wang-fang" if ticket == "blocked" else "li-lei"
        self.codes.append(self.deployment.wechat.js_code(person))
        body: dict[str, Any] = {"js_code": self.codes[-1], **ENTRY}
        if ticket == "wrong number":
            body["number"] = 10 + (number - 9) % 90
        return phone.post(f"{address}/confirm", json=body)

    def alive(self) -> int:
        """Tokens that open anything."""
        answers = [self.app.userinfo(each["access_token"]) for each in self.issued]
        return sum(answer.status_code == 200 for answer in answers)


def steps(ticket: str) -> list[str | None]:
    """None, and those of which an answer can be lost."""
    reached = [step for step in STEPS if step not in NOT_REACHED.get(ticket, ())]
    return [None, *(reached if ticket == "confirmed" else reached[:-1])]


@pytest.mark.parametrize("ticket", ENDS)
def test_launch_signs_in_once_or_ends_with_a_reason(
    deployment: Deployment, caplog: pytest.LogCaptureFixture, ticket: str
) -> None:
    deployment.connection()
    app = native(deployment)
    ends = {}

    with caplog.at_level("DEBUG"):
        for lost in steps(ticket):
            attempt = SignIn(deployment, app, lost)
            ends[lost] = attempt.end(ticket)
            assert attempt.lost is None, "the step was never reached"
            assert attempt.alive() == (ends[lost] == "signed in"), lost
            assert not [code for code in attempt.codes if code in caplog.text]

    unheard = UNHEARD if ticket == "confirmed" else {}
    assert ends == {lost: unheard.get(lost or "", ENDS[ticket]) for lost in steps(ticket)}


@pytest.mark.parametrize("lost", [None, "begin", "ask", "redeem"])
def test_code_of_the_sdk_signs_in_once_or_asks_for_another(
    deployment: Deployment, caplog: pytest.LogCaptureFixture, lost: str | None
) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    attempt = SignIn(deployment, native(deployment, connections=("mobile",)), lost)
    asked = attempt.send("begin", lambda: begin(attempt.app)).get_json()
    code, state = deployment.wechat.oauth_code("li-lei"), asked["send_auth"]["state"]

    with caplog.at_level("DEBUG"):
        end = attempt.asks(asked["auth_session"], wechat_code=code, state=state)

    assert end == UNHEARD.get(lost or "", "signed in")
    assert attempt.alive() == (end == "signed in")
    assert code not in caplog.text


def test_code_that_wechat_took_without_an_answer_is_asked_for_once_more(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    deployment.connection("mobile", mode="wechat-mobile", app_id=MOBILE.appid)
    attempt = SignIn(deployment, native(deployment, connections=("mobile",)), None)
    asked = begin(attempt.app).get_json()
    state, first = asked["send_auth"]["state"], deployment.wechat.oauth_code("li-lei")
    deployment.wechat.answers(dead=True, when="after", endpoint="/sns/oauth2/access_token")

    with caplog.at_level("DEBUG"):
        lost = go_on(attempt.app, asked["auth_session"], wechat_code=first, state=state)
        again = go_on(attempt.app, asked["auth_session"], wechat_code=first, state=state)
        session, second = again.get_json()["auth_session"], deployment.wechat.oauth_code("li-lei")
        end = attempt.asks(session, wechat_code=second, state=state)

    assert (lost.status_code, lost.get_json()["error"]) == (503, "temporarily_unavailable")
    assert (again.status_code, again.get_json()["reason"]) == (403, "code_rejected")
    assert (end, attempt.alive()) == ("signed in", 1)
    assert first not in caplog.text
    assert second not in caplog.text
