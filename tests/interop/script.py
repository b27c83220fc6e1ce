"""Runs a script of Node.js that is a client, with a person beside it who does what it asks.

The two speak in lines of JSON: the script asks to ``browse`` an address or to ``confirm`` in the
mini program, and in the end it has ``told`` what it knows.
"""

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import IO, Any

from tests import services
from tests.interop.person import Person

CLIENTS = Path(__file__).parent / "clients"
PATIENCE = 240.0
"""Seconds for a whole script."""


def run(
    name: str, person: Person, authority: Path | None = None, **settings: Any
) -> dict[str, Any]:
    """What the script tells; fails with its complaint when it ends without telling anything.

    :param authority: a file with the certificate that the script is to believe.
    :param settings: what the script is to know: the issuer, its registration, its keys.
    """
    command = [services.node(), "--import", str(CLIENTS / "webcrypto.mjs"), str(CLIENTS / name)]
    if not (CLIENTS.parent / "node_modules").is_dir():
        services.missing("the clients are not installed: npm ci --prefix tests/interop")
    return converse(command, person, settings, authority)


def converse(
    command: list[str],
    person: Person,
    settings: dict[str, Any],
    authority: Path | None = None,
) -> dict[str, Any]:
    """The same with any program that speaks so."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    surroundings = environment(authority)
    with subprocess.Popen(command, text=True, env=surroundings, **pipes) as script:  # type: ignore[call-overload]
        watch = threading.Timer(PATIENCE, script.kill)
        watch.start()
        try:
            send(script.stdin, settings)
            return _converse(script, person)
        finally:
            watch.cancel()
            script.kill()


def environment(authority: Path | None) -> dict[str, str]:
    """Ours without a proxy: everything is on this machine."""
    ours = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return {**ours, "NODE_EXTRA_CA_CERTS": str(authority)} if authority else ours


def send(pipe: IO[str], message: object) -> None:
    pipe.write(json.dumps(message) + "\n")
    pipe.flush()


def _converse(script: "subprocess.Popen[str]", person: Person) -> dict[str, Any]:
    said: list[str] = []
    for line in script.stdout:  # type: ignore[union-attr]
        asked = _read(line)
        if "told" in asked:
            return dict(asked["told"])
        if "browse" in asked:
            send(script.stdin, {"landed": person.browse(asked["browse"])})  # type: ignore[arg-type]
        elif "confirm" in asked:
            person.confirm(asked["confirm"], asked["number"])
            send(script.stdin, {})  # type: ignore[arg-type]
        else:
            said.append(line)
    raise AssertionError("the client failed:\n" + "".join(said))


def _read(line: str) -> dict[str, Any]:
    """The question in a line; nothing when the line is a complaint."""
    try:
        asked = json.loads(line)
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}
