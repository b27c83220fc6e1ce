"""An operator at a terminal: commands run in a real application on each database."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from app.settings import Settings
from federation import Federation
from oidc.outbound.http_client import Outbound
from oidc.provider import Provider
from tests.applications import APPLICATIONS
from tests.conftest import TestClock
from tests.databases import Database
from tests.sandbox_server import MINI_PROGRAM
from tests.wechat_apps import wechat_app

SECRET = "a secret of the tests that is long enough"


@dataclass
class Operator:
    """Types commands: ``operator.run("clients", "list")``."""

    app: Flask
    clock: TestClock

    def try_to(self, *words: str, typed: str = "") -> Result:
        """Runs a command, whatever comes of it."""
        return self.app.test_cli_runner().invoke(args=list(words), input=typed)

    def run(self, *words: str, typed: str = "") -> str:
        """Runs a command that must succeed; what it printed."""
        result = self.try_to(*words, typed=typed)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    def read(self, *words: str, typed: str = "") -> Any:
        """The JSON that a command prints."""
        return json.loads(self.run(*words, "--json", typed=typed))

    def refused(self, *words: str, typed: str = "") -> str:
        """Runs a command that must be refused (exit code 1); what it said."""
        result = self.try_to(*words, typed=typed)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit), result.exception
        return str(result.stderr)

    @property
    def provider(self) -> Provider:
        provider: Provider = self.app.extensions["oidc"]
        return provider

    @property
    def federation(self) -> Federation:
        federation: Federation = self.app.extensions["federation"]
        return federation


@pytest.fixture
def settings(database: Database, engine: Engine) -> Settings:
    return Settings(
        issuer="http://127.0.0.1:8000", secret_keys=(SECRET,), database_url=make_url(database.url)
    )


Hire = Callable[..., Operator]


@pytest.fixture
def hire(clock: TestClock) -> Iterator[Hire]:
    """Makes operators of deployments with other settings, or another way to reach out."""
    hired: list[Operator] = []

    def hire(settings: Settings, outbound: Outbound | None = None) -> Operator:
        hired.append(Operator(APPLICATIONS.lend(settings, clock, outbound=outbound), clock))
        return hired[-1]

    yield hire
    for operator in hired:
        APPLICATIONS.give_back(operator.app)


@pytest.fixture
def operator(hire: Hire, settings: Settings) -> Operator:
    return hire(settings)


@pytest.fixture
def mini_program(operator: Operator, session: Session) -> str:
    """The AppID of the deployment's default mini program."""
    fields = wechat_app(MINI_PROGRAM.appid, "miniprogram", MINI_PROGRAM.secret, is_default=True)
    operator.federation.credentials.of("wechat").create(session, fields)
    session.commit()
    return MINI_PROGRAM.appid
