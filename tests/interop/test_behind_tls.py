"""Clients with no switch set: https from end to end, as in production."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.interop.qiao import DeploymentBehindTls, Qiao, running_qiao
from tests.interop.script import run
from tests.interop.tls_proxy import tls_proxy
from tests.oidc.outbound.https_server import contexts

SCOPE = "openid profile email wechat offline_access"
CALLBACK = "https://shop.example/callback"
AFTERWARDS = "https://shop.example/bye"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Site:
    """:param authority: a file with the certificate that vouches for the site's."""

    qiao: Qiao
    authority: Path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    server, client = contexts(tmp_path, "localhost")
    authority = tmp_path / "authority.pem"
    authority.write_text(ssl.DER_cert_to_PEM_cert(client.get_ca_certs(binary_form=True)[0]))
    with running_qiao(tmp_path / "qiao", DeploymentBehindTls) as qiao:
        ports = qiao.deployment.ports
        with tls_proxy(server, ports.application, ports.qiao):
            yield Site(qiao, authority)


def test_web_application_signs_in_through_a_proxy_that_speaks_https(site: Site) -> None:
    registration = site.qiao.register(
        "behind-tls",
        redirect_uris=[CALLBACK],
        post_logout_redirect_uris=[AFTERWARDS],
        grant_types=["authorization_code", "refresh_token"],
        scope=SCOPE,
    )

    with site.qiao.person("li-lei", str(site.authority)) as person:
        told = run(
            "openid-client.mjs",
            person,
            site.authority,
            issuer=site.qiao.issuer,
            registration=registration,
            redirect_uri=CALLBACK,
            scope=SCOPE,
        )
        page = person.open(f"{site.qiao.issuer}/.well-known/openid-configuration")
        cookies = person.cookies()

    assert told["claims"]["iss"] == site.qiao.issuer
    assert told["claims"]["wechat_unionid"] == site.qiao.wechat_person("li-lei").unionid
    assert told["left"] == f"{AFTERWARDS}?state=bye"
    assert "max-age=" in page.headers["Strict-Transport-Security"]
    assert {"__Host-qiao_browser", "__Host-qiao_form"} <= set(cookies)
    assert all(cookies.values()), "every cookie is for https alone"
