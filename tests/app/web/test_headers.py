"""What browsers are told of our pages."""

from collections.abc import Iterator

import pytest

from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site, build_site, close, fill
from tests.conftest import TestClock
from tests.sandbox_server import LiveSandbox


@pytest.fixture
def secure(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    site = build_site(wechat, clock, issuer="https://login.example.com")
    with site.app.app_context():
        fill(site)
        yield site
        close(site)


@pytest.mark.parametrize(
    "path",
    ["/authorize", "/logout", "/device", "/account", "/sign-out", "/sign-in/x", "/consent/x", "/x"],
)
def test_page_that_an_application_may_open_keeps_its_opener(site: Site, path: str) -> None:
    page = site.browser().get(path)

    assert page.mimetype == "text/html"
    assert "Cross-Origin-Opener-Policy" not in page.headers
    assert page.headers["X-Frame-Options"] == "DENY"


def test_sign_in_and_consent_pages_keep_their_opener(site: Site) -> None:
    interaction = site.park(site.client())

    page = site.browser().get(f"/sign-in/{interaction}")

    assert page.status_code == 200
    assert "Cross-Origin-Opener-Policy" not in page.headers


def test_console_has_no_opener(site: Site) -> None:
    page = site.browser().get("/admin/sign-in")

    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_hosts_below_ours_are_not_spoken_for(secure: Site) -> None:
    page = secure.browser().get("/device")

    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_hosts_below_ours_are_spoken_for_where_that_is_said(
    wechat: LiveSandbox, clock: TestClock
) -> None:
    site = build_site(wechat, clock, issuer="https://login.example.com", hsts_subdomains=True)
    with site.app.app_context():
        fill(site)
        page = site.browser().get("/device")
        close(site)

    assert page.headers["Strict-Transport-Security"].endswith("; includeSubDomains")


@pytest.mark.parametrize("path", ["/admin", "//admin", "/admin//log"])
def test_path_that_is_put_right_leads_to_our_own_host(site: Site, path: str) -> None:
    answer = site.app.test_client().get(path, headers={"Host": "evil.example"})

    assert "evil.example" not in (answer.location or "")
    assert answer.status_code in (303, 308, 404)
    if answer.status_code == 308:
        assert answer.location.startswith("http://127.0.0.1:8000/")


def test_exported_log_is_kept_by_no_cache(site: Site) -> None:
    make_admin(site, "han")
    console = Console(site.app.test_client())
    console.sign_in("han")

    export = console.get("/admin/log.csv")

    assert export.mimetype == "text/csv"
    assert export.headers["Cache-Control"] == "no-store"
