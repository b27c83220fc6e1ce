"""The files on docs/certification.md make what the conformance suite needs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.database import db
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import build_deployment, close
from tests.sandbox_server import LiveSandbox
from tests.source import ROOT
from tests.spec.suite import PROFILE_CLAIMS

PAGE = (ROOT / "docs" / "certification.md").read_text(encoding="utf-8")


def file_named(name: str) -> Any:
    block = re.search(rf"`{re.escape(name)}`.*?```json\n(.*?)```", PAGE, re.DOTALL)
    assert block, name
    return json.loads(block[1])


def test_profile_has_every_claim_of_the_standard_scopes() -> None:
    others = {"email", "email_verified", "phone_number", "phone_number_verified", "address"}

    assert set(file_named("ada.json")) == PROFILE_CLAIMS | others


def test_commands_make_the_person_and_the_clients(
    sqlite: Database,
    wechat: LiveSandbox,
    clock: TestClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deployment = build_deployment(sqlite, wechat, clock, local_login=True)
    for name in ("ada.json", "clients.json"):
        (tmp_path / name).write_text(json.dumps(file_named(name)), encoding="utf-8")
    monkeypatch.setenv("ACCOUNT_PASSWORD", "correct horse battery staple")
    run = deployment.app.test_cli_runner().invoke

    person = run(args=["accounts", "create", "ada", "--profile", str(tmp_path / "ada.json")])
    added = run(args=["clients", "add", "--from-json", str(tmp_path / "clients.json"), "--json"])

    assert person.exit_code == 0, person.output
    assert added.exit_code == 0, added.output
    with deployment.app.app_context():
        clients = {each.client_id: each for each in deployment.provider.clients.page(db.session())}
    close(deployment)
    sqlite.empty()
    wanted = {each["client_id"]: each for each in file_named("clients.json")}
    assert set(clients) == set(wanted)
    for name, document in wanted.items():
        secret = document.get("client_secret")
        assert secret is None or clients[name].check_client_secret(secret), name
        assert clients[name].metadata.is_fapi2 == ("fapi" in name)
        assert clients[name].metadata.require_pkce == ("fapi" in name)
