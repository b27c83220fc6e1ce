"""RFC 8628, device authorization: what each section asks, by number."""

import pytest

from tests.deployment import Deployment
from tests.flows.test_device import begin, decide, poll, reach_question, television, type_code
from tests.relying_party import ISSUER


def test_rfc8628_3_2_answer_has_everything_a_device_shows(deployment: Deployment) -> None:
    answer = begin(television(deployment))

    shown = answer.get_json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert shown["verification_uri_complete"].startswith(f"{ISSUER}/device?user_code=")
    assert (shown["expires_in"], shown["interval"]) == (900, 5)


def test_rfc8628_3_1_client_must_have_registered_the_grant(deployment: Deployment) -> None:
    shop = deployment.application()

    refused = begin(shop)

    assert (refused.status_code, refused.get_json()["error"]) == (400, "unauthorized_client")


def test_rfc8628_3_1_confidential_client_authenticates(deployment: Deployment) -> None:
    tv = television(deployment, token_endpoint_auth_method="client_secret_basic")
    secret, tv.secret = tv.secret, "wrong"
    refused = begin(tv)
    tv.secret = secret

    assert refused.status_code == 401
    assert "WWW-Authenticate" in refused.headers
    assert begin(tv).status_code == 200


def test_rfc8628_3_5_polling_too_soon_slows_the_device_down(deployment: Deployment) -> None:
    tv = television(deployment)
    code = begin(tv).get_json()["device_code"]

    first = poll(tv, code).get_json()["error"]
    too_soon = poll(tv, code).get_json()["error"]
    deployment.clock.advance(6)
    still_too_soon = poll(tv, code).get_json()["error"]
    deployment.clock.advance(15)
    patient = poll(tv, code).get_json()["error"]

    assert [first, too_soon, still_too_soon, patient] == [
        "authorization_pending",
        "slow_down",
        "slow_down",
        "authorization_pending",
    ]


def test_rfc8628_3_5_code_expires(deployment: Deployment) -> None:
    tv, browser = television(deployment), deployment.browser()
    shown = begin(tv).get_json()
    deployment.clock.advance(900)

    assert poll(tv, shown["device_code"]).get_json()["error"] == "expired_token"
    assert type_code(browser, shown["user_code"]).status_code == 400


def test_rfc8628_3_4_code_belongs_to_its_client(deployment: Deployment) -> None:
    code = begin(television(deployment)).get_json()["device_code"]
    other = television(deployment, "other-tv")

    assert poll(other, code).get_json()["error"] == "invalid_grant"
    assert poll(other, "qdc_nonsense").get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize("spelling", ["{}", " {} ", "lower", "no hyphen", "en dash"])
def test_rfc8628_6_1_code_is_taken_however_it_is_typed(
    deployment: Deployment, spelling: str
) -> None:
    browser = deployment.browser()
    code = begin(television(deployment)).get_json()["user_code"]
    typed = {
        "lower": code.lower(),
        "no hyphen": code.replace("-", ""),
        "en dash": code.replace("-", "\u2013"),
    }.get(spelling, spelling.format(code))

    answer = type_code(browser, typed)

    assert answer.status_code == 303
    assert answer.location.startswith("/authorize/")


def test_rfc8628_3_3_1_code_in_the_address_is_shown_and_asked_about(deployment: Deployment) -> None:
    browser = deployment.browser()
    shown = begin(television(deployment)).get_json()
    address = shown["verification_uri_complete"].removeprefix(ISSUER)

    page = browser.get(address)

    assert page.status_code == 200
    assert f"<strong>{shown['user_code']}</strong>" in page.text
    assert "Did somebody send you this code" in page.text
    assert browser.submit(page, "/device").status_code == 303


def test_rfc8628_3_3_1_nonsense_in_the_address_is_not_reflected(deployment: Deployment) -> None:
    page = deployment.browser().get("/device?user_code=<script>alert(1)</script>")

    assert "<script>alert" not in page.text
    assert "<strong>" not in page.text


def test_rfc8628_5_4_question_names_the_application_and_warns(deployment: Deployment) -> None:
    deployment.connection()
    tv = television(deployment, first_party=True)
    browser = deployment.browser()

    location = reach_question(browser, begin(tv).get_json()["user_code"])

    page = browser.get(location).text
    assert "Shop on TV" in page
    assert "If somebody sent you the code or a link, stop" in page
    assert page.index('value="deny"') < page.index('value="allow"')


def test_rfc8628_5_1_guessing_codes_is_limited(deployment: Deployment) -> None:
    browser = deployment.browser()
    tries = ["BCDF-GHJK"] * 5 + ["BCDF-GHJL"] * 6

    answers = [type_code(browser, code).status_code for code in tries]

    assert answers[:5] == [400] * 5
    assert answers[-1] == 429


def test_rfc8628_5_5_session_of_the_phone_may_end_without_the_device(
    deployment: Deployment,
) -> None:
    deployment.connection()
    tv, browser = television(deployment), deployment.browser()
    shown = begin(tv, scope="openid").get_json()
    decide(browser, reach_question(browser, shown["user_code"]), "allow")
    tokens = poll(tv, shown["device_code"]).get_json()

    browser.submit(browser.get("/sign-out"), "/sign-out", decision="leave")

    assert tv.userinfo(tokens["access_token"]).status_code == 200
