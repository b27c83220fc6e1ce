"""A device without a browser is signed in on another screen (RFC 8628), on every database."""

import re
from typing import Any

from app.database import db
from tests.deployment import Browser, Deployment
from tests.relying_party import ISSUER, RelyingParty

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def television(deployment: Deployment, client_id: str = "tv", **metadata: Any) -> RelyingParty:
    fields = {
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "redirect_uris": (),
        "response_types": (),
        "grant_types": (GRANT, "refresh_token"),
        "client_name": "Shop on TV",
        **metadata,
    }
    return deployment.application(client_id, **fields)


def begin(tv: RelyingParty, **more: str) -> Any:
    return tv.post("/device_authorization", {"scope": "openid offline_access", **more})


def poll(tv: RelyingParty, device_code: str) -> Any:
    return tv.token({"grant_type": GRANT, "device_code": device_code})


def type_code(browser: Browser, user_code: str) -> Any:
    return browser.submit(browser.get("/device"), "/device", user_code=user_code)


def reach_question(browser: Browser, user_code: str, person: str = "li-lei") -> Any:
    """Types the code and signs in by scanning; the page that asks about the device."""
    asked = browser.sign_in(type_code(browser, user_code).location, person)
    assert "/consent/" in asked.location, asked.text
    return asked.location


def decide(browser: Browser, location: str, decision: str) -> Any:
    answer = browser.submit(browser.get(location), location, decision=decision)
    return browser.get(answer.location) if answer.location else answer


def test_approved_device_gets_its_tokens_once(deployment: Deployment) -> None:
    deployment.connection()
    tv, browser = television(deployment), deployment.browser()
    shown = begin(tv).get_json()
    pending = poll(tv, shown["device_code"])

    end = decide(browser, reach_question(browser, shown["user_code"]), "allow")

    first = poll(tv, shown["device_code"])
    again = poll(tv, shown["device_code"])
    assert pending.get_json()["error"] == "authorization_pending"
    assert "You can go back to your device" in end.text
    assert first.status_code == 200, first.text
    claims = tv.verified(first.get_json()["id_token"])
    assert "sid" not in claims
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert tv.userinfo(first.get_json()["access_token"]).status_code == 401


def test_declined_device_is_told(deployment: Deployment) -> None:
    deployment.connection()
    tv, browser = television(deployment), deployment.browser()
    shown = begin(tv).get_json()

    end = decide(browser, reach_question(browser, shown["user_code"]), "deny")

    refused = poll(tv, shown["device_code"])
    assert "nothing was signed in" in end.text
    assert refused.get_json()["error"] == "access_denied"


def test_code_typed_in_two_browsers_approves_the_device_for_one_person(
    deployment: Deployment,
) -> None:
    deployment.connection()
    tv = television(deployment)
    shown = begin(tv).get_json()
    one, other = deployment.browser(), deployment.browser()
    first = reach_question(one, shown["user_code"], "li-lei")
    second = reach_question(other, shown["user_code"], "han-meimei")

    approved = decide(one, first, "allow")
    late = decide(other, second, "allow")

    assert "You can go back to your device" in approved.text
    assert late.status_code == 400
    assert poll(tv, shown["device_code"]).status_code == 200


def test_link_of_whoever_typed_the_code_is_of_no_use_to_others(deployment: Deployment) -> None:
    deployment.connection()
    tv, stranger, victim = television(deployment), deployment.browser(), deployment.browser()
    link = type_code(stranger, begin(tv).get_json()["user_code"]).location

    answer = victim.get(link)

    assert answer.status_code == 400
    assert "another browser" in answer.text


def test_neither_code_can_be_read_in_the_database(deployment: Deployment) -> None:
    tv = television(deployment)
    shown = begin(tv).get_json()

    with deployment.app.app_context():
        row = db.session.execute(db.text("SELECT * FROM device_code")).one()

    kept = " ".join(map(str, row))
    assert shown["user_code"] not in kept
    assert shown["user_code"].replace("-", "") not in kept
    assert shown["device_code"] not in kept
    assert re.fullmatch(r"qdc_[\w-]{40,}", shown["device_code"])
    assert shown["verification_uri"] == f"{ISSUER}/device"
