"""Fixtures that every test may use: the three databases and a clock that tests can move."""

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
from playwright.sync_api import Browser
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.demo.deployment import Deployment
from tests import databases, services
from tests.applications import APPLICATIONS
from tests.chromium import running_chromium
from tests.databases import DIALECTS, Database, drop_shared_databases, shared_database
from tests.left_out import reasons, sentence
from tests.live import running_demo
from tests.sandbox_server import LiveSandbox

# A busy machine is slow: that is no finding. What a run of CI finds, another run finds again.
hypothesis.settings.register_profile(
    "qiao",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
hypothesis.settings.load_profile("qiao")


# What is loaded and collected stays for good; the collector would go through it again and again.
gc.disable()

NOW = 1_800_000_000
"""Seconds since the epoch at which each test begins."""
SELDOM = (10_000, 20, 20)
"""How much is made before the collector looks: tests leave less behind than it takes to look."""


HERE = Path(__file__).parent
SLOW = (
    "app/accounts/identification/test_parallel_sign_in.py",
    "app/management/console/test_access.py",
    "app/demo/test_seed.py",
    "app/demo/test_traffic.py",
    "app/metrics/test_metrics.py",
    "app/serving/test_slow_clients.py",
    "app/serving/test_waiting.py",
    "app/test_adding_things.py",
    "app/management/cli/test_doctor.py",
    "app/pages/test_waiting.py",
    "federation/wechat/test_deadline.py",
    "federation/wechat/test_transport.py",
    "flows/test_account_page.py",
    "flows/test_disconnecting.py",
    "flows/test_first_sign_in_faults.py",
    "flows/test_guessing.py",
    "flows/test_in_app_waiting.py",
    "flows/test_mistakes_of_others.py",
    "flows/test_takeover_by_link.py",
    "flows/test_waiting_for_wechat.py",
    "flows/test_which_account.py",
    "oidc/keys/test_maintenance.py",
    "oidc/outbound/test_http_client.py",
)
"""What carries the marker ``slow`` as a whole: long stories, and waiting for deadlines."""
LONGEST = (
    "browser/test_every_page_of_the_console.py",
    "browser/test_every_page.py",
    *("mobile", "browser", "conformance", "interop", "flows"),
)
"""What begins first, in this order: a long module that begins last is waited for by one worker."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if _is_slow(item.path):
            item.add_marker("slow")
    not_asked_for = [item for item in items if item.get_closest_marker("not_asked_for")]
    config.hook.pytest_deselected(items=not_asked_for)
    asked_for = [item for item in items if not item.get_closest_marker("not_asked_for")]
    items[:] = sorted(filter(databases.has_its_turn, asked_for), key=_turn)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()


@cache
def _is_slow(path: Path) -> bool:
    return any(path.is_relative_to(HERE / name) for name in SLOW)


def _turn(item: pytest.Item) -> int:
    return _turn_of(item.path)


@cache
def _turn_of(path: Path) -> int:
    places = (number for number, name in enumerate(LONGEST) if path.is_relative_to(HERE / name))
    return next(places, len(LONGEST))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Ends the run with a line that says what was left out, after all else has been said."""
    yield
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(session.config, "workerinput"):
        left_out = reasons(session.config, reporter.stats.get("skipped", []))
        reporter.write_line(sentence(left_out))
        if reporter.stats.get("skipped") and services.NOTHING_SKIPPED:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


class TestClock:
    """Seconds since the epoch that move only when a test says so."""

    __test__ = False

    def __init__(self, now: int = NOW) -> None:
        self.now = now
        self.stepped = 0

    def __call__(self) -> int:
        return self.now

    def advance(self, seconds: int) -> None:
        self.now += seconds

    def step_back(self, seconds: int) -> None:
        """As a machine whose time was wrong; what is `ages` goes on."""
        self.now -= seconds
        self.stepped += seconds

    def ages(self) -> int:
        return self.now + self.stepped


@pytest.fixture(scope="session")
def one_clock() -> TestClock:
    return TestClock()


@pytest.fixture
def clock(one_clock: TestClock) -> TestClock:
    """Always the same object, which applications that tests share go by; set back for each."""
    one_clock.now, one_clock.stepped = NOW, 0
    return one_clock


@pytest.fixture(scope="session")
def shared() -> Iterator[None]:
    """What tests share is put away at the end of the run."""
    yield
    APPLICATIONS.forget()
    drop_shared_databases()


@pytest.fixture(scope="session", params=DIALECTS)
def database(request: pytest.FixtureRequest, shared: None) -> Database:
    """A database of our own on each server that is found, dropped at the end of the run.

    A machine without PostgreSQL or MariaDB skips those with a message; with ``CI=true`` a
    missing server is an error, so that nothing is skipped unseen.
    """
    return shared_database(request.param)


@pytest.fixture(scope="session")
def sqlite(shared: None) -> Database:
    """For what does not differ between databases."""
    return shared_database("sqlite")


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    yield database.engine
    database.empty()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis database that tests may fill and empty."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        redis.Redis.from_url(url, socket_connect_timeout=1).ping()
    except redis.RedisError as error:
        services.no_answer("Redis", url, error)
    return url


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The whole demo as live servers; a test that asks for it is marked slow or browser."""
    with running_demo(tmp_path_factory.mktemp("demo")) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def live_sandbox() -> Iterator[LiveSandbox]:
    sandbox = LiveSandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture
def wechat(live_sandbox: LiveSandbox) -> LiveSandbox:
    """A local WeChat on a real socket, with the demo's people and apps and nothing else."""
    live_sandbox.reset()
    return live_sandbox
