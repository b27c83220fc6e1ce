"""RFC 8707: resources are known to the deployment, shown to the person, and consented to."""

from urllib.parse import parse_qsl

import pytest

from tests.deployment import Deployment
from tests.flows.test_device import begin, television
from tests.relying_party import RelyingParty

ORDERS, STOCK = "https://api.example/orders", "https://api.example/stock"
UNKNOWN = (
    "https://evil.example/",
    "https://api.example/orders/",
    "https://API.example/orders",
    "https://api.example/orders#part",
    "urn:nobody",
    "nothing",
)


@pytest.fixture
def shop(deployment: Deployment) -> RelyingParty:
    deployment.connection()
    return deployment.application()


@pytest.mark.parametrize("resource", UNKNOWN)
def test_2_1_unknown_resource_is_an_invalid_target(
    deployment: Deployment, shop: RelyingParty, resource: str
) -> None:
    started = shop.start(resource=resource)

    answer = deployment.browser().get(started.url)

    assert shop.response(answer.location, started)["error"] == "invalid_target"


@pytest.mark.parametrize("resource", UNKNOWN)
def test_2_unknown_resource_of_a_device_or_a_program_is_refused(
    deployment: Deployment, resource: str
) -> None:
    program = deployment.application(
        "program", grant_types=("client_credentials",), response_types=(), redirect_uris=()
    )

    of_device = begin(television(deployment), resource=resource)
    of_program = program.token({"grant_type": "client_credentials", "resource": resource})

    assert of_device.get_json()["error"] == "invalid_target"
    assert of_program.get_json()["error"] == "invalid_target"


def test_2_1_unknown_resource_cannot_be_pushed(deployment: Deployment, shop: RelyingParty) -> None:
    started = shop.start(resource=UNKNOWN[0])
    pushed: dict[str, str | None] = dict(parse_qsl(started.url.partition("?")[2]))

    answer = shop.post("/par", pushed)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_target")


def test_deployment_that_names_no_api_knows_none(deployment: Deployment) -> None:
    settings = deployment.provider.settings

    assert set(settings.resources) > {settings.issuer, settings.issuer + "/api/v1"}


def test_page_shows_the_resources_that_are_asked_for(
    deployment: Deployment, shop: RelyingParty
) -> None:
    browser = deployment.browser()
    asked = browser.sign_in(shop.start(resource=ORDERS).url, "li-lei")

    page = browser.get(asked.location)

    assert ORDERS in page.text
    assert STOCK not in page.text


def test_consent_for_one_resource_is_none_for_another(
    deployment: Deployment, shop: RelyingParty
) -> None:
    browser = deployment.browser()
    browser.consent(browser.sign_in(shop.start(resource=ORDERS).url, "li-lei").location)

    same = browser.get(shop.start(resource=ORDERS).url).location
    none = browser.get(shop.start().url).location
    other = browser.get(shop.start(resource=STOCK).url).location
    browser.consent(other)
    both = browser.get(shop.start(resource=ORDERS).url + f"&resource={STOCK}").location

    assert same.startswith(shop.redirect_uri)
    assert none.startswith(shop.redirect_uri)
    assert other.startswith("/consent/")
    assert both.startswith(shop.redirect_uri)


def test_account_page_lists_the_resources_that_an_application_may_use(
    deployment: Deployment, shop: RelyingParty
) -> None:
    browser = deployment.browser()
    browser.consent(browser.sign_in(shop.start(resource=ORDERS).url, "li-lei").location)

    page = browser.get("/account").text

    assert "Use this service in your name:" in page
    assert ORDERS in page
    assert STOCK not in page
