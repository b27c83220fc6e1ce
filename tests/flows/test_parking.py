"""What a stranger can have us keep is bounded in size and in number."""

import pytest

from app.web.rate_limits import PARKED, allows, limiter
from tests.deployment import Deployment
from tests.flows.test_device import begin, television
from tests.flows.test_in_app_sign_in import begin as begin_in_app
from tests.flows.test_in_app_sign_in import native
from tests.relying_party import RelyingParty
from tests.spec.conftest import deployment

__all__ = ["deployment"]


@pytest.fixture
def shop(deployment: Deployment) -> RelyingParty:
    limiter.reset()
    deployment.connection()
    return deployment.application()


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "s" * 4097},
        {"ui_locales": " ".join(["x" * 800] * 20), "state": "s" * 4000},
        {"acr_values": "a" * 16000},
    ],
)
def test_long_request_is_refused_and_not_kept(
    deployment: Deployment, shop: RelyingParty, changes: dict[str, str | None]
) -> None:
    started = shop.start(**changes)

    answer = deployment.browser().get(started.url)

    assert shop.response(answer.location, started)["error"] == "invalid_request"


def test_state_of_usual_length_comes_back(deployment: Deployment, shop: RelyingParty) -> None:
    started = shop.start(state="s" * 4096)

    answer = deployment.browser().get(started.url)

    assert answer.location.startswith("/sign-in/")


def fill_up(deployment: Deployment) -> None:
    """The address of these tests has had as much kept as it may."""
    with deployment.app.app_context():
        while allows(PARKED, "parked", "127.0.0.1"):
            pass


def test_address_that_has_had_enough_kept_waits(deployment: Deployment, shop: RelyingParty) -> None:
    signed_in = deployment.browser()
    signed_in.consent(signed_in.sign_in(shop.start().url, "li-lei").location)
    app = deployment.application("app", token_endpoint_auth_method="none")
    tv = television(deployment)
    fill_up(deployment)
    started, pushed = shop.start(), app.start()

    refused = shop.response(deployment.browser().get(started.url).location, started)
    by_push = app.post("/par", {"redirect_uri": app.redirect_uri, "state": pushed.state})
    of_device = begin(tv)
    in_app = begin_in_app(native(deployment, "native"))
    known = signed_in.get(shop.start(prompt="consent").url)

    assert refused["error"] == "temporarily_unavailable"
    assert (by_push.status_code, of_device.status_code) == (503, 503)
    assert of_device.headers["Retry-After"] == "60"
    assert (in_app.status_code, in_app.headers["Retry-After"]) == (503, "60")
    assert known.location.startswith("/consent/")
