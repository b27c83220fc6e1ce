"""What programs that people really run do differently, and that they are let in all the same."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.database import db
from oidc.clients.metadata import ClientMetadata
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK, Deployment, build_deployment, close
from tests.flows.story import signed_in
from tests.key_holder import KeyHolder, new_key, public_keys
from tests.relying_party import ISSUER, RelyingParty, verify_jws
from tests.sandbox_server import LiveSandbox

DAY = 86400
KEY, HELD = new_key(), new_key("held")
WITHOUT_PKCE = {"code_challenge": None, "code_challenge_method": None}
PERSON = "li-lei"


@pytest.fixture
def wechat_here(deployment: Deployment) -> Deployment:
    deployment.connection()
    return deployment


def let_in(deployment: Deployment, shop: RelyingParty, **changes: str | None) -> Any:
    """The answer of the token endpoint for a person who has just signed in."""
    started = shop.start(**changes)
    answer = deployment.browser().sign_in(started.url, PERSON)
    code = shop.response(answer.location, started)["code"]
    verifier = None if changes.get("code_challenge", "") is None else started.verifier
    return shop.redeem(code, started, code_verifier=verifier)


def refused(shop: RelyingParty, **changes: str | None) -> str:
    answer = shop.http.get(shop.start(**changes).url)
    return parse_qs(urlsplit(answer.location).query)["error_description"][0]


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def ask(shop: RelyingParty, headers: dict[str, str] | None = None, **form: str) -> Any:
    body = {"grant_type": "refresh_token", "refresh_token": "bogus", **form}
    return shop.http.post("/token", data=body, headers=headers or {})


# 1. A secret may come by Basic or in the form.


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_rfc6749_2_3_1_secret_is_taken_in_either_way(wechat_here: Deployment, method: str) -> None:
    shop = wechat_here.registered(token_endpoint_auth_method=method, first_party=True)
    token = let_in(wechat_here, shop).get_json()["refresh_token"]

    by_header = ask(shop, basic("shop", shop.secret or ""), refresh_token=token)
    by_form = ask(shop, client_id="shop", client_secret=shop.secret or "", refresh_token=token)

    assert (by_header.status_code, by_form.status_code) == (200, 200)


def test_client_from_before_keeps_its_one_way_and_is_told_of_the_switch(
    wechat_here: Deployment,
) -> None:
    shop = wechat_here.application()

    answer = ask(shop, client_id="shop", client_secret=shop.secret or "")

    assert answer.status_code == 401
    said = answer.get_json()["error_description"]
    assert "The secret is right" in said
    assert "require_registered_auth_method" in said
    assert "client_secret_basic" in said


@pytest.mark.parametrize("method", ["client_secret_jwt", "private_key_jwt", "none"])
def test_plain_secret_never_stands_for_another_method(wechat_here: Deployment, method: str) -> None:
    keys = {"jwks": public_keys(new_key("ec"))} if method == "private_key_jwt" else {}
    shop = wechat_here.registered(token_endpoint_auth_method=method, **keys)

    answer = ask(shop, client_id="shop", client_secret=shop.secret or "guess")

    assert answer.status_code == 401
    assert method in answer.get_json()["error_description"]


def test_chosen_way_is_demanded(wechat_here: Deployment) -> None:
    shop = wechat_here.registered(require_registered_auth_method=True)

    assert ask(shop, client_id="shop", client_secret=shop.secret or "").status_code == 401


# 2. PKCE or nonce.


def test_rfc9700_2_1_1_nonce_stands_for_pkce(wechat_here: Deployment) -> None:
    shop = wechat_here.registered(first_party=True)

    assert let_in(wechat_here, shop, **WITHOUT_PKCE).status_code == 200
    assert let_in(wechat_here, shop, nonce=None).status_code == 200


def test_neither_pkce_nor_nonce_is_refused_with_the_switch(wechat_here: Deployment) -> None:
    shop = wechat_here.registered()

    assert "require_nonce_or_pkce" in refused(shop, **WITHOUT_PKCE, nonce=None)


def test_client_from_before_keeps_its_pkce_and_is_told_of_the_switch(
    wechat_here: Deployment,
) -> None:
    assert "turns off require_pkce" in refused(wechat_here.application(), **WITHOUT_PKCE)


def test_public_client_always_needs_pkce(wechat_here: Deployment) -> None:
    shop = wechat_here.registered(token_endpoint_auth_method="none", require_pkce=False)

    said = refused(shop, **WITHOUT_PKCE)

    assert said == "Send a code_challenge with method S256 (PKCE)."


# 3 and 10. Loopback.


def test_administrator_may_register_localhost_for_a_web_application(
    wechat_here: Deployment,
) -> None:
    shop = wechat_here.registered(redirect_uris=["http://localhost:3000/cb"])

    assert shop.http.get(shop.start().url).status_code == 303


# 4. People without a name or e-mail.


def test_claims_of_userinfo_are_in_the_id_token_where_wished(wechat_here: Deployment) -> None:
    shop = wechat_here.registered(first_party=True, claims_in_id_token=True)
    shop.scope = "openid profile phone"

    tokens = let_in(wechat_here, shop).get_json()

    claims = shop.verified(tokens["id_token"])
    told = shop.userinfo(tokens["access_token"]).get_json()
    assert told.items() <= claims.items()
    assert "updated_at" in claims


def test_made_up_claims_are_stable_and_never_verified(wechat_here: Deployment) -> None:
    everything = ["name", "preferred_username", "email"]
    shop = wechat_here.registered(
        first_party=True,
        claims_in_id_token=True,
        claim_fallbacks=everything,
        email_fallback_domain="people.example",
    )
    shop.scope = "openid profile email"

    first, again = (
        shop.verified(let_in(wechat_here, shop).get_json()["id_token"]) for _ in range(2)
    )

    assert first["name"].startswith("WeChat user ")
    assert first["preferred_username"].startswith("wechat-")
    assert first["email"] == f"{first['sub']}@people.example"
    assert first["email_verified"] is False
    made_up = (*everything, "email_verified")
    assert {name: first[name] for name in made_up} == {name: again[name] for name in made_up}


def test_nothing_is_made_up_unless_wished_or_asked_for(wechat_here: Deployment) -> None:
    plain = wechat_here.registered("plain", first_party=True)
    lean = wechat_here.registered("lean", first_party=True, claim_fallbacks=["email", "name"])
    lean.scope = "openid"

    told = [
        shop.userinfo(let_in(wechat_here, shop).get_json()["access_token"]).get_json()
        for shop in (plain, lean)
    ]

    assert not any({"name", "email", "email_verified"} & claims.keys() for claims in told)


def test_made_up_claims_of_pairwise_subjects_cannot_be_compared(
    sqlite: Database, wechat: LiveSandbox, clock: TestClock
) -> None:
    deployment = build_deployment(sqlite, wechat, clock, pairwise_salt="s" * 40)
    deployment.connection()
    wishes = {"subject_type": "pairwise", "claim_fallbacks": ["email"], "first_party": True}
    told = []
    for name in ("one", "two"):
        shop = deployment.registered(name, redirect_uris=[f"https://{name}.example/cb"], **wishes)
        shop.scope = "openid email"
        token = let_in(deployment, shop).get_json()["access_token"]
        told.append(shop.userinfo(token).get_json()["email"])
    close(deployment)
    sqlite.empty()

    assert told[0] != told[1]


# 5. Keys and empty secrets.


def test_rs256_is_the_first_key(wechat_here: Deployment) -> None:
    keys = wechat_here.app.test_client().get("/jwks").get_json()["keys"]

    assert keys[0]["alg"] == "RS256"


# 9. Refresh tokens of confidential clients.


def test_rfc9700_4_14_2_confidential_client_keeps_its_refresh_token(
    wechat_here: Deployment,
) -> None:
    shop = wechat_here.registered(first_party=True)
    token = let_in(wechat_here, shop).get_json()["refresh_token"]

    answers = [shop.refresh(token).get_json() for _ in range(3)]
    wechat_here.clock.advance(3600)

    assert [answer["refresh_token"] for answer in answers] == [token] * 3
    assert shop.refresh(token).status_code == 200


@pytest.mark.parametrize("profile", ["", "fapi2"])
def test_kept_refresh_token_lives_on_from_its_last_use(
    wechat_here: Deployment, profile: str
) -> None:
    shop: Any = wechat_here.registered(first_party=True, refresh_token_lifetime=10 * DAY)
    tokens = let_in(wechat_here, shop).get_json()
    token = tokens["refresh_token"]
    if profile:
        turn_into_fapi2(wechat_here)
        shop = KeyHolder.of(shop, wechat_here.clock, signs_with=KEY, holds=HELD)
    statuses = []
    for _ in range(4):
        wechat_here.clock.advance(8 * DAY)
        statuses.append(renew(shop, token).status_code)
    wechat_here.clock.advance(11 * DAY)

    assert statuses == [200] * 4
    assert renew(shop, token).get_json()["error"] == "invalid_grant"


def turn_into_fapi2(deployment: Deployment) -> None:
    with deployment.app.app_context():
        clients = deployment.provider.clients
        client = clients.stored(db.session, "shop")
        assert client is not None
        document = client.metadata.to_document() | {
            "profile": "fapi2",
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": public_keys(KEY),
        }
        clients.set_metadata(db.session, client, ClientMetadata.from_document(document))
        db.session.commit()


def renew(shop: RelyingParty, token: str) -> Any:
    return shop.post("/token", {"grant_type": "refresh_token", "refresh_token": token})


def test_use_of_a_kept_refresh_token_is_written_once_a_day(wechat_here: Deployment) -> None:
    shop = wechat_here.registered(first_party=True)
    token = let_in(wechat_here, shop).get_json()["refresh_token"]
    wechat_here.clock.advance(2 * DAY)
    written = []
    for _ in range(3):
        with wechat_here.statements() as seen:
            shop.refresh(token)
        written.append(sum(one.startswith("UPDATE") for one in seen))

    assert written == [1, 0, 0]


def test_introspection_knows_that_a_kept_token_lives_on(wechat_here: Deployment) -> None:
    shop = wechat_here.registered(first_party=True, refresh_token_lifetime=10 * DAY)
    token = let_in(wechat_here, shop).get_json()["refresh_token"]
    wechat_here.clock.advance(8 * DAY)
    shop.refresh(token)
    wechat_here.clock.advance(8 * DAY)

    told = shop.post("/introspect", {"token": token}).get_json()

    assert told["active"]
    assert told["exp"] == wechat_here.clock() + 2 * DAY


def test_public_clients_and_those_from_before_go_on_rotating(wechat_here: Deployment) -> None:
    public = wechat_here.registered("public", token_endpoint_auth_method="none", first_party=True)
    older = wechat_here.application("older", first_party=True)
    for shop in (public, older):
        token = let_in(wechat_here, shop).get_json()["refresh_token"]

        assert shop.refresh(token).get_json()["refresh_token"] != token


# 11. Tokens without scopes, and 14. causes.


@pytest.fixture
def job(deployment: Deployment) -> RelyingParty:
    document = {"grant_types": ["client_credentials"], "response_types": []}
    return deployment.registered("job", **document)


@pytest.mark.parametrize("kind", ["opaque", "jwt"])
def test_rfc6749_3_3_token_without_scopes_has_no_scope(deployment: Deployment, kind: str) -> None:
    shop = deployment.registered(
        "job",
        grant_types=["client_credentials"],
        response_types=[],
        access_token_format=kind,
    )
    answer = shop.token({"grant_type": "client_credentials"}).get_json()

    told = shop.post("/introspect", {"token": answer["access_token"]}).get_json()

    assert "scope" not in answer
    assert "scope" not in told
    assert told["sub"] == "job"
    if kind == "jwt":
        keys = shop.http.get("/jwks").get_json()
        assert "scope" not in verify_jws(answer["access_token"], keys)


def test_scope_of_people_is_told_as_that(job: RelyingParty) -> None:
    answer = job.token({"grant_type": "client_credentials", "scope": "openid profile"})

    assert "speak of a person" in answer.get_json()["error_description"]


# 16. Calls with credentials.


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("https://shop.example", "https://shop.example"), ("https://other.example", "*")],
)
def test_registered_origin_may_call_the_token_endpoint_with_credentials(
    wechat_here: Deployment, origin: str, allowed: str
) -> None:
    shop = wechat_here.registered(token_endpoint_auth_method="none")

    answer = ask(shop, {"Origin": origin}, client_id="shop")

    assert answer.headers["Access-Control-Allow-Origin"] == allowed
    with_credentials = answer.headers.get("Access-Control-Allow-Credentials")
    assert with_credentials == ("true" if allowed != "*" else None)
    assert "Origin" in answer.headers["Vary"]


# Specifications.


def test_core_12_2_refreshed_id_token_has_no_nonce(wechat_here: Deployment) -> None:
    lean = wechat_here.registered("lean", first_party=True)
    kept = wechat_here.registered("kept", first_party=True, keep_nonce=True)
    told = []
    for shop in (lean, kept):
        token = let_in(wechat_here, shop).get_json()["refresh_token"]
        told.append("nonce" in shop.verified(shop.refresh(token).get_json()["id_token"]))

    assert told == [False, True]


@pytest.mark.parametrize("sent", ["a+secret+with+plus", "a%20secret%20with%20plus"])
def test_rfc6749_appendix_b_plus_is_a_space(deployment: Deployment, sent: str) -> None:
    with_spaces(deployment, "a secret with plus")

    assert knows(deployment, sent)


def test_raw_plus_goes_on_working(deployment: Deployment) -> None:
    with_spaces(deployment, "a+raw+secret+of+old")

    assert knows(deployment, "a+raw+secret+of+old")
    assert not knows(deployment, "a raw secret of other")


def with_spaces(deployment: Deployment, secret: str) -> None:
    metadata = ClientMetadata(redirect_uris=(CALLBACK,))
    with deployment.app.app_context():
        deployment.provider.clients.add(db.session, metadata, client_id="spaced", secret=secret)
        db.session.commit()


def knows(deployment: Deployment, sent: str) -> bool:
    answer = deployment.app.test_client().post(
        "/token",
        data={"grant_type": "authorization_code", "code": "x"},
        headers=basic("spaced", sent),
    )
    return bool(answer.get_json()["error"] != "invalid_client")


def test_refresh_token_says_how_long_it_lives(wechat_here: Deployment) -> None:
    shop = wechat_here.registered(first_party=True, refresh_token_lifetime=10 * DAY)
    tokens = let_in(wechat_here, shop).get_json()
    wechat_here.clock.advance(60)

    again = shop.refresh(tokens["refresh_token"]).get_json()

    assert tokens["refresh_token_expires_in"] == 10 * DAY
    assert again["refresh_token_expires_in"] == 10 * DAY - 60


@pytest.mark.parametrize(
    ("aud", "typ", "exception", "status"),
    [
        (ISSUER, None, "issuer", 200),
        (ISSUER, "client-authentication+jwt", "any-endpoint", 200),
        (f"{ISSUER}/token", None, "any-endpoint", 200),
        (f"{ISSUER}/token", None, "issuer", 401),
        (f"{ISSUER}/token", "client-authentication+jwt", "any-endpoint", 401),
    ],
)
def test_rfc10070_assertion_is_for_the_issuer(
    deployment: Deployment, aud: str, typ: str | None, exception: str, status: int
) -> None:
    shop = deployment.registered(
        "job",
        grant_types=["client_credentials"],
        response_types=[],
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_keys(KEY),
        assertion_audience=exception,
    )
    holder = KeyHolder.of(shop, deployment.clock, signs_with=KEY, typ=typ)
    sent = {"grant_type": "client_credentials", "client_assertion": holder.assertion(aud=aud)}

    answer = holder.post("/token", sent)

    assert answer.status_code == status, answer.text


# What was seen since.


def test_scopes_that_nobody_knows_are_passed_over_at_a_refresh_too(deployment: Deployment) -> None:
    story = signed_in(deployment, scope="openid offline_access")
    token = story.tokens()["refresh_token"]
    again = story.shop.refresh(token, scope="openid read:all").get_json()
    grown = story.shop.refresh(token, scope="openid profile").get_json()

    assert again["scope"] == "openid"
    assert grown["error"] == "invalid_scope"
    assert "leave it out" in grown["error_description"]


def test_code_wants_the_redirect_uri_that_it_was_asked_for_with(deployment: Deployment) -> None:
    story = signed_in(deployment)
    other = story.shop.redeem(story.code, story.started, redirect_uri="https://shop.example/b")

    assert other.get_json()["error"] == "invalid_grant"
    assert "letter by letter" in other.get_json()["error_description"]
    assert "id_token" in story.tokens()
