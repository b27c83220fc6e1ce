"""FAPI 2.0 Security Profile 5.4.1: PS256, ES256 and Ed25519 alone, wherever something is signed."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import Key, OKPKey, RSAKey

from app.database import db
from app.management.api.access import ROOT
from oidc.clients.metadata_parsing import InvalidMetadata, RegistrationPolicy, parse
from tests.deployment import Browser, Deployment
from tests.fapi2 import BANK, KEY, bank
from tests.key_holder import KeyHolder, new_key, proof, public_keys, signed, token_hash
from tests.relying_party import ISSUER, header_of

EC = new_key()
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
SIGNERS = (("RS256", RSA), ("PS256", RSA), ("ES256", EC), ("EdDSA", ED), ("Ed25519", ED))
ENC = "A128CBC-HS256"
ALLOWED = {"PS256", "ES256", "EdDSA", "Ed25519"}
EVERYTHING = {"jwks": public_keys(KEY, RSA, EC, ED)}
EACH_SIGNER = pytest.mark.parametrize(("alg", "key"), SIGNERS, ids=[alg for alg, _ in SIGNERS])

Answer = Any
Ask = Callable[[KeyHolder, Browser], Answer]


def error(answer: Answer) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def code_of(client: KeyHolder, browser: Browser, **changes: str | None) -> tuple[str, Any]:
    _, started = client.push(**changes)
    return client.response(browser.get(started.url).location, started)["code"], started


def at_par(client: KeyHolder, _browser: Browser) -> Answer:
    return client.push()[0]


def at_token_with_a_code(client: KeyHolder, browser: Browser) -> Answer:
    _, started = KeyHolder.of(client, client.clock, signs_with=client.signs_with).push()
    code = client.response(browser.get(started.url).location, started)["code"]
    return client.redeem(code, started)


def at_token_for_itself(client: KeyHolder, _browser: Browser) -> Answer:
    return client.post("/token", {"grant_type": "client_credentials"})


def at_challenge(client: KeyHolder, _browser: Browser) -> Answer:
    return client.post("/challenge", {"response_type": "code", "scope": "openid"})


def at_the_api(client: KeyHolder, _browser: Browser) -> Answer:
    token = bound_token(client, lambda: at_token_for_itself(client, _browser))
    sent = client.proof("GET", ROOT + "/keys", ath=token_hash(token))
    headers = {"Authorization": f"DPoP {token}", "DPoP": sent}
    return client.http.get(ROOT + "/keys", headers=headers)


def at_userinfo(client: KeyHolder, browser: Browser) -> Answer:
    token = bound_token(client, lambda: client.redeem(*code_of(client, browser)))
    return client.userinfo(token)


def at_token_with_a_refresh_token(client: KeyHolder, browser: Browser) -> Answer:
    tokens: dict[str, Any] = {}

    def redeem() -> Answer:
        answer = client.redeem(*code_of(client, browser))
        tokens.update(answer.get_json())
        return answer

    bound_token(client, redeem)
    return client.refresh(tokens["refresh_token"])


def bound_token(client: KeyHolder, issue: Callable[[], Answer]) -> str:
    """An access token bound to the client's key, by a proof that is allowed: a key that can sign
    both ways is proved by PS256 first."""
    wanted = client.proof_alg
    client.proof_alg = "PS256" if wanted.startswith("RS") else wanted
    answer = issue()
    client.proof_alg = wanted
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["access_token"])


def put_under_the_profile(deployment: Deployment, client_id: str) -> None:
    with deployment.app.app_context():
        client = deployment.provider.clients.stored(db.session, client_id)
        assert client is not None
        metadata = replace(client.metadata, profile="fapi2")
        assert deployment.provider.clients.set_metadata(db.session, client, metadata)
        db.session.commit()


PLACES: dict[str, tuple[Ask, int]] = {
    "par": (at_par, 201),
    "code": (at_token_with_a_code, 200),
    "refresh": (at_token_with_a_refresh_token, 200),
    "client-credentials": (at_token_for_itself, 200),
    "userinfo": (at_userinfo, 200),
    "api": (at_the_api, 200),
    "challenge": (at_challenge, 400),
}
GRANTS = ["authorization_code", "refresh_token", "client_credentials"]


@EACH_SIGNER
@pytest.mark.parametrize(("ask", "granted"), PLACES.values(), ids=PLACES)
def test_fapi2_5_4_1_proof_is_of_an_allowed_algorithm_wherever_one_is_taken(
    deployment: Deployment, alg: str, key: Key, ask: Ask, granted: int
) -> None:
    client, browser = bank(deployment, grant_types=GRANTS, scope="openid offline_access admin:read")
    client.holds, client.proof_alg = key, alg

    answer = ask(client, browser)

    if alg in ALLOWED:
        assert answer.status_code == granted, answer.text
        assert "invalid_dpop_proof" not in answer.text
    else:
        resource = ask in (at_userinfo, at_the_api)
        assert error(answer) == (401 if resource else 400, "invalid_dpop_proof")


@pytest.mark.parametrize("profile", ["fapi2", ""])
@pytest.mark.parametrize("ask", [at_userinfo, at_the_api])
def test_rfc9449_7_1_challenge_names_what_this_client_may_sign_with(
    deployment: Deployment, profile: str, ask: Ask
) -> None:
    """Before anybody is known, whatever some client may."""
    rights = {"grant_types": GRANTS, "scope": "openid offline_access admin:read"}
    client, browser = bank(deployment, profile=profile, **rights)
    client.holds, client.proof_alg = RSA, "RS384"

    known, unknown = ask(client, browser), client.http.get("/userinfo")

    everything = set(document(deployment)["dpop_signing_alg_values_supported"])
    assert algs(known) == (ALLOWED if profile else everything)
    assert algs(unknown) == everything == {*ALLOWED, "RS256"}


def algs(answer: Answer) -> set[str]:
    assert answer.status_code == 401, answer.text
    [told] = re.findall(r'algs="([^"]+)"', ",".join(answer.headers.getlist("WWW-Authenticate")))
    return set(told.split())


def document(deployment: Deployment) -> Any:
    return deployment.app.test_client().get("/.well-known/openid-configuration").get_json()


@EACH_SIGNER
def test_rfc9449_4_3_other_clients_go_on_with_every_algorithm(
    deployment: Deployment, alg: str, key: Key
) -> None:
    client, browser = bank(deployment, profile="")
    client.holds, client.proof_alg = key, alg

    answer = at_userinfo(client, browser)

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("profile", ["fapi2", ""])
def test_rfc7517_4_4_key_with_an_alg_of_its_own_signs_with_no_other(
    deployment: Deployment, profile: str
) -> None:
    client, _ = bank(deployment, profile=profile)
    now = deployment.clock()
    header = {"alg": "PS256", "typ": "dpop+jwt", "jwk": RSA.as_dict(private=False)}
    header["jwk"]["alg"] = "RS256"
    claims = {"jti": "one", "htm": "POST", "htu": ISSUER + "/par", "iat": now}
    forged = signed(header, claims, RSA)

    answer = client.post("/par", {}, headers={"DPoP": forged})

    assert error(answer) == (400, "invalid_dpop_proof")


@EACH_SIGNER
def test_fapi2_5_4_1_client_assertion_is_of_an_allowed_algorithm(
    deployment: Deployment, alg: str, key: Key
) -> None:
    rights = {"grant_types": GRANTS, "scope": "openid admin:read"}
    client, _ = bank(deployment, **EVERYTHING, **rights)
    client.signs_with, client.alg = key, alg

    for path in ("/par", "/token", "/introspect", "/revoke"):
        answer = client.post(path, {"grant_type": "client_credentials"})
        known = error(answer) if answer.status_code != 200 else (200, "")
        assert (known == (401, "invalid_client")) == (alg not in ALLOWED), (path, answer.text)


@EACH_SIGNER
def test_fapi2_5_4_1_request_object_is_of_an_allowed_algorithm(
    deployment: Deployment, alg: str, key: Key
) -> None:
    client, _ = bank(deployment, **EVERYTHING)
    started = client.start()
    now = deployment.clock()
    claims = {
        **{"iss": client.client_id, "client_id": client.client_id, "aud": ISSUER},
        **{"nbf": now, "exp": now + 60, "response_type": "code", "scope": "openid"},
        **{"redirect_uri": client.redirect_uri, "state": started.state},
        **{"code_challenge": "c" * 43, "code_challenge_method": "S256"},
    }
    header = {"alg": alg, "kid": key.kid, "typ": "oauth-authz-req+jwt"}
    sent = {"client_id": client.client_id, "request": signed(header, claims, key)}

    answer = client.post("/par", sent)

    if alg in ALLOWED:
        assert answer.status_code == 201, answer.text
    else:
        assert error(answer) == (400, "invalid_request_object")


def test_fapi2_5_3_4_bearer_token_from_before_the_profile_is_refused(
    deployment: Deployment,
) -> None:
    client, browser = bank(deployment, profile="")
    key, client.holds = client.holds, None
    token = client.redeem(*code_of(client, browser)).get_json()["access_token"]
    before = client.userinfo(token)
    put_under_the_profile(deployment, "bank")

    after = client.userinfo(token)
    in_the_body = client.http.post("/userinfo", data={"access_token": token})
    client.holds = key

    assert before.status_code == 200
    assert error(after) == error(in_the_body) == (401, "invalid_token")
    assert error(client.userinfo(token)) == (401, "invalid_token")


def test_fapi2_5_3_4_bound_token_is_taken_in_the_header_alone(deployment: Deployment) -> None:
    client, browser = bank(deployment)
    token = client.redeem(*code_of(client, browser)).get_json()["access_token"]
    sent = {"DPoP": client.proof("POST", "/userinfo", ath=token_hash(token))}

    body = client.http.post("/userinfo", data={"access_token": token}, headers=sent)
    query = client.http.get("/userinfo?access_token=" + token, headers=sent)
    proof_of_none = proof(EC, deployment.clock(), "GET", "/userinfo", ath=token_hash(token))
    stolen = {"Authorization": f"DPoP {token}", "DPoP": proof_of_none}

    assert error(body) == (401, "invalid_token")
    assert query.status_code == 401
    assert error(client.http.get("/userinfo", headers=stolen)) == (401, "invalid_dpop_proof")


def test_fapi2_5_4_1_userinfo_that_is_encrypted_is_not_signed_by_rs256(
    deployment: Deployment,
) -> None:
    key = RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"})
    wanted = {"userinfo_encrypted_response_alg": "RSA-OAEP-256"}
    client, browser = bank(deployment, jwks=public_keys(KEY, key), **wanted)
    token = client.redeem(*code_of(client, browser)).get_json()["access_token"]

    answer = client.userinfo(token)

    assert answer.mimetype == "application/jwt"
    inside = jwe.decrypt_compact(answer.text, key, algorithms=[*wanted.values(), ENC]).plaintext
    assert inside is not None
    assert header_of(inside.decode())["alg"] == "ES256"


@pytest.mark.parametrize("uri", ["http://127.0.0.1:4000/cb", "http://localhost:4000/cb"])
def test_fapi2_5_3_2_2_no_answer_goes_in_the_clear(uri: str) -> None:
    document = {**BANK, "redirect_uris": [uri]}
    development = RegistrationPolicy(trusted=True, http_on_loopback=True)

    with pytest.raises(InvalidMetadata) as refused:
        parse(document, policy=development)

    assert {name for name, _ in refused.value.problems} == {"redirect_uris"}
    assert parse({**document, "profile": ""}, policy=development).redirect_uris == (uri,)


def test_fapi2_5_4_2_no_kid_is_published_twice(deployment: Deployment) -> None:
    client, _ = bank(deployment)

    keys = client.http.get("/jwks").get_json()["keys"]

    assert len({key["kid"] for key in keys}) == len(keys) >= 4
    assert not any({"x5u", "jku"} & key.keys() for key in keys)


def test_fapi2_5_4_3_keys_of_one_kid_are_told_apart(deployment: Deployment) -> None:
    alike = [
        type(key).import_key({**key.as_dict(private=True), "kid": "same"}) for key in (RSA, ED, EC)
    ]
    client, _ = bank(deployment, jwks=public_keys(*alike))

    for key, alg in zip(alike, ("PS256", "EdDSA", "ES256"), strict=True):
        client.signs_with, client.alg = key, alg
        assert client.push()[0].status_code == 201, alg
