"""A stranger begins an in-app sign-in with the public client_id, and gets the ticket opened on
somebody else's phone: in any way but the app's own launch, one tap gives nothing."""

from typing import Any

import pytest

from tests.deployment import Deployment
from tests.flows.test_in_app_sign_in import ENTRY, PHONE, begin, go_on, native
from tests.sandbox_server import MINI_PROGRAM, MOBILE

pytestmark = pytest.mark.in_turn

OTHER_APP = "wxffffffffffffff01"
FORGED: dict[str, dict[str, Any]] = {
    "another mini program": {"scene": 1037, "referrer_app_id": MINI_PROGRAM.appid},
    "another mini program with the app's AppID": {"scene": 1037, "referrer_app_id": MOBILE.appid},
    "a URL Scheme": {"scene": 1065},
    "a plain URL Scheme": {"scene": 1286},
    "a URL Link": {"scene": 1194},
    "a scanned code": {"scene": 1047},
    "a code from the album": {"scene": 1013},
    "an agent without a page": {"scene": 1399},
}
NUMBERED: dict[str, dict[str, Any]] = {
    "another app": {"scene": 1069, "referrer_app_id": OTHER_APP},
    "an app that WeChat does not name": {"scene": 1069},
    "a return that names nobody": {"scene": 1089},
    "a return that names a mini program": {"scene": 1038, "referrer_app_id": MINI_PROGRAM.appid},
    "a mini program of before, which tells nothing": {},
}


class Victim:
    """Somebody's phone, with the mini program that is ours."""

    def __init__(self, deployment: Deployment, asked: Any, **entry: Any) -> None:
        self._deployment = deployment
        self._ticket = asked["launch"]["path"].partition("ticket=")[2]
        self.entry = entry
        self.http = deployment.app.test_client(use_cookies=False)
        self.address = "127.0.0.1"

    def read(self) -> Any:
        return self.http.get(self._url(""), query_string=self.entry, **self._from())

    def tap(self, **more: Any) -> Any:
        body = {"js_code": self._deployment.wechat.js_code("li-lei"), **self.entry, **more}
        return self.http.post(self._url("/confirm"), json=body, **self._from())

    def _url(self, step: str) -> str:
        return f"/federation/v1/tickets/{self._ticket}{step}"

    def _from(self) -> dict[str, Any]:
        return {
            "headers": {"User-Agent": PHONE},
            "environ_base": {"REMOTE_ADDR": self.address},
        }


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


@pytest.mark.parametrize("entry", FORGED.values(), ids=FORGED.keys())
def test_ticket_of_a_launch_opens_in_no_other_way(
    deployment: Deployment, entry: dict[str, Any]
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    victim = Victim(deployment, asked, **entry)

    opened, tapped = victim.read(), victim.tap(number=asked["number"])

    assert error(opened) == error(tapped) == (403, "wrong_entry")
    assert deployment.wechat.calls("/sns/jscode2session") == []
    assert error(go_on(app, asked["auth_session"])) == (403, "insufficient_authorization")


@pytest.mark.parametrize("entry", NUMBERED.values(), ids=NUMBERED.keys())
def test_launch_that_may_be_anybodys_wants_the_number_of_the_app(
    deployment: Deployment, entry: dict[str, Any]
) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    victim = Victim(deployment, asked, **entry)

    opened, tapped = victim.read(), victim.tap()
    picked = victim.tap(number=asked["number"])

    numbers = opened.get_json()["numbers"]
    assert asked["number"] in numbers
    assert len(set(numbers)) == 3
    assert error(tapped) == (400, "number_required")
    assert picked.status_code == 200


def test_wrong_number_ends_the_sign_in(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    victim = Victim(deployment, asked, **NUMBERED["another app"])
    numbers = victim.read().get_json()["numbers"]
    wrong = next(number for number in numbers if number != asked["number"])

    refused, again = victim.tap(number=wrong), victim.tap(number=asked["number"])

    assert error(refused) == (403, "wrong_number")
    assert error(again) == (409, "ticket_denied")
    assert go_on(app, asked["auth_session"]).get_json()["error"] == "access_denied"


def test_launch_by_the_client_s_own_app_asks_no_number(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)
    asked = begin(app).get_json()
    person = Victim(deployment, asked, **ENTRY)

    opened, tapped = person.read(), person.tap()

    assert opened.get_json()["numbers"] is None
    assert tapped.get_json() == {"state": "confirmed", "app_parameter": "qiao:confirmed"}
    assert "authorization_code" in go_on(app, asked["auth_session"]).get_json()


def test_person_who_left_and_came_back_goes_on(deployment: Deployment) -> None:
    """The page keeps the AppID of the run's last launch, and sends it with the scene of now."""
    deployment.connection()
    asked = begin(native(deployment)).get_json()
    person = Victim(deployment, asked, **ENTRY)
    person.read()
    person.entry = {"scene": 1089, "referrer_app_id": MOBILE.appid}

    assert person.tap().status_code == 200


def test_client_without_a_registered_app_asks_the_number(deployment: Deployment) -> None:
    deployment.connection()
    asked = begin(native(deployment, mobile_app_ids=())).get_json()
    person = Victim(deployment, asked, **ENTRY)

    opened, tapped = person.read(), person.tap()

    assert asked["number"] in opened.get_json()["numbers"]
    assert error(tapped) == (400, "number_required")


@pytest.mark.parametrize(
    ("address", "asks"),
    [("127.0.0.9", False), ("198.51.100.9", True), ("2001:db8::1", False), ("::1", False)],
)
def test_phone_in_another_network_than_the_app_asks_the_number(
    deployment: Deployment, address: str, asks: bool
) -> None:
    deployment.connection()
    asked = begin(native(deployment)).get_json()
    person = Victim(deployment, asked, **ENTRY)
    person.address = address

    opened, tapped = person.read(), person.tap()

    assert (opened.get_json()["numbers"] is not None) is asks
    assert tapped.status_code == (400 if asks else 200)


def test_phone_that_changes_its_network_in_between_is_asked(deployment: Deployment) -> None:
    deployment.connection()
    asked = begin(native(deployment)).get_json()
    person = Victim(deployment, asked, **ENTRY)
    person.read()
    person.address = "198.51.100.9"

    tapped, opened = person.tap(), person.read()

    assert error(tapped) == (400, "number_required")
    assert asked["number"] in opened.get_json()["numbers"]
    assert person.tap(number=asked["number"]).status_code == 200


def test_first_answer_carries_a_number_of_two_digits(deployment: Deployment) -> None:
    deployment.connection()
    app = native(deployment)

    numbers = [begin(app).get_json()["number"] for _ in range(5)]

    assert all(type(number) is int and 10 <= number <= 99 for number in numbers)


@pytest.mark.parametrize("scene", [1069, 1065, 1037, 1194])
def test_code_of_a_browser_opens_by_scanning_alone(deployment: Deployment, scene: int) -> None:
    deployment.connection()
    shop, browser = deployment.application(first_party=True), deployment.browser()
    choice = browser.get(shop.start().url).location
    page = browser.submit(browser.get(choice), choice, connection="wechat").location
    assert browser.get(page + "/code").status_code == 200
    ticket = deployment.wechat.mini_program_codes()[0]["scene"]
    phone = deployment.app.test_client(use_cookies=False)

    refused = phone.get(f"/federation/v1/tickets/{ticket}", query_string={"scene": scene})

    assert error(refused) == (403, "wrong_entry")
    assert browser.get(page + "/status").get_json()["state"] == "pending"


@pytest.mark.parametrize(
    "query",
    [
        "scene=launch",
        "scene=",
        "scene=-1",
        "scene=1069&scene=1047",
        "scene=1069&referrer_app_id=a&referrer_app_id=b",
        "scene=999999999999",
        "scene=%D9%A1%D9%A0%D9%A6%D9%A9",
        "scene=1069&referrer_app_id=" + "w" * 65,
    ],
)
def test_what_wechat_does_not_tell_is_refused(deployment: Deployment, query: str) -> None:
    deployment.connection()
    asked = begin(native(deployment)).get_json()
    ticket = asked["launch"]["path"].partition("ticket=")[2]

    refused = deployment.app.test_client().get(f"/federation/v1/tickets/{ticket}?{query}")

    assert error(refused) == (400, "invalid_request")


def test_unknown_parameters_and_members_are_ignored(deployment: Deployment) -> None:
    deployment.connection()
    asked = begin(native(deployment)).get_json()
    person = Victim(deployment, asked, **ENTRY, entry_scene=1065, from_="singlemessage")

    assert person.read().status_code == 200
    assert person.tap().status_code == 200
