"""npm oidc-client-ts in Chromium: an application without a server signs in across origins."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import services
from tests.chromium import PATIENCE
from tests.interop.person import PASSWORD, USERNAME
from tests.interop.qiao import PROFILE, Qiao

HERE = Path(__file__).parent
LIBRARY = HERE / "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"
SCOPE = "openid profile email offline_access"
HOUR = 3600

pytestmark = pytest.mark.browser


@contextmanager
def application(port: int, settings: dict[str, Any]) -> Iterator[str]:
    """The application's files on an origin of its own; each unknown path is its one page."""
    script = "text/javascript"
    files = {
        "/oidc-client-ts.js": (LIBRARY.read_bytes(), script),
        "/application.js": ((HERE / "spa/application.js").read_bytes(), script),
        "/settings.json": (json.dumps(settings).encode(), "application/json"),
    }
    page = ((HERE / "spa/index.html").read_bytes(), "text/html")

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = files.get(self.path, page)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Files) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(locale="en") as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()


def shown(page: Page) -> dict[str, Any]:
    expect(page.locator("#user")).to_contain_text("profile")
    return dict(json.loads(page.locator("#user").inner_text()))


@pytest.mark.parametrize("bound", [False, True], ids=["bearer", "dpop"])
def test_application_in_a_browser_signs_in_renews_and_signs_out(
    qiao: Qiao, page: Page, bound: bool
) -> None:
    if not LIBRARY.is_file():
        services.missing("the clients are not installed: npm ci --prefix tests/interop")
    port = qiao.deployment.ports.application
    origin = f"http://127.0.0.1:{port}"
    client_id = f"browser-{bound}".lower()
    qiao.register(
        client_id,
        token_endpoint_auth_method="none",
        redirect_uris=[f"{origin}/callback"],
        post_logout_redirect_uris=[f"{origin}/"],
        grant_types=["authorization_code", "refresh_token"],
        dpop_bound_access_tokens=bound,
        scope=SCOPE,
    )
    settings = {
        "authority": qiao.issuer,
        "client_id": client_id,
        "scope": SCOPE,
        "bound": bound,
        # Renews by itself two seconds after each token, as it would an hour later.
        "accessTokenExpiringNotificationTimeInSeconds": HOUR - 2,
    }

    with application(port, settings):
        page.goto(origin)
        page.click("#sign-in")
        page.fill("#username", USERNAME)
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Sign in with password").click()
        page.click("button[value=allow]")
        signed_in = shown(page)
        expect(page.locator("#renewed")).not_to_have_text("0")
        renewed = shown(page)
        page.click("#sign-out")
        expect(page.locator("#user")).to_have_text("nobody")
        page.click("#look")
        expect(page.locator("#error")).to_have_text("login_required")

    assert signed_in["profile"]["email"] == PROFILE["email"]
    assert signed_in["token_type"].lower() == ("dpop" if bound else "bearer")
    assert renewed["profile"]["sub"] == signed_in["profile"]["sub"]
