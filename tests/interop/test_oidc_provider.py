"""npm's oidc-provider as a source: a client with a key, signed user-info, forms, sign-out."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc.jwk import ECKey

from tests import services
from tests.app.site import Site, build_site, close, fill
from tests.conftest import TestClock
from tests.interop.script import environment, send
from tests.interop.told_logouts import ToldLogouts, told_logouts
from tests.interop.upstreams import ADDRESSES, BYE, Downstream, Form, Visitor, browser_of
from tests.sandbox_server import LiveSandbox

SCRIPT = Path(__file__).parent / "providers" / "oidc_provider.mjs"
KEY = ECKey.generate_key("P-256", {"kid": "ours", "alg": "ES256", "use": "sig"})


@pytest.fixture(scope="module")
def told() -> Iterator[ToldLogouts]:
    with told_logouts() as server:
        yield server


@pytest.fixture(scope="module")
def issuer(told: ToldLogouts) -> Iterator[str]:
    """The provider, with us as its client."""
    if not (SCRIPT.parents[1] / "node_modules").is_dir():
        services.missing("the clients are not installed: npm ci --prefix tests/interop")
    client = {
        **ADDRESSES,
        "backchannel_logout_session_required": True,
        "backchannel_logout_uri": told.url,
        "client_id": "ours",
        "grant_types": ["authorization_code", "refresh_token"],
        "id_token_signed_response_alg": "ES256",
        "jwks": {"keys": [KEY.as_dict(private=False)]},
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "userinfo_signed_response_alg": "RS256",
    }
    webcrypto = SCRIPT.parents[1] / "clients" / "webcrypto.mjs"
    command = [services.node(), "--import", str(webcrypto), str(SCRIPT)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, env=environment(None), **pipes) as server:  # type: ignore[call-overload]
        try:
            send(server.stdin, {"client": client})
            yield str(json.loads(server.stdout.readline())["issuer"])
        finally:
            server.kill()


@pytest.fixture
def site(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    clock.now = int(time.time())
    site = build_site(wechat, clock)
    with site.app.app_context():
        fill(site)
        yield site
        close(site)


def ours(site: Site, issuer: str, **options: str) -> Downstream:
    private = json.dumps(KEY.as_dict(private=True))
    values = {"issuer": issuer, "client_id": "ours", "private_key": private}
    return Downstream(site, "oidc", values, userinfo="always", **options)


def test_people_sign_in_and_out_and_applications_get_their_tokens(
    site: Site, issuer: str, told: ToldLogouts
) -> None:
    here = ours(site, issuer, logout="yes", keep_tokens="yes")
    browser, mei = browser_of(site), Visitor(login="mei", password="any")

    tokens, claims = here.sign_in(browser, mei)

    person = here.shop.userinfo(tokens["access_token"]).get_json()
    assert (claims["idp"], claims["amr"]) == ("upstream", ["oidc"])
    assert (person["name"], person["oidc_sub"]) == ("Name of mei", "mei")
    assert (person["email"], person["email_verified"]) == ("mei@example.org", True)
    # Each lives for less than a minute, so that it is refreshed there before it is handed over.
    there = [here.token_there(tokens)["access_token"] for _ in range(2)]
    assert len(set(there)) == 2
    bearer = {"Authorization": f"Bearer {there[1]}"}
    assert requests.get(f"{issuer}/me", headers=bearer, timeout=30).status_code == 200

    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE}
    out = browser.get(f"/logout?{urlencode(asked)}").headers["Location"]
    assert out.startswith(f"{issuer}/session/end?")
    landed = mei.browse(out)
    assert here.come_back(browser, landed).headers["Location"] == BYE
    assert told.came.wait(30)


def test_answer_in_a_form_with_a_prompt_and_a_session_that_ends_there(
    site: Site, issuer: str, told: ToldLogouts
) -> None:
    here = ours(site, issuer, response_mode="form_post")
    browser, mei = browser_of(site), Visitor(login="lei", password="any")
    first, _ = here.sign_in(browser, mei)

    _, page = here.leave(browser_of(site), prompt="login", login_hint="lei@example.org")
    query = parse_qs(urlsplit(page).query)
    assert (query["prompt"], query["login_hint"]) == (["login"], ["lei@example.org"])
    again, claims = here.sign_in(browser_of(site), mei, prompt="login")

    assert claims["sub"] == here.shop.verified(first["id_token"])["sub"]
    assert sum("login" in form for form in mei.forms) == 2
    told.forget()
    out = f"{issuer}/session/end?{urlencode({'client_id': 'ours'})}"
    end_there(mei, out)
    assert told.came.wait(30)
    http, path = site.app.test_client(use_cookies=False), "/callback/upstream/backchannel-logout"
    answers = [http.post(path, data={"logout_token": told.tokens[0]}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 400]
    del again
    silent = browser.get(here.shop.start(prompt="none").url).headers["Location"]
    assert "login_required" in silent


def end_there(visitor: Visitor, url: str) -> None:
    """Says yes to the provider's question whether to sign out."""
    page = visitor.http.get(url, timeout=30)
    form = Form(page.text)
    assert form.action is not None
    visitor.http.post(form.action, data={**form.fields, "logout": "yes"}, timeout=30)
