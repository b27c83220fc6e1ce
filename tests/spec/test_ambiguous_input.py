"""What two parsers may read differently is refused, wherever it comes in.

The list is that of another provider's hardening (node-oidc-provider 9.11.2 to 9.11.4), walked
through here: spellings that are almost right, so that each was accepted by somebody.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from app.web.rate_limits import limiter
from oidc.crypto.dpop_proof import normalise
from oidc.outbound.answer import Answer, UnusableAnswer
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.key_holder import ASSERTION_TYPE, KeyHolder, new_key, public_keys
from tests.relying_party import ISSUER, b64
from tests.sandbox_server import LiveSandbox

SIGNING = new_key("own")
API = "https://api.example/orders"
TABBED = "openid\tprofile"
SCOPES = (TABBED, "openid\nprofile", "openid\u3000profile", 'openid "x"', "openid a\\b", "opénid")
"""Not `scope-token`s with spaces between (RFC 6749 3.3)."""
LOGOUT = "https://shop.example/bye?"
GRANT_TYPES = (
    *("authorization_code", "refresh_token", "client_credentials"),
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
)


@pytest.fixture(scope="module")
def story(sqlite: Database, live_sandbox: LiveSandbox, one_clock: TestClock) -> Iterator[SignedIn]:
    """An application with a key of its own, with a person signed in."""
    live_sandbox.reset()
    deployment = build_deployment(sqlite, live_sandbox, one_clock, registration="open")
    yield signed_in(
        deployment,
        redirect_uris=(CALLBACK, CALLBACK + "?"),
        post_logout_redirect_uris=(LOGOUT,),
        grant_types=GRANT_TYPES,
        scope="openid profile jobs",
        jwks=public_keys(SIGNING),
    )
    close(deployment)
    sqlite.empty()


@pytest.fixture(autouse=True)
def without_limits(story: SignedIn) -> None:
    limiter.reset()


def shop_of(story: SignedIn) -> KeyHolder:
    return KeyHolder.of(story.shop, story.browser.deployment.clock, holds=new_key())


def error_of(answer: Any) -> str:
    assert 400 <= answer.status_code < 500, answer.text
    return str(answer.get_json()["error"])


def spelled(claims: str, key: ECKey = SIGNING, **header: Any) -> str:
    """A JWS over exactly this text, which no library would write."""
    return jws.serialize_compact({"alg": "ES256", **header}, claims.encode(), key)


# --- scope (RFC 6749 3.3) ---


@pytest.mark.parametrize("scope", SCOPES)
def test_rfc6749_3_3_scope_is_words_of_ascii_with_spaces_between(
    story: SignedIn, scope: str
) -> None:
    shop, started = story.shop, story.shop.start(scope=scope)
    tokens = story.next_code().tokens()
    exchange = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": tokens["access_token"],
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
    }

    sent_back = parse_qs(urlsplit(story.browser.get(started.url).location).query)
    pushed = shop.post("/par", {**_sent(started.url), "scope": scope})
    refused = [
        shop.post("/token", {"grant_type": "client_credentials", "scope": scope}),
        shop.refresh(tokens["refresh_token"], scope=scope),
        shop.post("/token", {**exchange, "scope": scope}),
        shop.post("/device_authorization", {"scope": scope}),
        pushed,
    ]

    assert sent_back["error"] == ["invalid_scope"]
    assert [error_of(answer) for answer in refused] == ["invalid_scope"] * len(refused)


def test_rfc6749_3_3_further_spaces_are_no_scopes(story: SignedIn) -> None:
    started = story.shop.start(scope=" openid  profile ")

    assert "code=" in story.browser.get(started.url).location


def test_oidc_core_3_1_2_1_lists_are_separated_by_spaces_alone(story: SignedIn) -> None:
    started = story.shop.start(prompt="login\tconsent")

    assert "error=invalid_request" in story.browser.get(started.url).location


# --- Basic (RFC 7617 2, RFC 6749 2.3.1) ---


def loose_basic(secret: str) -> dict[str, str]:
    right = b64encode(f"shop:{secret}".encode()).decode()
    return {
        "two spaces": "Basic  " + right,
        "more padding": "Basic " + right.rstrip("=") + "====",
        "more after the padding": "Basic " + right.rstrip("=") + "=QQ==",
        "a line break": "Basic " + right[:8] + "\t" + right[8:],
        "no colon": "Basic " + b64encode(b"shop").decode(),
        "bits that mean nothing": "Basic " + b64encode(b"a:b").decode() + "QR==",
        "the alphabet of URLs": "Basic " + b64(b"\xff\xfe:x"),
        "not UTF-8": "Basic " + b64encode(b"shop\xff:x").decode(),
        "zero byte": "Basic " + b64encode(b"shop\x00:x").decode(),
        "encoded zero byte": "Basic " + b64encode(b"shop%00:x").decode(),
        "address with a zero byte": "Basic " + b64encode(b"https%3A//x/%00:x").decode(),
        "nothing": "Basic ",
    }


def test_rfc7617_2_basic_credentials_have_one_spelling(story: SignedIn) -> None:
    body = {"grant_type": "client_credentials", "scope": "jobs"}
    wrong = loose_basic(story.shop.secret or "")

    answers = {
        trick: story.shop.http.post("/token", data=body, headers={"Authorization": sent})
        for trick, sent in wrong.items()
    }

    assert {trick: error_of(answer) for trick, answer in answers.items()} == dict.fromkeys(
        wrong, "invalid_client"
    )
    assert {answer.status_code for answer in answers.values()} == {401}


# --- JWTs (RFC 7515 4, RFC 7519 4 and 4.1.3) ---


def claims_of_assertion(story: SignedIn) -> dict[str, Any]:
    now = story.browser.deployment.clock()
    return {"iss": "keyed", "sub": "keyed", "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "x"}


def ambiguous(claims: dict[str, Any]) -> dict[str, str]:
    """Payloads that hold two things at once, or not what the member should be."""
    text = json.dumps(claims)
    return {
        "aud twice": text[:-1] + ', "aud": "https://evil.example"}',
        "sub twice, the same": text[:-1] + f', "sub": "{claims["sub"]}"}}',
        "escaped name twice": text[:-1] + ', "\\u0061ud": "x"}',
        "not finite": text[:-1] + ', "x": NaN}',
        "half a character": text[:-1] + ', "x": "\\ud800"}',
        "a list": f"[{text}]",
        "text": json.dumps(text),
        "null": "null",
        "aud of an object": json.dumps({**claims, "aud": {"0": ISSUER}}),
        "aud with a hole": json.dumps({**claims, "aud": [ISSUER, None]}),
        "aud within aud": json.dumps({**claims, "aud": [[ISSUER]]}),
        "iss of a list": json.dumps({**claims, "iss": [claims["iss"]]}),
        "exp as text": json.dumps({**claims, "exp": str(claims["exp"])}),
        "exp as true": json.dumps({**claims, "exp": True}),
    }


def test_rfc7519_4_ambiguous_assertions_authenticate_nobody(story: SignedIn) -> None:
    keyed(story)
    claims = claims_of_assertion(story)

    def send(payload: str) -> Any:
        return story.shop.http.post(
            "/token",
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": spelled(payload),
            },
        )

    refused = {trick: send(payload) for trick, payload in ambiguous(claims).items()}

    assert {trick: error_of(answer) for trick, answer in refused.items()} == dict.fromkeys(
        refused, "invalid_client"
    )
    assert send(json.dumps({**claims, "sub": "keyed\x00", "iss": "keyed\x00"})).status_code == 401
    assert send(json.dumps(claims)).status_code == 200, "the honest one"


def test_rfc9101_ambiguous_request_objects_are_refused(story: SignedIn) -> None:
    claims = {
        **_sent(story.shop.start().url),
        "iss": "shop",
        "sub": "somebody",
        "aud": ISSUER,
        "exp": story.browser.deployment.clock() + 60,
    }

    def ask(payload: str) -> Any:
        sent = {"client_id": "shop", "redirect_uri": CALLBACK, "request": spelled(payload)}
        location = story.browser.http.get("/authorize", query_string=sent).location
        return parse_qs(urlsplit(location).query)

    refused = {trick: ask(payload) for trick, payload in ambiguous(claims).items()}

    assert {trick: answer.get("error") for trick, answer in refused.items()} == {
        trick: ["invalid_request_object"] for trick in refused
    }
    assert "code" in ask(json.dumps({**claims, "prompt": "", "max_age": None})), "the honest one"


def test_rfc7515_4_header_with_a_member_twice_is_refused(story: SignedIn) -> None:
    _, body, signature = spelled("{}").split(".")
    header = b'{"alg":"ES256","alg":"none"}'
    token = ".".join((b64(header), body, signature))

    assert story.shop.userinfo(token).status_code == 401
    answer = story.shop.post("/introspect", {"token": token})
    assert answer.get_json() == {"active": False}


# --- DPoP (RFC 9449 4.2, 4.3) ---

PROOFS: dict[str, dict[str, Any]] = {
    "htu of a list": {"htu": [ISSUER + "/token"]},
    "htu of an object": {"htu": {"href": ISSUER + "/token"}},
    "htu of a number": {"htu": 1},
    "no htu": {"htu": None},
    "htu with a line break": {"htu": ISSUER + "/tok\nen"},
    "htu with a space before it": {"htu": " " + ISSUER + "/token"},
    "htu with a backslash": {"htu": ISSUER + "\\token"},
    "htu with empty user information": {"htu": ISSUER.replace("//", "//@") + "/token"},
    "htu with a colon for a user": {"htu": ISSUER.replace("//", "//:@") + "/token"},
    "htu without a host": {"htu": "http:///token"},
    "htm of a list": {"htm": ["POST"]},
    "jti of a number": {"jti": 7},
    "empty jti": {"jti": ""},
    "iat as text": {"iat": "1"},
    "iat as true": {"iat": True},
}


def test_rfc9449_4_3_members_of_a_proof_are_what_they_should_be(story: SignedIn) -> None:
    shop = shop_of(story)

    def ask(**changes: Any) -> Any:
        proof = shop.proof("POST", "/token", **changes)
        body = {"grant_type": "client_credentials", "scope": "jobs"}
        return shop.post("/token", body, headers={"DPoP": proof})

    refused = {trick: error_of(ask(**changes)) for trick, changes in PROOFS.items()}

    assert refused == dict.fromkeys(PROOFS, "invalid_dpop_proof")
    for spelling in ("?", "#", "?a#b"):
        assert ask(htu=f"{ISSUER}/token{spelling}").status_code == 200, "query, fragment: no matter"


def test_rfc3986_6_2_3_an_empty_port_is_the_usual_one() -> None:
    assert normalise("https://op.example:/token") == normalise("https://op.example/token")


# --- origins (the Fetch standard) ---


@pytest.mark.parametrize("origin", ["null", "NULL", "", "https://shop.example:443", "file://"])
def test_opaque_origins_are_never_named(story: SignedIn, origin: str) -> None:
    answer = story.shop.http.post(
        "/token",
        data={"grant_type": "client_credentials", "scope": "jobs"},
        auth=("shop", story.shop.secret or ""),
        headers={"Origin": origin},
    )

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


# --- addresses with empty parts (RFC 3986 3) ---

EMPTY_PARTS = (
    "https://a.example/cb#",
    "https://a.example#",
    "https://@a.example/cb",
    "https://:@a.example/cb",
    "https://a.example:/cb",
    "https:///cb",
    "https://?",
    "https:a.example/cb",
    "://a.example/cb",
    "https://.example/cb",
    "https://[]/cb",
)


@pytest.mark.parametrize("uri", EMPTY_PARTS)
def test_rfc7591_2_addresses_have_no_empty_parts(story: SignedIn, uri: str) -> None:
    members = ("client_uri", "jwks_uri", "initiate_login_uri", "backchannel_logout_uri")

    answers = [
        register(story, redirect_uris=[uri]),
        register(story, post_logout_redirect_uris=[uri]),
        *(register(story, **{member: uri}) for member in members),
    ]

    assert {answer.status_code for answer in answers} == {400}
    assert {error_of(answer) for answer in answers} == {
        "invalid_redirect_uri",
        "invalid_client_metadata",
    }


def test_rfc6749_3_1_2_an_empty_query_stays_one(story: SignedIn) -> None:
    shop, browser = story.shop, story.browser
    started = shop.start(redirect_uri=CALLBACK + "?")
    bare = shop.start(redirect_uri=CALLBACK + "#")

    location = browser.get(started.url).location
    refused = browser.get(bare.url)

    assert parse_qs(urlsplit(location).query)["iss"] == [ISSUER]
    assert location.count("?") == 1
    assert refused.status_code == 400


def test_rp_initiated_logout_3_an_empty_query_stays_one(story: SignedIn) -> None:
    id_token = story.next_code().tokens()["id_token"]
    sent = {"id_token_hint": id_token, "post_logout_redirect_uri": LOGOUT, "state": "s"}

    page = story.browser.http.get("/logout", query_string=sent)
    story.browser.sign_in(story.shop.start().url, "li-lei")  # for the tests after this one

    assert LOGOUT + "&amp;state=s" in page.text or page.location == LOGOUT + "&state=s"


# --- lists with holes, and bodies that are no objects (RFC 7591 2 and 3.1) ---

HOLES: tuple[dict[str, Any], ...] = (
    {"redirect_uris": [CALLBACK, None]},
    {"redirect_uris": {"0": CALLBACK, "length": 1}},
    {"redirect_uris": [[CALLBACK]]},
    {"grant_types": [None]},
    {"response_types": ["code", None]},
    {"contacts": ["a@shop.example", None]},
    {"post_logout_redirect_uris": [None]},
    {"request_uris": [None]},
    {"default_acr_values": [None]},
    {"jwks": {"keys": [None]}},
    {"jwks": {"keys": {}}},
    {"jwks": []},
    {"subject_types_supported": [None]},
    {"subject_types_supported": {"0": "public"}},
)


@pytest.mark.parametrize("members", HOLES, ids=str)
def test_rfc7591_2_lists_have_no_holes(story: SignedIn, members: dict[str, Any]) -> None:
    answer = register(story, **members)

    assert error_of(answer) in ("invalid_redirect_uri", "invalid_client_metadata")


@pytest.mark.parametrize(
    "body",
    ["null", "[]", '"x"', "1", "true", "", '{"a":1,"a":2}', "[" * 3000, '{"x":NaN}', '["\\ud800"]'],
)
def test_rfc7591_3_1_registration_is_an_object(story: SignedIn, body: str) -> None:
    answer = story.shop.http.post("/register", data=body, content_type="application/json")

    assert error_of(answer) in ("invalid_client_metadata", "invalid_request")


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', "[" * 3000, '["\\ud800"]', "[Infinity]", ""])
def test_documents_that_are_fetched_are_read_strictly(text: str) -> None:
    with pytest.raises(UnusableAnswer):
        Answer(200, "application/json", text.encode()).json()


# --- the claims parameter (OpenID Connect Core 5.5) ---


@pytest.mark.parametrize(
    "claims",
    [
        '{"id_token":[]}',
        '{"id_token":{"name":true}}',
        '{"userinfo":{"name":"yes"}}',
        '{"userinfo":{"name":[]}}',
        '{"id_token":{},"id_token":{"acr":null}}',
        '{"id_token":{"acr":{"values":[null]}}}',
        "[]",
        "null",
    ],
)
def test_oidc_core_5_5_claims_are_asked_for_by_null_or_an_object(
    story: SignedIn, claims: str
) -> None:
    started = story.shop.start(claims=claims)

    assert "error=invalid_request" in story.browser.get(started.url).location


# --- access tokens (RFC 6750 2) ---


def test_rfc6750_2_token_that_comes_twice_is_refused(story: SignedIn) -> None:
    token = story.next_code().tokens()["access_token"]

    twice = story.shop.http.post("/userinfo", data={"access_token": [token, token]})
    both = story.shop.http.post(
        "/userinfo",
        data={"access_token": [token, "x"]},
        headers={"Authorization": f"Bearer {token}"},
    )

    assert [error_of(twice), error_of(both)] == ["invalid_request", "invalid_request"]


@pytest.mark.parametrize("hint", ["nonsense", "id_token", "access_token"])
def test_rfc7009_2_2_wrong_hint_influences_nothing(story: SignedIn, hint: str) -> None:
    token = story.next_code().tokens()["refresh_token"]
    sent = {"token": token, "token_type_hint": hint}

    alive = story.shop.post("/introspect", sent).get_json()
    revoked = story.shop.post("/revoke", sent)
    dead = story.shop.post("/introspect", sent).get_json()

    assert (alive["active"], revoked.status_code, dead) == (True, 200, {"active": False})


def register(story: SignedIn, **members: Any) -> Any:
    limiter.reset()
    document = {"redirect_uris": [CALLBACK], "client_name": "Own", **members}
    return story.shop.http.post("/register", json=document)


def keyed(story: SignedIn) -> None:
    story.browser.deployment.application(
        "keyed",
        grant_types=("client_credentials",),
        response_types=(),
        redirect_uris=(),
        scope="jobs",
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_keys(SIGNING),
    )


def _sent(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.mark.parametrize("odd", ["%00", "%0a", "%7f"])
def test_no_record_has_a_control_character_in_its_address(story: SignedIn, odd: str) -> None:
    app, http = story.browser.deployment.app, story.shop.http
    variable = [rule for rule in app.url_map.iter_rules() if "<" in rule.rule]
    paths = [re.sub(r"<[^>]+>", f"a{odd}", rule.rule) for rule in variable]

    statuses = {
        path: http.open(path, method=_method(rule)).status_code
        for path, rule in zip(paths, variable, strict=True)
    }

    assert len(paths) > 80
    assert statuses == dict.fromkeys(paths, 404)


def test_what_is_no_device_code_is_counted_by_who_sends_it(story: SignedIn) -> None:
    browser = story.browser.deployment.browser()
    page = browser.get("/device")

    def typed(address: str) -> int:
        found = re.search(r'csrf_token" value="([^"]+)', page.text)
        assert found is not None
        answer = browser.http.post(
            "/device",
            data={"user_code": "no code", "csrf_token": found[1]},
            environ_overrides={"REMOTE_ADDR": address},
        )
        return int(answer.status_code)

    statuses = [typed("203.0.113.7") for _ in range(6)]

    assert statuses == [400] * 5 + [429]
    assert typed("198.51.100.9") == 400, "a stranger's tries are none of theirs"


def _method(rule: Any) -> str:
    return next(iter(sorted(rule.methods - {"HEAD", "OPTIONS"})))
