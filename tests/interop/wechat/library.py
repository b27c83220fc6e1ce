"""Runs a program that uses somebody's WeChat library, with a person beside it who says yes.

The two speak in lines of JSON, as the clients of the folder above do: the program asks to
``authorize`` an address, to ``mint`` a code as a phone does, or for anything else that happens
outside of it (``control``), and in the end it has ``told`` what it knows.
"""

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

from tests.interop.script import send
from tests.interop.wechat.tunnel import Tunnel
from tests.sandbox_server import LiveSandbox

PATIENCE = 60.0
"""Seconds for a whole program."""
PERSON = "han-meimei"


def run(
    command: list[str], wechat: LiveSandbox, through: Tunnel, **settings: Any
) -> dict[str, Any]:
    """What the program tells; fails with its complaint when it ends without telling anything."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    surroundings = environment(through)
    with subprocess.Popen(command, text=True, env=surroundings, **pipes) as program:  # type: ignore[call-overload]
        watch = threading.Timer(PATIENCE, program.kill)
        watch.start()
        try:
            send(program.stdin, {**settings, "proxy": through.url})
            return _converse(program, wechat)
        finally:
            watch.cancel()
            program.kill()


def environment(through: Tunnel) -> dict[str, str]:
    """Proxy and authority where each language looks for them."""
    ours = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    authority = str(through.authority)
    return {
        **ours,
        "HTTPS_PROXY": through.url,
        "REQUESTS_CA_BUNDLE": authority,
        "NODE_EXTRA_CA_CERTS": authority,
    }


def _converse(program: "subprocess.Popen[str]", wechat: LiveSandbox) -> dict[str, Any]:
    said: list[str] = []
    for line in program.stdout:  # type: ignore[union-attr]
        asked = _read(line)
        if "told" in asked:
            return dict(asked["told"])
        if "authorize" in asked:
            send(program.stdin, {"location": wechat.authorize(asked["authorize"], PERSON)})  # type: ignore[arg-type]
        elif "control" in asked:
            send(program.stdin, wechat.control("POST", asked["control"], asked["body"]))  # type: ignore[arg-type]
        else:
            said.append(line)
    raise AssertionError("the library failed:\n" + "".join(said[-60:]))


def _read(line: str) -> dict[str, Any]:
    """The question in a line; nothing when the line is a complaint."""
    try:
        asked = json.loads(line)
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}


def path(name: str) -> Path:
    return Path(__file__).parent / name
