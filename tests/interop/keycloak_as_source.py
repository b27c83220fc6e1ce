"""Keycloak as a source: sign-in, signed user-info, tokens that are refreshed, sign-out both ways.

Maven fetches it (some 170 MB): ``make test-interop ONLY=keycloak-as-source`` runs this file by its
name, and pytest does not find it by itself. It speaks https, since its cookies are ``Secure``.
"""

import os
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest
import requests

from tests import services
from tests.app.site import Site, build_site, close, fill
from tests.certificates import Authority
from tests.conftest import TestClock
from tests.interop.told_logouts import ToldLogouts, told_logouts
from tests.interop.upstreams import BYE, PATIENCE, Downstream, Form, Visitor, browser_of
from tests.live import free_ports
from tests.sandbox_server import LiveSandbox

VERSION = "26.7.3"
ARTIFACT = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
REALM = Path(__file__).parent / "providers" / "keycloak.json"
SECRET = "a secret of ours at Keycloak"
STARTS_WITHIN = 1200
"""Seconds, on a machine that is busy; a minute on one that is not."""


@pytest.fixture(scope="module")
def told() -> Iterator[ToldLogouts]:
    with told_logouts() as server:
        yield server


@pytest.fixture(scope="module")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, unpacked."""
    for tool in ("mvn", "java"):
        if shutil.which(tool) is None:
            services.missing("Java and Maven are not installed")
    folder = tmp_path_factory.mktemp("keycloak")
    copying = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}"]
    subprocess.run([*copying, f"-DoutputDirectory={folder}"], check=True, timeout=600)
    with zipfile.ZipFile(folder / f"keycloak-quarkus-dist-{VERSION}.zip") as archive:
        archive.extractall(folder)
    return folder / f"keycloak-{VERSION}"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def believed(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with the certificate that vouches for Keycloak."""
    file = tmp_path_factory.mktemp("authority") / "authority.pem"
    file.write_text(authority.certificate())
    return str(file)


@pytest.fixture(scope="module")
def issuer(keycloak: Path, told: ToldLogouts, authority: Authority, believed: str) -> Iterator[str]:
    """A realm with us as its client."""
    imported = keycloak / "data" / "import"
    imported.mkdir(parents=True)
    realm = REALM.read_text().replace("BACKCHANNEL", told.url)
    (imported / "ours-realm.json").write_text(realm)
    ports = free_ports()
    port, management = ports.qiao, ports.sandbox
    command = ["sh", str(keycloak / "bin" / "kc.sh"), "start-dev", "--import-realm"]
    server_pem = keycloak / "server.pem"
    server_pem.write_text(authority.server("127.0.0.1"))
    command += [f"--https-certificate-file={server_pem}"]
    command += [f"--https-certificate-key-file={server_pem}"]
    command += ["--http-enabled=false", f"--https-port={port}"]
    command += [f"--http-management-port={management}", "--http-management-scheme=http"]
    command += ["--http-host=127.0.0.1", f"--hostname=https://127.0.0.1:{port}"]
    surroundings = {**os.environ, "JAVA_OPTS_APPEND": "-Xmx512m -XX:TieredStopAtLevel=1"}
    with (keycloak / "log").open("w") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, env=surroundings, start_new_session=True
        )
    address = f"https://127.0.0.1:{port}/realms/ours"
    try:
        _wait_for(address, server, keycloak / "log", believed)
        _warm(f"{address}/protocol/openid-connect", believed)
        yield address
    finally:
        os.killpg(server.pid, 15)
        server.wait(60)


def _wait_for(address: str, server: "subprocess.Popen[bytes]", log: Path, believed: str) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        with suppress(requests.RequestException):
            known = f"{address}/.well-known/openid-configuration"
            if requests.get(known, timeout=5, verify=believed).status_code == 200:
                return
        time.sleep(1)
    raise AssertionError(log.read_text()[-3000:])


def _warm(base: str, believed: str) -> None:
    """The first tokens of a fresh Keycloak take longer than we wait for anybody."""
    asked = {"grant_type": "password", "username": "mei", "password": "a password"}
    asked |= {"client_id": "ours", "client_secret": SECRET, "scope": "openid"}
    for _ in range(3):
        answer = requests.post(f"{base}/token", data=asked, timeout=PATIENCE, verify=believed)
        shown = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        told = requests.get(f"{base}/userinfo", headers=shown, timeout=PATIENCE, verify=believed)
        assert told.ok, told.text


@pytest.fixture
def site(
    wechat: LiveSandbox, clock: TestClock, believed: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    monkeypatch.setenv("SSL_CERT_FILE", believed)
    clock.now = int(time.time())
    site = build_site(wechat, clock)
    with site.app.app_context():
        fill(site)
        yield site
        close(site)


@pytest.fixture
def mei(believed: str) -> Visitor:
    visitor = Visitor(username="mei", password="a password")
    visitor.http.trust_env = False  # else an authority of the surroundings stands before this one
    visitor.http.verify = believed
    return visitor


def test_people_of_keycloak_sign_in_and_out(site: Site, issuer: str, mei: Visitor) -> None:
    values = {"issuer": issuer, "client_id": "ours", "client_secret": SECRET}
    options = {"userinfo": "always", "logout": "yes", "keep_tokens": "yes"}
    here = Downstream(site, "oidc", values, **options)
    browser = browser_of(site)

    tokens, claims = here.sign_in(browser, mei)

    person = here.shop.userinfo(tokens["access_token"]).get_json()
    assert claims["idp"] == "upstream"
    assert (person["name"], person["email"]) == ("Mei Han", "mei@example.org")
    there = [here.token_there(tokens)["access_token"] for _ in range(2)]
    assert len(set(there)) == 2  # each lives for less than a minute
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE}
    out = browser.get(f"/logout?{urlencode(asked)}").headers["Location"]
    assert out.startswith(f"{issuer}/protocol/openid-connect/logout?")
    assert here.come_back(browser, mei.browse(out)).headers["Location"] == BYE


def test_session_that_ends_at_keycloak_ends_here(
    site: Site, issuer: str, told: ToldLogouts, mei: Visitor
) -> None:
    values = {"issuer": issuer, "client_id": "ours", "client_secret": SECRET}
    here = Downstream(site, "oidc", values, response_mode="form_post")
    browser = browser_of(site)
    here.sign_in(browser, mei, prompt="login")
    told.forget()

    page = mei.http.get(f"{issuer}/protocol/openid-connect/logout", timeout=PATIENCE)
    form = Form(page.text)
    assert form.action is not None, page.text
    mei.http.post(urljoin(page.url, form.action), data=form.fields, timeout=PATIENCE)

    assert told.came.wait(PATIENCE)
    http, path = site.app.test_client(use_cookies=False), "/callback/upstream/backchannel-logout"
    assert http.post(path, data={"logout_token": told.tokens[0]}).status_code == 200
    silent = browser.get(here.shop.start(prompt="none").url).headers["Location"]
    assert "login_required" in silent
