"""Each state of the ticket meets each thing that an app does: signed in once, or ended."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from tests.deployment import Deployment
from tests.flows.test_in_app_ends import address, confirm_again, phone_reads
from tests.flows.test_in_app_sign_in import PHONE, begin, confirm, go_on, native, redeem
from tests.relying_party import RelyingParty

ENDED_BY_PEOPLE = {"declined", "wrong number", "blocked by WeChat"}
LONGEST, BETWEEN = 600, 60
"""Seconds in which a sign-in has an end, and between two polls."""

Asked = dict[str, Any]


def declined(deployment: Deployment, asked: Asked) -> None:
    phone_reads(deployment, asked)
    phone = deployment.app.test_client(use_cookies=False)
    assert phone.post(f"{address(asked)}/deny", headers={"User-Agent": PHONE}).status_code == 200


def wrong_number(deployment: Deployment, asked: Asked) -> None:
    confirm(deployment, asked["launch"], number=10 + (asked["number"] - 9) % 90)


TICKET: Mapping[str, Callable[[Deployment, Asked], object]] = {
    "made": lambda _deployment, _asked: None,
    "opened": phone_reads,
    "confirmed": lambda deployment, asked: confirm(deployment, asked["launch"]),
    "declined": declined,
    "wrong number": wrong_number,
    "blocked by WeChat": lambda known, asked: confirm(known, asked["launch"], "wang-fang"),
    "expired": lambda deployment, _asked: deployment.clock.advance(181),
}
APP: Mapping[str, Callable[[RelyingParty, str], Any]] = {
    "polls": go_on,
    "lost the answer": lambda app, known: [go_on(app, known) for _ in range(2)][1],
    "cancels": lambda app, known: go_on(app, known, cancelled="true"),
    "was killed": go_on,
}


def test_every_ticket_and_every_app_come_to_one_end(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    ends: dict[tuple[str, str], str] = {}
    for (state, reach), (act, do) in product(TICKET.items(), APP.items()):
        asked = begin(app).get_json()
        sessions = [asked["auth_session"]]
        reach(deployment, asked)
        if act == "was killed":
            deployment.clock.advance(LONGEST + 1)
        answer = do(app, sessions[0])
        for _ in range(LONGEST // BETWEEN + 1):
            if answer.status_code != 403:
                break
            sessions.append(answer.get_json()["auth_session"])
            deployment.clock.advance(BETWEEN)
            answer = go_on(app, sessions[-1])
        said = answer.get_json()
        ends[state, act] = said.get("error", "signed in")
        if code := said.get("authorization_code"):
            assert [redeem(app, code).status_code for _ in range(2)] == [200, 400]
        assert confirm_again(deployment, asked).status_code >= 400
        late = {go_on(app, known).get_json()["error"] for known in sessions}
        assert late <= {"invalid_session", ends[state, act]}, (state, act)
        deployment.clock.advance(BETWEEN)

    by = {end: [each for each, found in ends.items() if found == end] for end in ends.values()}
    assert by.keys() == {"signed in", "access_denied", "invalid_session"}
    assert by["signed in"] == [("confirmed", "polls")]
    assert {state for state, act in by["access_denied"] if act == "polls"} == ENDED_BY_PEOPLE
