"""``doctor`` calls other servers, and says why a certificate was refused."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from app.settings import Settings
from oidc.outbound.http_client import Outbound
from tests.app.management.cli.conftest import SECRET, Hire, Operator
from tests.app.management.cli.test_doctor import NOWHERE, Found, examine, levels, migrated
from tests.certificates import Authority
from tests.databases import Database
from tests.oidc.outbound.https_server import AUTHORITY, answer, contexts, serve
from tests.sandbox_server import MINI_PROGRAM, LiveSandbox
from tests.wechat_apps import wechat_app

REFUSED = "unable to get local issuer certificate"
EMPTY_PORT = f"{NOWHERE.replace('http:', 'https:')}/keys"
DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def settings(sqlite: Database) -> Iterator[Settings]:
    """Of a deployment with tables."""
    with Session(sqlite.engine) as session:
        migrated(session, ScriptDirectory("migrations").get_current_head() or "")
    yield Settings(
        issuer=NOWHERE,
        secret_keys=(SECRET,),
        database_url=make_url(sqlite.url),
        wechat_sandbox=True,
        wechat_api_base=NOWHERE,
    )
    with Session(sqlite.engine) as session:
        session.execute(text("DROP TABLE alembic_version"))
        session.commit()
    sqlite.empty()


class Discovery(BaseHTTPRequestHandler):
    """Answers every question with a discovery document that names the server asked for."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"issuer": f"https://{self.headers['Host']}"}).encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class Server(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """Says nothing of callers that hang up."""


@contextmanager
def secured(folder: Path, authority: Authority) -> Iterator[str]:
    """The address of an https server that the authority vouches for."""
    tls, _ = contexts(folder, "localhost", authority)
    with Server(("127.0.0.1", 0), Discovery) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"https://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server whose authority is not the one that is believed here."""
    believed = tmp_path / "believed.pem"
    believed.write_text(Authority().certificate())
    monkeypatch.setenv("SSL_CERT_FILE", str(believed))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with secured(tmp_path, Authority(name="Another authority")) as address:
        yield address


def test_refused_certificate_of_the_issuer_is_told_with_the_reason(
    hire: Hire, settings: Settings, elsewhere: str
) -> None:
    found = examine(hire(replace(settings, issuer=elsewhere)))

    assert levels(found, "issuer") == ["warn"]
    assert f"(SSLError: {REFUSED})" in found["issuer"][0]["what"]


def test_issuer_is_judged_by_the_authorities_that_are_believed_here(
    hire: Hire, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / AUTHORITY))
    with secured(tmp_path, Authority()) as address:
        found = examine(hire(replace(settings, issuer=address)))

    assert levels(found, "issuer") == ["ok"], found["issuer"]


def test_refused_certificate_of_the_upstream_is_told_with_the_reason(
    hire: Hire, settings: Settings, elsewhere: str
) -> None:
    found = examine(with_credential(hire(replace(settings, wechat_api_base=elsewhere))))

    assert levels(found, "upstream") == ["warn"]
    assert f"(SSLError: {REFUSED})" in found["upstream"][0]["what"]


def test_upstream_that_answers_is_ok(hire: Hire, settings: Settings, wechat: LiveSandbox) -> None:
    found = examine(with_credential(hire(replace(settings, wechat_api_base=wechat.url))))

    assert levels(found, "upstream") == ["ok"], found["upstream"]


def test_nobody_is_called_on_behalf_of_nothing(hire: Hire, settings: Settings) -> None:
    assert {"upstream", "applications"} & set(examine(hire(settings))) == set()


def test_servers_of_applications_that_cannot_be_called_are_named(
    hire: Hire, settings: Settings, tmp_path: Path
) -> None:
    with serve(tmp_path, answer(b"{}"), name="other.example") as server:
        reach = Outbound(allow_loopback_http=True, tls=server.client_tls)
        operator = hire(settings, reach)
        register(operator, "bank", server.url("/keys", host="localhost"))
        register(operator, "bank-too", server.url("/more-keys", host="localhost"))
        register(operator, "intranet", "https://192.168.1.1/keys")
        register(operator, "nobody", EMPTY_PORT)

        found = by_application(examine(operator))

    assert list(found) == ["bank", "intranet", "nobody"]
    assert "is refused: Hostname mismatch" in found["bank"]["what"]
    assert "docs/operations.md" in found["bank"]["mend"]
    assert "public address" in found["intranet"]["what"]
    assert "QIAO_OUTBOUND_NETWORKS" in found["intranet"]["mend"]
    assert "does not answer" in found["nobody"]["what"]


def test_servers_of_applications_that_can_be_called_are_counted(
    hire: Hire, settings: Settings, tmp_path: Path
) -> None:
    with serve(tmp_path, answer(b"{}"), name="localhost") as server:
        operator = hire(settings, Outbound(allow_loopback_http=True, tls=server.client_tls))
        register(operator, "bank", server.url("/keys", host="localhost"))
        register(operator, "closed", "https://192.168.1.1/keys")
        operator.run("clients", "disable", "closed")

        [finding] = examine(operator)["applications"]

    assert (finding["level"], finding["what"][:9]) == ("ok", "1 servers")
    assert server.requests == []


def test_native_application_that_nobody_has_made_known_is_named(
    hire: Hire, settings: Settings
) -> None:
    operator = with_credential(hire(settings))
    operator.run("connections", "add", "wechat", "--mode", "wechat-miniprogram", "--name", "WeChat")
    for client_id, more in (("app", {}), ("known", {"mobile_app_ids": ["wx1234567890abcdef"]})):
        document = {
            "client_id": client_id,
            "redirect_uris": ["com.example.app:/back"],
            "application_type": "native",
            "token_endpoint_auth_method": "none",
            "first_party": True,
            **more,
        }
        operator.run("clients", "add", "--from-json", "-", typed=json.dumps(document))
        operator.run("connections", "enable", "wechat", "--client", client_id)

    [finding] = examine(operator)["applications"]

    assert finding["level"] == "warn"
    assert "without a mobile AppID: app." in finding["what"]
    assert "clients change app --mobile-app" in finding["mend"]


def with_credential(operator: Operator) -> Operator:
    fields = wechat_app(MINI_PROGRAM.appid, "miniprogram", MINI_PROGRAM.secret, is_default=True)
    with operator.app.app_context():
        session = operator.app.extensions["sqlalchemy"].session
        operator.federation.credentials.of("wechat").create(session(), fields)
        session.commit()
    return operator


def register(operator: Operator, client_id: str, jwks_uri: str) -> None:
    document = {
        "client_id": client_id,
        "redirect_uris": ["https://bank.example/callback"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": jwks_uri,
    }
    operator.run("clients", "add", "--from-json", "-", typed=json.dumps(document))


def by_application(found: Found) -> dict[str, dict[str, str]]:
    return {finding["what"].partition(":")[0]: finding for finding in found["applications"]}
