"""OpenID's plans for relying parties, module by module: the sandbox plays the provider that is
wrong. ``docs/certification.md`` lists the modules; names are without ``oidcc-client-test``.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey

from app.database import db
from federation.errors import Misconfigured
from federation.openid_connect.source import OPENID
from tests.app.site import Browser, Site
from tests.flows.test_openid_source import (
    AGENT,
    BYE,
    entered,
    follow,
    is_signed_in,
    leave,
    logout_token,
    signed_in,
)
from tests.provider_sandbox import LiveProvider
from tests.relying_party import RelyingParty

ANOTHER = RSAKey.generate_key(2048)
UNREADABLE = [
    {"kty": "AKP", "alg": "ML-DSA-87", "kid": "later", "pub": "AAAA"},
    {"kty": "of-nobody", "kid": "made-up"},
]


def keys(provider: LiveProvider, *more: Mapping[str, Any], kid: bool = True) -> dict[str, Any]:
    """The provider's keys as they are now, without their names, or with others beside."""
    published = requests.get(f"{provider.url}/jwks", timeout=5).json()["keys"]
    named = [{name: key[name] for name in key if kid or name != "kid"} for key in published]
    return {"keys": [*named, *more]}


def sign_in(site: Site, provider: LiveProvider, shop: RelyingParty, *, form: bool) -> Any:
    """The last answer of ours to somebody who comes back from the provider."""
    browser = Browser(site.app.test_client(), AGENT, "en")
    _, page = leave(browser, shop, login_hint="han-meimei")
    answer = requests.get(page, allow_redirects=False, timeout=5)
    if not form:
        return follow(browser, answer.headers["Location"])
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
    action = re.search(r'action="([^"]+)"', answer.text)
    assert action
    taken = site.app.test_client().post(urlsplit(action[1]).path, data=fields)
    return follow(browser, taken.headers["Location"])


SIGNED_IN = ""
"""In the place of a reason: nothing is wrong."""
BASIC: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("", {}, SIGNED_IN),
    ("invalid-iss", {"claims": {"iss": "https://another.example"}}, "iss is not the issuer"),
    ("missing-sub", {"claims": {"sub": None}}, "sub is missing"),
    ("invalid-aud", {"claims": {"aud": "another"}}, "aud is not our client_id"),
    ("missing-aud", {"claims": {"aud": None}}, "aud is not our client_id"),
    ("missing-iat", {"claims": {"iat": None}}, "iat is missing"),
    ("idtoken-sig-rs256", {}, SIGNED_IN),
    ("idtoken-sig-none", {"alg": "none"}, "it is not signed"),
    ("invalid-sig-rs256", {"signed_by": "other"}, "the signature is wrong"),
    ("invalid-sig-es256", {"alg": "ES256", "header": {"kid": "other"}}, "no known key fits"),
    ("invalid-sig-hs256", {"alg": "HS256"}, "the algorithm  is not allowed"),
    ("userinfo-invalid-sub", {"userinfo": {"sub": "another"}}, "sub is not the ID token's"),
    ("userinfo-signed", {"signed_userinfo": True}, SIGNED_IN),
    ("nonce-invalid", {"claims": {"nonce": "another"}}, "nonce is not the one"),
    ("invalid-athash", {"claims": {"at_hash": "another"}}, "at_hash is another's"),
    ("invalid-chash", {"claims": {"c_hash": "another"}}, "c_hash is another's"),
)
FORM_POST = ("", "invalid-sig-rs256", "nonce-invalid", "userinfo-invalid-sub")
"""Of the same modules; the rest does not depend on how the answer came."""


@pytest.mark.parametrize("form", [False, True], ids=["basic", "formpost-basic"])
def test_basic_and_form_post(
    site: Site, provider: LiveProvider, caplog: pytest.LogCaptureFixture, form: bool
) -> None:
    mode = {"response_mode": "form_post"} if form else {}
    shop = entered(site, provider, userinfo="always", **mode)
    for module, quirks, reason in BASIC:
        if form and module not in FORM_POST:
            continue
        caplog.clear()
        provider.does(**quirks)
        provider.forget()

        answer = sign_in(site, provider, shop, form=form)

        if reason:
            assert (answer.status_code, reason in caplog.text) == (502, True), module
            assert "Location" not in answer.headers, module
        else:
            assert "code=" in answer.headers["Location"], module
            [asked] = provider.calls("userinfo")  # bearer-header, and never in the address
            assert asked["authorization"].startswith("Bearer "), module
            assert asked["query"] == {}, module


def test_keys_without_names(
    site: Site, provider: LiveProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """kid-absent-single-jwks, kid-absent-multiple-jwks, ignores-unparseable-key-in-jwks; and the
    provider has had other keys before each."""
    shop = entered(site, provider, userinfo="always")
    assert "code=" in sign_in(site, provider, shop, form=False).headers["Location"]

    provider.rotate()
    provider.does(kid="missing", jwks=keys(provider, kid=False))
    assert "code=" in sign_in(site, provider, shop, form=False).headers["Location"]
    provider.does(kid="missing", jwks=keys(provider, ANOTHER.as_dict(private=False), kid=False))
    provider.rotate()
    assert sign_in(site, provider, shop, form=False).status_code == 502
    assert "several keys fit it" in caplog.text
    provider.does()
    provider.does(jwks=keys(provider, *UNREADABLE))
    assert "code=" in sign_in(site, provider, shop, form=False).headers["Location"]


def test_config(site: Site, provider: LiveProvider, caplog: pytest.LogCaptureFixture) -> None:
    """discovery-issuer-mismatch, discovery-openid-config, discovery-jwks-uri-keys,
    signing-key-rotation-just-before-signing, signing-key-rotation."""
    shop = entered(site, provider, userinfo="always")
    provider.does(metadata={"issuer": "https://another.example"})
    browser = Browser(site.app.test_client(), AGENT, "en")
    login = browser.get(shop.start().url).headers["Location"]
    assert browser.get(login).status_code == 503
    assert "they name another issuer" in caplog.text
    assert not provider.calls("authorize")

    provider.does()
    provider.forget()
    assert "code=" in sign_in(site, provider, shop, form=False).headers["Location"]
    assert [len(provider.calls(name)) for name in ("metadata", "keys")] == [1, 1]
    provider.rotate()
    assert "code=" in sign_in(site, provider, shop, form=False).headers["Location"]
    assert len(provider.calls("keys")) == 2

    # Whoever checks the credential hears what the metadata say now, not an hour ago.
    provider.does(metadata={"issuer": "https://another.example"})
    credential = site.federation.credentials.of("oidc").get(db.session(), "ours")
    assert credential is not None
    with pytest.raises(Misconfigured):
        site.federation.check_credential(OPENID, credential)


def test_rp_initiated_logout(site: Site, provider: LiveProvider) -> None:
    """rp-init-logout, -other-state, -no-state: signed out here in any case."""
    shop = entered(site, provider, logout="yes")
    for answered in ("the state", "another", None):
        browser, tokens = signed_in(site, provider, shop)
        asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE}

        there = browser.get(f"/logout?{urlencode(asked)}").headers["Location"]

        sent = dict(parse_qsl(urlsplit(there).query))
        assert sent.keys() == {"id_token_hint", "client_id", "post_logout_redirect_uri", "state"}
        state = sent["state"] if answered == "the state" else answered
        told = {} if state is None else {"state": state}
        back = urlsplit(sent["post_logout_redirect_uri"]).path
        answer = browser.get(f"{back}?{urlencode(told)}")
        if answered == "the state":
            assert answer.headers["Location"] == BYE
        else:
            assert (answer.status_code, "Location" in answer.headers) == (200, False)
        assert not is_signed_in(browser, shop)


def test_back_channel_logout(
    site: Site, provider: LiveProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """rp-backchannel-rpinitlogout and its seven: each comes while somebody is signed in."""
    shop = entered(site, provider)
    browser, _ = signed_in(site, provider, shop)
    wrong: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
        ("alg-none", {"alg": "none"}, {}, "it is not signed"),
        ("no-event", {}, {"events": None}, "events does not tell"),
        ("with-nonce", {}, {"nonce": "n"}, "has a nonce"),
        ("wrong-alg", {"alg": "ES256"}, {}, "ID tokens are not signed with ES256"),
        ("wrong-aud", {}, {"aud": "another"}, "aud is not our client_id"),
        ("wrong-event", {}, {"events": {"http://schemas.openid.net/event/x": {}}}, "events does"),
        ("wrong-iss", {}, {"iss": "https://another.example"}, "iss is not the issuer"),
    )
    http, path = site.app.test_client(use_cookies=False), "/callback/ours/backchannel-logout"
    for module, quirks, changes, reason in wrong:
        provider.does(**quirks)
        token = logout_token(site, provider, **changes)
        answer = http.post(path, data={"logout_token": token})
        assert (answer.status_code, reason in caplog.text) == (400, True), module
        assert answer.headers["Cache-Control"] == "no-store"
    assert is_signed_in(browser, shop)

    provider.does()
    answer = http.post(path, data={"logout_token": logout_token(site, provider)})

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert not is_signed_in(browser, shop)


def test_front_channel_logout(site: Site, provider: LiveProvider) -> None:
    """rp-frontchannel-rpinitlogout and -opinitlogout: a frame, to which no cookie of ours comes."""
    shop = entered(site, provider)
    browser, _ = signed_in(site, provider, shop)
    named = {"iss": provider.url, "sid": "session-of-han-meimei"}

    framed = site.app.test_client(use_cookies=False).get(
        "/callback/ours/frontchannel-logout", query_string=named
    )

    assert (framed.status_code, framed.headers["Cache-Control"]) == (200, "no-store")
    assert framed.headers.get("X-Frame-Options") is None
    assert not is_signed_in(browser, shop)
