"""The files that a deployment is filled with, and what the suite is told, for people and programs.

``ada.json``, ``eve.json`` and ``clients.json`` are for Qiao's commands, which ``load.sh`` runs;
``suite.json`` keeps what only the two sides know; ``plans/`` has, for each plan, what the suite's
form takes as JSON.
"""

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.clients import PROFILES, Credentials, registrations
from tests.conformance.configuration import configuration
from tests.conformance.deployment import DeploymentError, Target
from tests.conformance.plans import PLANS


@dataclass(frozen=True)
class Files:
    """:param clients: for ``clients add --from-json``. :param known: the credentials."""

    clients: Path
    known: Path


def write_files(folder: Path, suite: str, credentials: Credentials) -> Files:
    """Writes all but the plans; secrets are readable by their owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, profile in PROFILES.items():
        _write(folder / f"{name}.json", profile)
    files = Files(folder / "clients.json", folder / "suite.json")
    _write(files.clients, registrations(suite, credentials))
    _write(files.known, credentials.document())
    return files


def write_loading(folder: Path, credentials: Credentials) -> Path:
    """A script that loads the files into the deployment whose settings are in the environment."""
    flask = '"${FLASK:-.venv/bin/flask}" --app wsgi'
    accounts = [
        f"ACCOUNT_PASSWORD={shlex.quote(password)} {flask} accounts create {name} "
        f"--profile {shlex.quote(str(folder / f'{name}.json'))}"
        for name, password in credentials.passwords.items()
    ]
    clients = f"{flask} clients add --from-json {shlex.quote(str(folder / 'clients.json'))} --json"
    script = folder / "load.sh"
    script.touch(mode=0o600)
    lines = ["set -e", *accounts, f"{clients} > /dev/null", 'echo "Persons and clients are there."']
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return script


def write_plans(folder: Path, target: Target) -> list[Path]:
    """What the suite is told for each plan, to be pasted where it is configured by hand."""
    (folder / "plans").mkdir(parents=True, exist_ok=True)
    written = [folder / "plans" / f"{plan.key}.json" for plan in PLANS]
    for plan, file in zip(PLANS, written, strict=True):
        _write(file, configuration(plan, target))
    return written


def read_credentials(folder: Path) -> Credentials:
    """What ``write_files`` has kept. :raises DeploymentError: there is nothing of the kind."""
    try:
        document = json.loads((folder / "suite.json").read_text(encoding="utf-8"))
        return Credentials(**document)
    except (OSError, ValueError, TypeError) as error:
        raise DeploymentError(
            f"There is no usable suite.json in {folder}: prepare the deployment with --prepare."
        ) from error


def _write(file: Path, document: Any) -> None:
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
