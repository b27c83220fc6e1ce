"""docs/certification.md can be followed word for word: its tables, files and commands are real."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.database import db
from app.factory import create_app
from app.settings_reading import read_settings
from tests.conformance.__main__ import main
from tests.conformance.clients import CLIENTS, Credentials, registrations
from tests.conformance.plans import PLANS, Plan
from tests.conformance.scratch import SIGNING_ALGORITHMS
from tests.source import ROOT

PAGE = (ROOT / "docs" / "certification.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip("`"): cells[1:]
    for line in re.findall(r"^\| (`.*`-certification.*|`.+) \|$", PAGE, re.MULTILINE)
    if len(cells := line.split(" | ")) == 5
}
COMMANDS = re.findall(r"^(\S.*)$", "\n".join(re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)), re.M)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
def test_row_of_a_plan_is_what_is_run(plan: Plan) -> None:
    name, variant, clients, expected = ROWS[plan.key]

    chosen = ", ".join(f"`{key}={value}`" for key, value in plan.variant.items())
    own = (
        ", ".join(f"`{client.client_id}`" for client in CLIENTS[plan.clients])
        if plan.clients
        else ""
    )
    assert name == f"`{plan.name}`"
    assert variant == (chosen or "–")
    assert clients == own or (not own and clients in ("none", "its own"))
    assert expected


def test_there_are_no_other_rows() -> None:
    assert list(ROWS) == [plan.key for plan in PLANS]


def test_addresses_are_those_that_are_told() -> None:
    found = registrations("https://suite.example", Credentials.new("qiao"))
    told = {each["client_id"]: each for each in found}

    assert "`https://suite.example/test/a/<alias>/callback`" in PAGE
    for client_id, path in (
        ("suite-logout", "post_logout_redirect"),
        ("suite-back", "backchannel_logout"),
        ("suite-front", "frontchannel_logout"),
    ):
        assert f"`{client_id}`" in PAGE
        assert f"`{path}`" in PAGE
        assert path in json.dumps(told[client_id])


def exported() -> dict[str, str]:
    """The settings of the page, with what its commands in between make."""
    lines = [line for line in COMMANDS if line.startswith("export ") and "OUTBOUND" not in line]
    words = " ".join(line.removeprefix("export ") for line in lines)
    return {
        name: "a secret that somebody has made for this page alone" if value[0] == "$" else value
        for name, value in re.findall(r"(QIAO_\w+)=(\$\(.*?\)\)'\)|\S+)", words)
    }


def test_settings_of_the_page_start_a_server() -> None:
    settings = exported()

    read = read_settings(settings)

    assert {"QIAO_ISSUER", "QIAO_SECRET_KEYS", "QIAO_PAIRWISE_SALT"} <= set(settings)
    assert (read.registration, read.local_login, read.trusted_proxies) == ("open", True, 1)
    assert read.registration_requires_pkce == "never"
    assert ",".join(read.signing_algorithms) == SIGNING_ALGORITHMS


def test_commands_make_the_persons_and_the_clients(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``--prepare``, ``db upgrade`` and ``load.sh``, in the page's order, on a new database."""
    files = tmp_path / "given"
    prepare = ["--suite", "https://suite.example", "--issuer", "https://op.example", "--prepare"]
    assert main([*prepare, "--files", str(files)]) == 0
    told = capsys.readouterr().out
    settings = {**exported(), "QIAO_DATABASE_URL": f"sqlite:///{tmp_path / 'qiao.sqlite3'}"}
    flask = f"{sys.executable} -m flask"
    environment = {**os.environ, **settings}

    run(f"{flask} --app wsgi db upgrade", environment)
    (files / "load.sh").write_text(
        (files / "load.sh").read_text().replace('"${FLASK:-.venv/bin/flask}"', flask)
    )
    said = run(f"sh {files / 'load.sh'}", environment)

    assert "sh var/conformance/given/load.sh" in COMMANDS
    assert f"sh {files / 'load.sh'}" in told
    assert said.endswith("Persons and clients are there.\n")
    app = create_app(read_settings(settings))
    with app.app_context():
        clients = {
            each.client_id: each for each in app.extensions["oidc"].clients.page(db.session())
        }
        db.session.remove()
        db.engine.dispose()
    wanted = {each["client_id"]: each for each in json.loads((files / "clients.json").read_text())}
    assert set(clients) == set(wanted)
    for name, document in wanted.items():
        secret = document.get("client_secret")
        assert secret is None or clients[name].check_client_secret(secret), name
        assert clients[name].metadata.is_fapi2 == (document.get("profile") == "fapi2")
        assert clients[name].metadata.require_pkce == (secret is None)


def run(command: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, shell=True, cwd=ROOT, env=environment, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_makefile_has_the_command_of_the_page() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert "make conformance SUITE=https://suite.example ISSUER=https://op.example" in COMMANDS
    assert 'tests.conformance --suite "$(SUITE)" --issuer "$(ISSUER)" $(ARGS)' in makefile
