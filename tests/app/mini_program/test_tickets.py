"""What a mini program gets and does, one test for each promise of ``/federation/v1/tickets``."""

from typing import Any

import pytest
from sqlalchemy import select

from app.audit.trail import Event, Filter, page
from app.database import db
from app.sign_in.ticket_description import describe
from app.tables.people import AUDIT_EVENT
from app.web.rate_limits import limiter
from federation.errors import Denied
from federation.tickets import OpenedTicket, Purpose
from tests.app.site import Site
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.slow

TICKETS = "/federation/v1/tickets"


def open_ticket(site: Site, purpose: Purpose = "scan", **connection: Any) -> OpenedTicket:
    site.connection(site.client(), **connection)
    description = describe(
        name="Shop",
        host="shop.example",
        device="Chrome · Windows",
        ip="192.0.2.7",
        requested_at=site.clock(),
    )
    opened = site.federation.tickets.open(
        db.session(), "wechat", purpose, "interaction:x", description
    )
    db.session.commit()
    return opened


def agreement(site: Site, opened: OpenedTicket, person: str = "li-lei") -> dict[str, Any]:
    return {"js_code": site.wechat.js_code(person), "number": opened.number}


def test_reading_shows_who_asks_and_notes_the_scan(site: Site) -> None:
    opened = open_ticket(site)

    answer = site.phone().get(f"{TICKETS}/{opened.scene}")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == {
        "state": "scanned",
        "purpose": "scan",
        "action": "sign_in",
        "client": {
            "name": "Shop",
            "host": "shop.example",
            "logo_uri": None,
            "registered_itself": False,
        },
        "connection": {"id": "wechat", "name": "使用微信登录"},
        "device": "Chrome · Windows",
        "place": "与此手机不在同一网络",
        "ip": "192.0.2.7",
        "requested_at": site.clock(),
        "expires_in": 180,
        "numbers": list(opened.choices or ()),
        "phone": "never",
        "sandbox": True,
        "link": None,
    }
    assert site.federation.tickets.status(db.session(), opened.id).state == "scanned"


def test_confirmed_ticket_holds_the_identity_that_wechat_named(site: Site) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")

    answer = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=agreement(site, opened))

    assert answer.json == {"state": "confirmed", "app_parameter": None}
    identity = site.federation.tickets.take(db.session(), opened.id, "interaction:x", "wechat")
    assert identity.keys[0].value == site.wechat.openid("li-lei")


def test_openid_and_phone_that_a_client_sends_are_not_read(site: Site) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")
    body = {**agreement(site, opened), "openid": "oEvil", "unionid": "u", "phone": "+8613900000000"}

    phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)

    identity = site.federation.tickets.take(db.session(), opened.id, "interaction:x", "wechat")
    assert identity.keys[0].value == site.wechat.openid("li-lei")
    assert identity.phone is None


def test_confirmed_launch_tells_the_app_to_look_again_and_nothing_else(site: Site) -> None:
    opened = open_ticket(site, "launch")
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")

    answer = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=agreement(site, opened))

    assert answer.json is not None
    assert answer.json["app_parameter"]
    assert opened.id not in answer.text
    assert opened.scene not in answer.text


def test_wrong_number_denies_the_ticket_at_once(site: Site) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")
    wrong = next(number for number in opened.choices or () if number != opened.number)
    body = agreement(site, opened)

    answer = phone.post(f"{TICKETS}/{opened.scene}/confirm", json={**body, "number": wrong})
    again = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)

    assert (answer.status_code, answer.json and answer.json["error"]) == (403, "wrong_number")
    assert (again.status_code, again.json and again.json["error"]) == (409, "ticket_denied")
    assert site.wechat.calls("/sns/jscode2session") == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "invalid_request"),
        ({"js_code": 7}, "invalid_request"),
        ({"js_code": ""}, "invalid_request"),
        ({"js_code": "x" * 513}, "invalid_request"),
        ({"js_code": "é"}, "invalid_request"),
        ({"js_code": "0a1b", "number": "47"}, "invalid_request"),
        ({"js_code": "0a1b", "number": True}, "invalid_request"),
        ({"js_code": "0a1b", "phone_kind": "carrier-pigeon"}, "invalid_request"),
        ({"js_code": "0a1b", "scene": "1047"}, "invalid_request"),
        ({"js_code": "0a1b", "scene": True}, "invalid_request"),
        ({"js_code": "0a1b", "scene": -1}, "invalid_request"),
        ({"js_code": "0a1b", "scene": 10**9}, "invalid_request"),
        ({"js_code": "0a1b", "scene": 1047.0}, "invalid_request"),
        ({"js_code": "0a1b", "referrer_app_id": 7}, "invalid_request"),
        ({"js_code": "0a1b", "referrer_app_id": "w" * 65}, "invalid_request"),
        ([], "invalid_request"),
        ({"js_code": "0a1b"}, "number_required"),
    ],
)
def test_unusable_body_is_told_and_leaves_the_ticket_open(
    site: Site, body: object, error: str
) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")

    answer = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)

    assert (answer.status_code, answer.json and answer.json["error"]) == (400, error)
    assert site.federation.tickets.status(db.session(), opened.id).state == "scanned"


@pytest.mark.parametrize(
    ("errcode", "status", "error"),
    [
        (40029, 400, "code_rejected"),
        (40163, 400, "code_rejected"),
        (-1, 503, "temporarily_unavailable"),
        (45011, 503, "temporarily_unavailable"),
        (40013, 503, "not_available"),
        (40125, 503, "not_available"),
    ],
)
def test_refusal_of_wechat_is_translated_and_only_one_of_the_person_ends_the_ticket(
    site: Site, errcode: int, status: int, error: str
) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")
    body = agreement(site, opened)
    site.wechat.answers(errcode, "/sns/jscode2session")

    answer = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)

    assert (answer.status_code, answer.json and answer.json["error"]) == (status, error)
    assert "rid" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    state = "denied" if errcode == 40226 else "scanned"
    assert site.federation.tickets.status(db.session(), opened.id).state == state


def test_person_whom_wechat_blocks_ends_the_ticket_with_its_reason(site: Site) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")
    body = agreement(site, opened)
    site.wechat.answers(40226, "/sns/jscode2session")

    answer = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)

    assert (answer.status_code, answer.json and answer.json["error"]) == (403, "access_denied")
    status = site.federation.tickets.status(db.session(), opened.id)
    assert (status.state, status.reason) == ("denied", "access_denied")
    with pytest.raises(Denied):
        site.federation.tickets.take(db.session(), opened.id, "interaction:x", "wechat")
    again = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)
    assert (again.status_code, again.json and again.json["error"]) == (409, "ticket_denied")


def refusals() -> list[Event]:
    return page(db.session(), Filter(kind="ticket.refused"))


def test_wrong_number_is_written_down_with_the_phone_that_picked_it(site: Site) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")
    wrong = next(each for each in opened.choices if each != opened.number)

    phone.post(f"{TICKETS}/{opened.scene}/confirm", json={"js_code": "x", "number": wrong})

    [noted] = refusals()
    assert (noted.rule, noted.connection_id, noted.address) == (
        "wrong_number",
        "wechat",
        "127.0.0.1",
    )
    assert site.federation.tickets.status(db.session(), opened.id).reason == "wrong_number"


def test_wrong_entry_is_written_down_thirty_times_a_minute_at_most(site: Site) -> None:
    limiter.reset()
    opened = open_ticket(site)
    phone = site.phone()

    for _ in range(40):
        phone.get(f"{TICKETS}/{opened.scene}?scene=1001")

    assert [each.rule for each in refusals()] == ["wrong_entry"] * 30


def test_person_who_says_no_is_no_refusal_of_ours(site: Site) -> None:
    opened = open_ticket(site)

    site.phone().post(f"{TICKETS}/{opened.scene}/deny")

    assert refusals() == []
    assert site.federation.tickets.status(db.session(), opened.id).reason is None


def test_operator_s_fault_names_the_credential_in_the_audit_trail_alone(site: Site) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")
    body = agreement(site, opened)
    site.wechat.answers(40125, "/sns/jscode2session")

    answer = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)

    assert MINI_PROGRAM.appid not in answer.text
    event = db.session.execute(
        select(AUDIT_EVENT).where(AUDIT_EVENT.c.kind == "connection.misconfigured")
    ).one()
    assert event.connection_id == "wechat"
    assert MINI_PROGRAM.appid in event.detail
    assert "40125" in event.detail


def test_required_phone_is_asked_for_before_the_code_is_spent(site: Site) -> None:
    opened = open_ticket(site, phone="required")
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")
    body = agreement(site, opened)

    refused = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)
    body["phone_code"] = site.wechat.phone_code("li-lei")
    accepted = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=body)

    assert (refused.status_code, refused.json and refused.json["error"]) == (400, "phone_required")
    assert accepted.status_code == 200
    identity = site.federation.tickets.take(db.session(), opened.id, "interaction:x", "wechat")
    assert identity.phone is not None
    assert identity.phone.number == "+8613800138000"


def test_denied_ticket_cannot_be_confirmed(site: Site) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")

    denied = phone.post(f"{TICKETS}/{opened.scene}/deny")
    answer = phone.post(f"{TICKETS}/{opened.scene}/confirm", json=agreement(site, opened))

    assert denied.json == {"state": "denied", "app_parameter": None}
    assert (answer.status_code, answer.json and answer.json["error"]) == (409, "ticket_denied")


def test_ticket_is_confirmed_once(site: Site) -> None:
    opened = open_ticket(site)
    phone = site.phone()
    phone.get(f"{TICKETS}/{opened.scene}")
    phone.post(f"{TICKETS}/{opened.scene}/confirm", json=agreement(site, opened))

    again = phone.post(
        f"{TICKETS}/{opened.scene}/confirm", json=agreement(site, opened, "han-meimei")
    )

    assert (again.status_code, again.json and again.json["error"]) == (409, "ticket_confirmed")


def test_expired_ticket_is_gone(site: Site) -> None:
    opened = open_ticket(site)
    site.clock.advance(181)

    answer = site.phone().get(f"{TICKETS}/{opened.scene}")

    assert (answer.status_code, answer.json and answer.json["error"]) == (410, "ticket_expired")


@pytest.mark.parametrize("scene", ["nobody-opened-this-one", "x" * 5000])
def test_unknown_ticket_is_not_found(site: Site, scene: str) -> None:
    answer = site.phone().get(f"{TICKETS}/{scene}")

    assert (answer.status_code, answer.json and answer.json["error"]) == (404, "ticket_unknown")


def test_unread_ticket_cannot_be_confirmed(site: Site) -> None:
    opened = open_ticket(site)

    answer = site.phone().post(f"{TICKETS}/{opened.scene}/confirm", json=agreement(site, opened))

    assert (answer.status_code, answer.json and answer.json["error"]) == (400, "invalid_request")


def test_too_many_requests_are_told_when_to_come_back(site: Site) -> None:
    phone = site.phone()

    answers = [phone.post(f"{TICKETS}/none/deny") for _ in range(301)]

    assert answers[-2].status_code == 404
    assert answers[-1].status_code == 429
    assert answers[-1].json is not None
    assert answers[-1].json["error"] == "slow_down"
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_no_answer_sets_a_cookie(site: Site) -> None:
    opened = open_ticket(site)

    answer = site.phone().get(f"{TICKETS}/{opened.scene}")

    assert "Set-Cookie" not in answer.headers
