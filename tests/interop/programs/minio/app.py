"""MinIO with what Qiao says to paste, and an application whose people get keys of MinIO's."""

import base64
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

settings = dict(line.split("=", 1) for line in os.environ["PASTED"].splitlines() if "=" in line)
ID, SECRET, BACK = (
    settings[f"MINIO_IDENTITY_OPENID_{name}"]
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")
)
asked: dict[str, str] = {}
known: dict[str, object] = {}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


STORE, CONSOLE = (f"127.0.0.1:{free_port()}" for _ in range(2))


def ask(url: str, data: bytes | None = None, **headers: str) -> tuple[bytes, str]:
    """What is answered, and which cookie is set. :raises HTTPError:"""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, sent)
    with urllib.request.urlopen(request, timeout=90) as answer:
        return answer.read(), answer.headers.get("Set-Cookie", "")


def basic() -> str:
    return "Basic " + base64.b64encode(f"{ID}:{SECRET}".encode()).decode()


def keys_for(id_token: str) -> dict[str, str]:
    """MinIO names a role by its client's id; ``mc idp openid info`` shows it."""
    named = base64.urlsafe_b64encode(hashlib.sha1(ID.encode()).digest()).decode().rstrip("=")
    form = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": f"arn:minio:iam:::role/{named}",
        "WebIdentityToken": id_token,
    }
    told, _ = ask(f"http://{STORE}/?{urlencode(form)}", b"")
    found = xml.etree.ElementTree.fromstring(told).iter()
    return {one.tag.split("}")[-1]: one.text or "" for one in found}


def enter(keys: dict[str, str]) -> object:
    """What the console lets somebody with these keys do."""
    sent = {"accessKey": keys["AccessKeyId"], "secretKey": keys["SecretAccessKey"]}
    body = json.dumps({**sent, "sts": keys["SessionToken"]}).encode()
    _, cookie = ask(f"http://{CONSOLE}/api/v1/login", body, Content_Type="application/json")
    told, _ = ask(f"http://{CONSOLE}/api/v1/session", Cookie=cookie.split(";")[0])
    return json.loads(told)


def login(_: dict[str, str]) -> tuple[int, str]:
    asked.update(state=secrets.token_hex(16), nonce=secrets.token_hex(16))
    scopes = settings["MINIO_IDENTITY_OPENID_SCOPES"].replace(",", " ")
    sent = {"response_type": "code", "client_id": ID, "redirect_uri": BACK, "scope": scopes}
    return 302, f"{os.environ['ISSUER']}/authorize?{urlencode({**sent, **asked})}"


def callback(told: dict[str, str]) -> tuple[int, str]:
    if told.get("state") != asked["state"]:
        return 403, str(told)
    form = {"grant_type": "authorization_code", "code": told.get("code", ""), "redirect_uri": BACK}
    address = f"{os.environ['ISSUER']}/token"
    tokens, _ = ask(address, urlencode(form).encode(), Authorization=basic())
    id_token = json.loads(tokens)["id_token"]
    part = id_token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    session = enter(keys_for(id_token))  # MinIO verifies the token
    known.update(claims, may=session)
    return 302, "/me"


def me(_: dict[str, str]) -> tuple[int, str]:
    return (200, json.dumps(known)) if known else (401, "nobody")


PAGES = {"/": lambda _: (200, "home"), "/login": login, "/oauth_callback": callback, "/me": me}


class Front(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        page = PAGES.get(parts.path, lambda _: (404, "nothing"))
        try:
            status, text = page({name: each[0] for name, each in parse_qs(parts.query).items()})
        except urllib.error.HTTPError as error:
            status, text = 500, f"{error.url} {error.code} {error.read().decode()}"
        self.send_response(status)
        if status == 302:
            self.send_header("Location", text)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """MinIO's own log is enough."""


def main() -> None:
    folder = Path(os.environ["FOLDER"]) / f"data-{os.environ['PORT']}"
    command = ["./program", "server", "--address", STORE, "--console-address", CONSOLE, str(folder)]
    root = {"MINIO_ROOT_USER": "only-for", "MINIO_ROOT_PASSWORD": "this-test-alone"}
    server = subprocess.Popen(command, env={**os.environ, **settings, **root})
    while True:
        if server.poll() is not None:
            sys.exit("MinIO does not start")
        try:
            ask(f"http://{STORE}/minio/health/ready")
            ask(f"http://{CONSOLE}/api/v1/login")
            break
        except OSError:
            time.sleep(1)
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Front).serve_forever()


main()
