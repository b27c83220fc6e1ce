"""``make probe-mcp``: one server that does nothing right, beside Qiao in ``test_mcp.py``."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.mcp_probe.__main__ import main


@pytest.fixture
def wrong() -> Iterator[str]:
    """Says that it is somebody else, knows no S256, and sends everybody everywhere."""

    class Wrong(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/.well-known/openid-configuration"):
                return self._say(200, told)
            if self.path.startswith("/authorize"):
                return self._say(302, {}, "https://evil.invalid/?code=1")
            return self._say(404, {})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/register":
                return self._say(201, {"client_id": "anybody"})
            return self._say(200, {"access_token": "for nothing"})

        def _say(self, status: int, document: object, location: str = "") -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Wrong) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        told = {
            "issuer": "https://somebody-else.example",
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "registration_endpoint": f"{url}/register",
            "jwks_uri": "http://login.example/jwks",
            "userinfo_endpoint": "http://login.example/userinfo",
            "response_types_supported": ["code", "token"],
            "grant_types_supported": ["password"],
            "code_challenge_methods_supported": ["plain"],
        }
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield url
        server.shutdown()
        thread.join()


def test_each_demand_that_is_not_met_is_named(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([wrong])

    lines = capsys.readouterr().out.splitlines()[1:-1]
    met = [line for line in lines if line.startswith("met")]
    assert code == 1
    assert len(lines) == 18
    assert [line.partition("  ")[2].split("  ")[-1] for line in met] == [
        "metadata are found (RFC 8414 or OpenID Connect Discovery)"
    ]


def test_address_of_nothing_and_no_address_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "URL=" in capsys.readouterr().err
