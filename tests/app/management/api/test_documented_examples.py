"""The commands of docs/api.md, one after the other as they stand there, on a new deployment."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.management.services.jobs import worker
from tests.app.management.api.program import Program
from tests.deployment import Deployment
from tests.source import ROOT

API = "$API"
TOKEN = "Authorization: Bearer $TOKEN"
ASSIGNED = re.compile(r"(\w+)=\$\((curl .*) \| jq -r \.(\w+)\)", re.DOTALL)


def commands() -> Iterator[str]:
    """Each ``curl`` with the program's token, its lines joined."""
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        begun = ""
        for line in block.splitlines():
            begun += line.removesuffix("\\") + " "
            if not line.endswith("\\") and begun.count("'") % 2 == 0:
                if TOKEN in begun:
                    yield begun.strip()
                begun = ""


@dataclass
class Terminal:
    """Carries out what a reader types, a secret in the place of each ``…``."""

    program: Program
    variables: dict[str, str] = field(default_factory=dict)

    def types(self, command: str) -> Any:
        """The answer; what the command assigns is kept."""
        assigned = ASSIGNED.fullmatch(command)
        answer = self._curl(assigned[2] if assigned else command)
        if assigned:
            self.variables[assigned[1]] = answer.get_json()[assigned[3]]
        return answer

    def _curl(self, command: str) -> Any:
        for name, value in self.variables.items():
            command = command.replace(f"${name}", value)
        words = shlex.split(command.replace("…", "s" * 32), comments=True)
        headers: dict[str, str] = {}
        method, body, address = "", None, ""
        rest = iter(words[1:])
        for word in rest:
            match word:
                case "-s":
                    pass
                case "-H":
                    name, _colon, value = next(rest).partition(": ")
                    headers[name] = value
                case "-X":
                    method = next(rest)
                case "--json":
                    body = json.loads(next(rest))
                case _:
                    address = word
        assert address.startswith(API), command
        path = address.removeprefix(API)
        assert "$" not in path, f"assigned nowhere before: {command}"
        assert headers.pop("Authorization")
        method = method or ("GET" if body is None else "POST")
        return self.program.send(method, path, body, **headers)


def test_documented_commands_work_one_after_the_other(
    deployment: Deployment, program: Program
) -> None:
    terminal, failed = Terminal(program), []
    found = list(commands())

    for command in found:
        answer = terminal.types(command)
        if answer.status_code >= 400:
            failed.append((command, answer.text))
        with deployment.app.app_context():
            worker.work_on_what_is_due()

    assert len(found) >= 30
    assert failed == []
