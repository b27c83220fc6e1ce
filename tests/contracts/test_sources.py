"""Every source by OAuth 2.0 or OpenID Connect keeps the promises of the kit, and mutants do not."""

from collections.abc import Iterator

import pytest

from federation.oauth2_provider.source import OAUTH2
from federation.openid_connect.source import OPENID
from tests.conftest import TestClock
from tests.contracts.kit import CHECKS, Check, Rig, Subject
from tests.provider_sandbox import LiveProvider

SUBJECTS = (
    Subject(OPENID, values={"issuer": "{here}"}),
    Subject(
        OAUTH2,
        values={
            "authorization_endpoint": "{here}/authorize",
            "token_endpoint": "{here}/token",
            "userinfo_endpoint": "{here}/userinfo",
            "claim_id": "/id",
        },
        id_member="id",
        openid=False,
    ),
)


@pytest.fixture(scope="module")
def now() -> TestClock:
    return TestClock()


@pytest.fixture(scope="module")
def provider(now: TestClock) -> Iterator[LiveProvider]:
    provider = LiveProvider(now)
    yield provider
    provider.close()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_source_keeps_the_promise(
    subject: Subject, check: Check, provider: LiveProvider, now: TestClock
) -> None:
    provider.reset()

    check(Rig(subject, provider, now))
