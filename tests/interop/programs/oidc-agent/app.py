"""oidc-agent, set up with the command that Qiao says to paste, behind a page for its person."""

import json
import os
import re
import shlex
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

FOLDER, ISSUER = Path(os.environ["FOLDER"]), os.environ["ISSUER"]
ROOT = FOLDER / "root/usr"
SURROUNDINGS = {
    **os.environ,
    "HOME": str(FOLDER),
    "LD_LIBRARY_PATH": str(ROOT / "lib/x86_64-linux-gnu"),
    "PATH": f"{ROOT / 'bin'}:{os.environ['PATH']}",
    "OIDC_ENCRYPTION_PW": "only-for-this-test",
}
UNATTENDED = ("--pw-env", "--prompt=none", "--confirm-default", "--no-url-call", "--manual")


def begin_agent() -> None:
    (FOLDER / ".oidc-agent").mkdir(mode=0o700, exist_ok=True)
    told = FOLDER / "agent"  # no pipe: the agent stays, and would hold it open
    with told.open("w") as output:
        subprocess.run(("oidc-agent",), env=SURROUNDINGS, stdout=output, check=True)
    SURROUNDINGS.update(re.findall(r"(OIDC\w+)=([^;]+);", told.read_text()))


class Account:
    """What ``oidc-gen`` says while it waits for the person."""

    def __init__(self) -> None:
        command = (*shlex.split(os.environ["PASTED"]), *UNATTENDED)
        self.process = subprocess.Popen(
            command, env=SURROUNDINGS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def address(self) -> str:
        """With the code, which is what its QR code has in it."""
        for line in self.process.stdout or ():
            if found := re.search(r"enter the code: *([\w-]+)", line, re.IGNORECASE):
                threading.Thread(target=self.finish, daemon=True).start()
                return f"{ISSUER}/device?user_code={found[1]}"
            print(line, end="")
        return f"{ISSUER}/nothing-was-said"

    def finish(self) -> None:
        """Reads on, without the QR code."""
        for line in self.process.stdout or ():
            if line.isprintable() or "48;5" not in line:
                print(line, end="")


def token() -> str:
    """An access token from the agent; it refreshes when less than an hour and more is left."""
    command = ("oidc-token", "--time=4000", "qiao")
    return subprocess.run(
        command, env=SURROUNDINGS, capture_output=True, text=True, check=True
    ).stdout.strip()


class Pages(BaseHTTPRequestHandler):
    accounts: list[Account] = []

    def do_GET(self) -> None:
        if self.path == "/login":
            self.accounts.append(Account())
            self.tell(302, self.accounts[-1].address())
        elif self.path == "/me":
            self.accounts[-1].process.wait(timeout=60)
            bearer = {"Authorization": f"Bearer {token()}"}
            self.tell(200, requests.get(f"{ISSUER}/userinfo", headers=bearer).text)
        elif self.path == "/refresh":
            self.tell(200 if token() != token() else 500, json.dumps("refreshed"))
        else:
            self.tell(200, "home")

    def tell(self, status: int, text: str) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", text)
        self.end_headers()
        self.wfile.write(text.encode())


begin_agent()
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Pages).serve_forever()
