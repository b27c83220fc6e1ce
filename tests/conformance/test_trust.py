"""A suite is recognised by its certificate; which one is believed depends on where it is."""

import ssl
from pathlib import Path

import pytest
import requests

from tests.conformance.certificates import issue
from tests.conformance.stand_in import StandIn, standing_in
from tests.conformance.suite import Closed, Patience, Suite
from tests.conformance.trust import Trust, Untrusted, trust_in


def test_certificate_of_a_suite_on_this_machine_is_believed_as_presented(tmp_path: Path) -> None:
    with standing_in(StandIn({}, token=None), issue(tmp_path, "suite.example").server) as suite:
        trust = trust_in(suite.base)
        with trust.session() as http:
            answer = http.get(suite.base + "/api/server", timeout=5)

    assert answer.json()["version"]
    assert ssl.PEM_cert_to_DER_cert(trust.bundle())


def test_another_certificate_is_not_believed_afterwards(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir()
    other.mkdir()
    with standing_in(StandIn({}), issue(mine, "localhost").server) as suite:
        trust = trust_in(suite.base)
    with (
        standing_in(StandIn({}), issue(other, "localhost").server) as impostor,
        trust.session() as http,
        pytest.raises(requests.exceptions.SSLError),
    ):
        http.get(impostor.base + "/api/server", timeout=5)


def test_authority_that_was_given_is_believed_and_nothing_else(tmp_path: Path) -> None:
    identity = issue(tmp_path, "localhost")
    with standing_in(StandIn({}, token=None), identity.server) as suite:
        trust = trust_in(suite.base, identity.authority)
        with trust.session() as http:
            answer = http.get(suite.base + "/api/server", timeout=5)

    assert answer.ok
    assert trust == Trust(identity.authority)
    assert trust.bundle() == identity.authority.read_text()


@pytest.mark.parametrize(
    ("base", "why"),
    [
        ("http://8.8.8.8", "must be the https address"),
        ("ftp://localhost", "must be the https address"),
        ("localhost:8443", "must be the https address"),
        ("https://nowhere.invalid", "does not answer|There is no"),
        ("https://localhost:1", "does not answer"),
    ],
)
def test_address_of_no_suite_is_refused_with_the_reason(base: str, why: str) -> None:
    with pytest.raises(Untrusted, match=why):
        trust_in(base)


def test_token_is_not_sent_elsewhere_by_a_redirect(tmp_path: Path) -> None:
    """``requests`` would follow; the API never redirects."""

    class Redirecting(StandIn):
        def answer(self, *_: object) -> tuple[int, object]:  # type: ignore[override]
            return 302, {}

    with standing_in(Redirecting({}, token=None)) as suite:
        driven = Suite(suite.base, "token", patience=Patience(tries=1))
        with pytest.raises(Closed):
            driven.version()
        driven.close()
