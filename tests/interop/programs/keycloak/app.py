"""Keycloak, which knows people from Qiao, and an application that signs in to Keycloak.

Both answer at one port: what is not the application's is handed on.
"""

import os
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

URL, PORT, FOLDER = os.environ["URL"], int(os.environ["PORT"]), Path(os.environ["FOLDER"])
PASSED_ON = ("cookie", "content-type", "accept", "accept-language", "authorization", "user-agent")
KEPT_BACK = ("transfer-encoding", "content-encoding", "content-length", "connection")
REALM = f"{URL}/realms/master"
PROTOCOL = f"{REALM}/protocol/openid-connect"
ADMIN = {"username": "admin", "password": "only-for-this-test"}
known: dict[str, str] = {}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


BEHIND = f"http://127.0.0.1:{(behind := free_port())}"


class Front(BaseHTTPRequestHandler):
    """The application's pages, and Keycloak's for everything else."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        page = PAGES.get(parts.path)
        if page is None:
            self.hand_on()
        else:
            self.tell(*page({name: each[0] for name, each in parse_qs(parts.query).items()}))

    def do_POST(self) -> None:
        self.hand_on()

    def tell(self, status: int, text: str) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", text)
        self.end_headers()
        self.wfile.write(text.encode())

    def hand_on(self) -> None:
        sent = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = requests.request(
            self.command, BEHIND + self.path, headers=sent, data=body, allow_redirects=False
        )
        self.send_response(told.status_code)
        for name, value in told.raw.headers.items():
            if name.lower() not in KEPT_BACK:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told.content)

    def log_message(self, *_: object) -> None:
        """Keycloak's own log is enough."""


def login(_: dict[str, str]) -> tuple[int, str]:
    """The hint is what sends people straight on to the broker's source."""
    asked = {"client_id": "app", "response_type": "code", "scope": "openid", "kc_idp_hint": "qiao"}
    return 302, f"{PROTOCOL}/auth?{urlencode({**asked, 'redirect_uri': URL + '/callback'})}"


def callback(told: dict[str, str]) -> tuple[int, str]:
    form = {"grant_type": "authorization_code", "client_id": "app", "client_secret": "secret"}
    sent = {**form, "code": told.get("code", ""), "redirect_uri": URL + "/callback"}
    answer = requests.post(f"{PROTOCOL}/token", sent)
    if not answer.ok:
        return 500, f"{told} {answer.text}"
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    person = requests.get(f"{PROTOCOL}/userinfo", headers=bearer).text
    known.update(person=person, id_token=answer.json()["id_token"])
    return 302, "/me"


def me(_: dict[str, str]) -> tuple[int, str]:
    return (200, known["person"]) if known else (401, "nobody")


def logout(_: dict[str, str]) -> tuple[int, str]:
    sent = {"id_token_hint": known.pop("id_token"), "post_logout_redirect_uri": URL + "/"}
    known.clear()
    return 302, f"{PROTOCOL}/logout?{urlencode(sent)}"


PAGES = {
    "/": lambda _: (200, "home"),
    "/login": login,
    "/callback": callback,
    "/me": me,
    "/logout": logout,
}


def start_keycloak() -> "subprocess.Popen[bytes]":
    script = next(FOLDER.glob("keycloak-*/bin/kc.sh"))
    address = (f"--http-port={behind}", f"--hostname={URL}", "--http-host=127.0.0.1")
    settings = {
        "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN["username"],
        "KC_BOOTSTRAP_ADMIN_PASSWORD": ADMIN["password"],
        "JAVA_OPTS_APPEND": "-Xmx640m -XX:TieredStopAtLevel=1",
    }
    return subprocess.Popen((str(script), "start-dev", *address), env={**os.environ, **settings})


class Administration:
    """Keycloak's admin API, as its console uses it."""

    def __init__(self) -> None:
        form = {**ADMIN, "grant_type": "password", "client_id": "admin-cli"}
        told = requests.post(f"{BEHIND}/realms/master/protocol/openid-connect/token", form)
        told.raise_for_status()
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {told.json()['access_token']}"

    def ask(self, method: str, path: str, document: object = None) -> requests.Response:
        answer = self._http.request(method, f"{BEHIND}/admin/realms/master/{path}", json=document)
        if not answer.ok:
            sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer

    def set_up(self, provider: dict[str, str]) -> None:
        asked = {
            "providerId": "oidc",
            "fromUrl": os.environ["ISSUER"] + "/.well-known/openid-configuration",
        }
        found = self.ask("POST", "identity-provider/import-config", asked).json()
        source = {"alias": "qiao", "providerId": "oidc", "enabled": True, "trustEmail": False}
        instance = {**source, "config": {**found, **provider}}
        self.ask("POST", "identity-provider/instances", instance)
        app = {"clientId": "app", "secret": "secret", "redirectUris": [f"{URL}/*"]}
        bye = {"attributes": {"post.logout.redirect.uris": f"{URL}/"}}
        self.ask("POST", "clients", {**app, **bye})
        for one in self.ask("GET", "authentication/flows/first broker login/executions").json():
            if one.get("providerId") == "idp-review-profile":
                config = self.ask(
                    "GET", f"authentication/config/{one['authenticationConfig']}"
                ).json()
                config["config"]["update.profile.on.first.login"] = "off"
                self.ask("PUT", f"authentication/config/{config['id']}", config)


def pasted() -> dict[str, str]:
    """What the preset says of each line on the page "Identity providers"."""
    values = {"clientId": os.environ["CLIENT_ID"], "clientSecret": os.environ["CLIENT_SECRET"]}
    lines = dict(line.split(": ", 1) for line in os.environ["PASTED"].splitlines() if ": " in line)
    if not lines:
        return values
    assert lines["Client authentication"] == "Client secret sent as basic auth"
    assert lines["Use PKCE"] == "on, S256"
    pkce = {"pkceEnabled": "true", "pkceMethod": "S256"}
    told = {"clientId": lines["Client ID"], "clientSecret": lines["Client Secret"]}
    return {
        **told,
        **pkce,
        "clientAuthMethod": "client_secret_basic",
        "defaultScope": lines["Scopes"],
    }


def main() -> None:
    keycloak = start_keycloak()
    while True:
        if keycloak.poll() is not None:
            sys.exit("Keycloak does not start")
        try:
            requests.get(BEHIND, timeout=5, allow_redirects=False)
            break
        except requests.RequestException:
            time.sleep(1)
    Administration().set_up(pasted())
    ThreadingHTTPServer(("127.0.0.1", PORT), Front).serve_forever()


main()
