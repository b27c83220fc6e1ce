"""Whatever is sent to whatever endpoint: no failure of ours, nothing reflected, the right error."""

import hmac
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.web.rate_limits import limiter
from oidc.clients.metadata_fields import FIELDS
from oidc.grants import GRANTS
from oidc.mount import ENDPOINTS
from oidc.protocol.endpoint_paths import REGISTRATION_PATH
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Deployment, build_deployment, close
from tests.flows.story import SignedIn, signed_in
from tests.relying_party import b64, header_of, s256, unb64
from tests.sandbox_server import LiveSandbox

pytestmark = pytest.mark.slow

MARK = "<mark\"'&>\u00e9"
"""Comes back escaped, or not at all."""
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")
"""RFC 6749 5.2: what an error_description may hold."""
ERROR = re.compile(r"[a-z_]{5,60}")
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_WORDS = (
    "acr_values assertion audience auth_session claims client_assertion client_assertion_type "
    "client_id client_secret code code_challenge code_challenge_method code_verifier connection "
    "device_code display dpop_jkt grant_type id_token_hint login_hint logout_hint max_age nonce "
    "post_logout_redirect_uri prompt redirect_uri refresh_token registration request request_uri "
    "requested_token_type resource response_mode response_type scope state subject_token "
    "subject_token_type actor_token actor_token_type token token_type_hint ui_locales user_code "
    "wechat_code wechat_phone_code"
)
NAMES = tuple(_WORDS.split())
NASTY = (
    MARK,
    "",
    " ",
    "\x00",
    "\r\nSet-Cookie: a=b",
    "a" * 20_000,
    "%00%ff",
    "\ud7ff\U0001f600\u202e",
    "' OR 1=1 --",
    "../../etc/passwd",
    "javascript:alert(1)",
    "https://evil.example/",
    "-1",
    "9" * 400,
    "1e309",
    "{" * 500,
    "[]",
    "null",
    '{"id_token":{"sub":{"value":["x"]}}}',
    "eyJhbGciOiJub25lIn0.e30.",
    "..",
    "....",
    b64(b'{"alg":"RS256","crit":["x"]}') + "." + b64(b"{}") + ".AA",
    "urn:ietf:params:oauth:request_uri:" + "A" * 22,
    "qat_AAAA",
    "qrt_" + "A" * 90,
    "qac_" + "_" * 70,
)
HEADERS: dict[str, tuple[str, ...]] = {
    "Authorization": ("Basic", "Basic !!!", "Basic " + b64(b"\xff:x"), "Bearer", "Bearer qat_x",
                      "DPoP x.y.z", "Negotiate \u00e9", "Bearer " + "a" * 9000),
    "DPoP": ("", "x", "a.b.c", b64(b'{"typ":"dpop+jwt","alg":"none","jwk":{}}') + ".e30."),
    "Content-Type": ("application/json", "text/plain", "multipart/form-data; boundary=x", "\u00e9",
                     FORM + "; charset=utf-16", FORM),
    "Cookie": ("qiao_browser=x", "qiao_session=\u00e9", "a=b; a=b; =", "session=eyJ9"),
    "X-Forwarded-For": ("1.2.3.4, 5.6.7.8", "\u00e9"),
    "X-Request-Id": (MARK, "a" * 500),
    "Accept": ("application/jwt", "application/token-introspection+jwt", "*/*;q=x"),
    "Accept-Language": ("zh-CN,\u00e9;q=9", "*" * 300),
    "User-Agent": ("", MARK, "MicroMessenger \x01"),
    "Origin": ("null", "https://evil.example"),
}  # fmt: skip
PATHS = (
    *(re.sub("<[a-z_]+>", "A" * 22, endpoint.path) for endpoint in ENDPOINTS),
    "/authorize/%00",
    "/device",
    "/sign-in/" + "A" * 22,
    "/consent/nonsense",
    "/sign-out",
    "/language",
    "/federation/v1/tickets/" + "A" * 22,
    "/nothing/here",
)
METHODS = ("GET", "POST", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")


@pytest.fixture
def deployment(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Deployment]:
    """Everything that can be switched on is on."""
    settings = {"registration": "open", "client_id_documents": True, "local_login": True}
    deployment = build_deployment(
        sqlite, wechat, clock, **settings, pairwise_salt="s" * 32, dpop_nonce_required=False
    )
    yield deployment
    close(deployment)
    sqlite.empty()


@pytest.fixture
def story(deployment: Deployment) -> SignedIn:
    """An application that may do everything, with a person signed in."""
    return signed_in(
        deployment,
        grant_types=[grant.GRANT_TYPE for grant, _ in GRANTS],
        scope="openid profile phone wechat offline_access jobs",
    )


def plausible(story: SignedIn) -> dict[str, tuple[str, ...]]:
    """Right values, so that a request gets past the first check now and then."""
    tokens = story.tokens()
    return {
        "client_id": ("shop",),
        "client_secret": (story.shop.secret or "",),
        "redirect_uri": (CALLBACK,),
        "post_logout_redirect_uri": (CALLBACK,),
        "response_type": ("code", "token"),
        "scope": ("openid", "openid offline_access", "jobs"),
        "code_challenge": (s256("v" * 43),),
        "code_challenge_method": ("S256", "plain"),
        "code_verifier": ("v" * 43,),
        "prompt": ("none", "login", "consent"),
        "grant_type": tuple(grant.GRANT_TYPE for grant, _ in GRANTS),
        "refresh_token": (tokens["refresh_token"],),
        "subject_token": (tokens["access_token"],),
        "subject_token_type": (
            "urn:ietf:params:oauth:token-type:access_token",
            "urn:qiao:params:oauth:token-type:wechat-code",
        ),
        "token": (tokens["access_token"], tokens["id_token"]),
        "id_token_hint": (tokens["id_token"],),
        "connection": ("wechat",),
        "client_assertion_type": ("urn:ietf:params:oauth:client-assertion-type:jwt-bearer",),
    }


def requests(known: dict[str, tuple[str, ...]]) -> st.SearchStrategy[dict[str, Any]]:
    """Any request: right and wrong values of known names, repeated ones, odd headers."""

    def pair(name: str) -> st.SearchStrategy[tuple[str, str]]:
        nasty = st.sampled_from(NASTY) | st.text(max_size=30)
        right = st.sampled_from(known[name]) if name in known else nasty
        return st.tuples(st.just(name), right | right | nasty)

    pairs = st.lists(st.sampled_from(NAMES).flatmap(pair), max_size=14)
    headers = st.lists(
        st.sampled_from(sorted(HEADERS)).flatmap(
            lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]))
        ),
        max_size=2,
        unique_by=lambda header: header[0],
    )
    return st.fixed_dictionaries(
        {
            "path": st.sampled_from(PATHS),
            "method": st.sampled_from(METHODS),
            "pairs": pairs,
            "headers": headers,
            "authenticated": st.booleans(),
            "in_query": st.booleans(),
        }
    )


def send(story: SignedIn, sent: dict[str, Any]) -> Any:
    limiter.reset()  # or the limits would answer in the endpoints' place
    headers = {
        name: value.encode("utf-8", "replace").decode("latin-1") for name, value in sent["headers"]
    }
    if sent["authenticated"]:
        basic = b64(f"shop:{story.shop.secret}".encode())
        headers.setdefault("Authorization", f"Basic {basic}{'=' * (-len(basic) % 4)}")
    fields: dict[str, list[str]] = {}
    for name, value in sent["pairs"]:
        fields.setdefault(name, []).append(value)
    query = fields if sent["in_query"] or sent["method"] in ("GET", "HEAD") else {}
    body = None if query else fields
    content_type = headers.pop("Content-Type", None)
    return story.shop.http.open(
        sent["path"],
        method=sent["method"],
        query_string=query,
        data=body,
        headers=headers,
        **({"content_type": content_type} if content_type else {}),
    )


def check(answer: Any) -> None:
    """What holds for every answer."""
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    assert MARK not in answer.text
    assert "Traceback" not in answer.text
    assert not [each for each in answer.headers.getlist("Set-Cookie") if "a=b" in each]
    location = answer.headers.get("Location", "/")
    assert location.startswith(("/", CALLBACK)) or location.startswith("http://127.0.0.1:8000/")
    assert not location.startswith("//")
    if answer.status_code == 401:
        assert "WWW-Authenticate" in answer.headers
    if answer.status_code == 405:
        assert "Allow" in answer.headers
    if answer.status_code >= 400 and answer.mimetype == "application/json" and answer.data:
        problem = answer.get_json()
        assert ERROR.fullmatch(problem["error"])
        assert problem["error_description"]
        assert DESCRIPTION.fullmatch(problem["error_description"])


def test_any_request_to_any_endpoint_gets_a_sound_answer(story: SignedIn) -> None:
    known = plausible(story)

    @settings(max_examples=200, suppress_health_check=list(HealthCheck))
    @given(requests(known))
    def judge(sent: dict[str, Any]) -> None:
        check(send(story, sent))

    judge()


@pytest.mark.parametrize("path", ["/token", "/authorize", "/par", "/revoke", "/introspect"])
def test_each_parameter_of_each_endpoint_takes_every_nasty_value(
    story: SignedIn, path: str
) -> None:
    right = {name: values[0] for name, values in plausible(story).items() if name in NAMES}
    method = "GET" if path == "/authorize" else "POST"

    for name in ("client_id", "scope", "grant_type", "state", "redirect_uri", "claims", "request",
                 "token", "resource", "max_age", "code", "subject_token"):  # fmt: skip
        for value in NASTY:
            fields = {**right, name: value}
            fields.pop("client_secret")
            sent = {"query_string" if method == "GET" else "data": fields}
            limiter.reset()
            check(story.shop.http.open(path, method=method, **sent))


def test_rfc6749_5_2_failed_basic_authentication_is_challenged(story: SignedIn) -> None:
    body = {"token": "x", "grant_type": "client_credentials"}
    paths = ["/token", "/revoke", "/par", "/introspect", "/challenge", "/device_authorization"]

    answers = [story.shop.http.post(path, data=body, auth=("shop", "wrong")) for path in paths]

    for answer in answers:
        assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_rfc6750_3_userinfo_without_a_token_names_its_schemes(story: SignedIn) -> None:
    answer = story.shop.http.get("/userinfo")

    challenges = answer.headers.getlist("WWW-Authenticate")
    assert answer.status_code == 401
    assert any(each.startswith("Bearer") and "error=" not in each for each in challenges)


def documents() -> st.SearchStrategy[Any]:
    """Registrations: known members with values of every kind, right ones among them."""
    right = {
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
        "subject_type": "pairwise",
        "scope": "openid",
    }
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(NASTY)
    values = st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["keys", "kty", "n", "e", "d", "x", MARK]), inner)
        ),
        max_leaves=6,
    )
    names = st.sampled_from([*FIELDS, "client_name#zh-CN", "client_id", "unknown", MARK])
    changed = st.dictionaries(names, values, max_size=6)
    return changed.map(lambda changes: {**right, **changes}) | changed | values


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_any_registration_document_gets_a_sound_answer(story: SignedIn, method: str) -> None:
    http = story.shop.http
    limiter.reset()
    known = http.post(REGISTRATION_PATH, json={"redirect_uris": [CALLBACK]}).get_json()
    path = REGISTRATION_PATH if method == "POST" else known["registration_client_uri"]
    bearer = {"Authorization": f"Bearer {known['registration_access_token']}"}
    good = {"redirect_uris": [CALLBACK], "client_id": known["client_id"]}
    assert http.open(path, method=method, json=good, headers=bearer).status_code in (200, 201)

    @settings(max_examples=120, suppress_health_check=list(HealthCheck))
    @given(documents(), st.booleans())
    def judge(document: Any, named: bool) -> None:
        limiter.reset()
        if named and isinstance(document, dict):
            document = {**document, "client_id": known["client_id"]}
        body = json.dumps(document)
        check(http.open(path, method=method, data=body, headers=bearer, content_type=JSON))

    judge()


def test_every_endpoint_of_the_provider_is_among_those_that_are_tried() -> None:
    tried = [endpoint.path for endpoint in ENDPOINTS if "<" not in endpoint.path]

    assert set(tried) <= set(PATHS)
    assert len(PATHS) >= len(ENDPOINTS)


UNSOUND = {
    "json": (b'{"grant_type":"client_credentials"}', "application/json"),
    "text": (b"grant_type=client_credentials", "text/plain"),
    "not UTF-8": (b"\xff\xfe=\xff", FORM),
    "empty names": (b"&&==&=", FORM),
    "too large": (b"a" * 300_000, FORM),
}


@pytest.mark.parametrize("path", ["/token", "/par", "/device_authorization", "/challenge"])
def test_rfc6749_3_2_only_sound_forms_are_read(deployment: Deployment, path: str) -> None:
    client = deployment.app.test_client()

    answers = [client.post(path, data=body, content_type=of) for body, of in UNSOUND.values()]

    for answer in answers:
        assert answer.status_code in (400, 401, 413)
        check(answer)


def test_rfc6749_3_2_repeated_parameter_is_refused(story: SignedIn) -> None:
    body = {"grant_type": ["client_credentials", "refresh_token"]}

    answer = story.shop.http.post("/token", data=body, auth=("shop", story.shop.secret or ""))

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def forged(story: SignedIn) -> dict[str, str]:
    """ID tokens that were never issued, made from one that was, by the name of the trick."""
    genuine = story.next_code().tokens()["id_token"]
    head, body, signature = genuine.split(".")
    header, claims = header_of(genuine), json.loads(unb64(body))
    keys = story.shop.http.get("/jwks").get_json()["keys"]
    (key,) = [each for each in keys if each["kid"] == header["kid"]]

    def shared(secret: bytes, **changes: Any) -> str:
        signed = jws({**header, "alg": "HS256", **changes}, claims)
        return signed + "." + b64(hmac.new(secret, signed.encode(), "sha256").digest())

    return {
        "algorithm confusion, modulus": shared(unb64(key["n"])),
        "algorithm confusion, JWK": shared(json.dumps(key).encode()),
        "algorithm confusion, empty secret": shared(b""),
        "alg none": jws({**header, "alg": "none"}, claims) + ".",
        "alg None in capitals": jws({**header, "alg": "NONE"}, claims) + ".",
        "kid of nobody": jws({**header, "kid": "x"}, claims) + "." + signature,
        "kid that is a path": shared(b"", kid="../../../dev/null"),
        "kid that is SQL": shared(b"x", kid="' UNION SELECT 'x"),
        "crit": jws({**header, "crit": ["exp"]}, claims) + "." + signature,
        "own key inside": shared(b"k", jwk={"kty": "oct", "k": b64(b"k")}),
        "key to be fetched": shared(b"k", jku="https://evil.example/jwks"),
        "wrong typ": jws({**header, "typ": "logout+jwt"}, claims) + "." + signature,
        "nested": jws({**header, "cty": "JWT"}, genuine) + "." + signature,
        "another subject": f"{head}.{b64(json.dumps({**claims, 'sub': 'x'}).encode())}.{signature}",
        "cut signature": f"{head}.{body}.{signature[:-8]}",
        "oversized": genuine + "A" * 15_000,
    }


def jws(header: dict[str, Any], payload: Any) -> str:
    """The part of a token that is signed."""
    return b64(json.dumps(header).encode()) + "." + b64(json.dumps(payload).encode())


def test_rfc8725_3_1_forged_hints_never_pass_for_ours(story: SignedIn) -> None:
    genuine = story.shop.start(prompt="none", id_token_hint=story.tokens()["id_token"])
    believed = story.browser.get(genuine.url)
    tricks = forged(story)

    outcomes = {}
    for trick, token in tricks.items():
        started = story.shop.start(prompt="none", id_token_hint=token)
        answer = story.browser.get(started.url)
        outcomes[trick] = story.shop.response(answer.location, started).get("error")

    assert "code" in story.shop.response(believed.location, genuine)
    assert [trick for trick, error in outcomes.items() if error is None] == []


def test_rfc8725_3_11_forged_tokens_open_nothing_anywhere(story: SignedIn) -> None:
    opened = []

    for trick, token in forged(story).items():
        if story.shop.userinfo(token).status_code != 401:
            opened.append((trick, "userinfo"))
        if story.shop.post("/introspect", {"token": token}).get_json() != {"active": False}:
            opened.append((trick, "introspect"))
        assertion = {
            "client_assertion": token,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "grant_type": "client_credentials",
        }
        if story.shop.http.post("/token", data=assertion).status_code != 401:
            opened.append((trick, "token"))

    assert opened == []
