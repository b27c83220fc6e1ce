"""The number on an error page about an application leads to the application, on every database."""

import json
import logging
import re

import pytest

from app.audit import client_refusals
from app.audit.client_refusals import A_MINUTE, ClientRefusals
from app.database import db
from oidc.protocol.refusal import Refusal
from tests.deployment import Deployment


def test_number_on_the_page_leads_to_the_application_and_to_a_line_of_the_log(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    shop = deployment.registered()
    with caplog.at_level(logging.INFO):
        pages = [
            shop.http.get(shop.start(redirect_uri="https://shop.example/typo").url).text
            for _ in range(A_MINUTE)
        ]
    numbers = [re.findall(r"<code>([0-9a-f]{16})</code>", page)[0] for page in pages]

    for number in numbers:
        assert f"request {number}: client shop was refused at /authorize" in caplog.text
        found = deployment.app.test_cli_runner().invoke(args=["search", number, "--json"])
        [hit] = json.loads(found.output)
        assert (hit["kind"], hit["id"]) == ("client", "shop")
        assert hit["detail"].startswith("The redirect_uri is not one")
    for unknown in ("0123456789abcdef", numbers[0][:12], "%25%25%25%251"):
        found = deployment.app.test_cli_runner().invoke(args=["search", unknown, "--json"])
        assert json.loads(found.output) == []


def test_numbers_of_the_last_requests_are_kept(deployment: Deployment) -> None:
    deployment.registered()
    kept = ClientRefusals(deployment.clock)
    with deployment.app.app_context():
        for number in range(40):
            deployment.clock.advance(61)
            refusal = Refusal("shop", "/token", "invalid_request", "hint")
            kept.note(db.session(), refusal, f"{number:064}")
        found = [
            number
            for number in range(40)
            if client_refusals.by_request(db.session(), f"{number:064}", 5)
        ]

    assert found == list(range(30, 40))
