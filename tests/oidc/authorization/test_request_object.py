"""A request object is believed when it is the client's, for us, and of now (Core 6, RFC 9101)."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, Key, RSAKey

from oidc.authorization.request_object import (
    RequestObject,
    fetch_request_object,
    read_request_object,
)
from oidc.clients.metadata_parsing import ClientMetadata
from oidc.crypto import jwt
from oidc.outbound.answer import Answer, Unreachable
from oidc.protocol.errors import OAuthError

NOW = 1_800_000_000
ISSUER = "https://op.example"
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
PLAIN = ClientMetadata()
UNSIGNED = ClientMetadata(request_object_signing_alg="none")
SIGNED = ClientMetadata(require_signed_request_object=True)
FAPI = ClientMetadata(profile="fapi2")
BASIC: dict[str, Any] = {"client_id": "app", "response_type": "code", "scope": "openid"}
FULL = BASIC | {"iss": "app", "aud": ISSUER, "nbf": NOW - 5, "exp": NOW + 60}


def signed(
    claims: dict[str, Any], key: Key = EC, alg: str = "ES256", typ: str | None = None
) -> str:
    return jwt.sign(claims, key, alg, key.kid, typ)


def unsigned(claims: dict[str, Any], signature: str = "") -> str:
    def segment(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{segment({'alg': 'none'})}.{segment(claims)}.{signature}"


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


def believe(value: str, client: ClientMetadata = PLAIN) -> RequestObject:
    return read_request_object(
        value, client_id="app", client=client, keys=[EC, RSA], issuer=ISSUER, now=NOW
    )


def refusal(value: str, client: ClientMetadata = PLAIN) -> str:
    with pytest.raises(OAuthError) as caught:
        believe(value, client)
    assert caught.value.code == "invalid_request_object"
    assert caught.value.hint.isascii()
    return caught.value.hint


def test_parameters_are_given_as_they_would_stand_in_a_query() -> None:
    claims = {"userinfo": {"name": {"essential": True}}}

    request = believe(
        signed(
            FULL
            | {
                "max_age": 0,
                "claims": claims,
                "resource": ["https://a.example", "https://b.example"],
                "state": "",
                "nonce": None,
                "jti": "j",
                "iat": NOW,
            }
        )
    )

    assert request.parameters["scope"] == "openid"
    assert request.parameters["max_age"] == "0"
    assert json.loads(request.parameters["claims"]) == claims
    assert request.lists["resource"] == ("https://a.example", "https://b.example")
    assert not {"iss", "aud", "exp", "nbf", "iat", "jti", "state", "nonce"} & set(
        request.parameters
    )
    assert request.signed


def test_an_openid_client_may_send_some_parameters_outside() -> None:
    request = believe(signed(BASIC))

    whole = request.merge({"client_id": "app", "scope": "email", "state": "s", "request": "ey"})

    assert whole == BASIC | {"state": "s"}


@pytest.mark.parametrize(
    ("claims", "client", "typ"),
    [(FULL, SIGNED, None), (FULL, FAPI, None), (FULL, PLAIN, "oauth-authz-req+jwt")],
)
def test_under_rfc_9101_nothing_outside_counts(
    claims: dict[str, Any], client: ClientMetadata, typ: str | None
) -> None:
    request = believe(signed(claims, typ=typ), client)

    whole = request.merge({"client_id": "app", "state": "injected", "prompt": "none"})

    assert whole == BASIC


@pytest.mark.parametrize("missing", ["iss", "aud", "client_id"])
@pytest.mark.parametrize(
    ("client", "typ"), [(SIGNED, None), (FAPI, None), (PLAIN, "oauth-authz-req+jwt")]
)
def test_under_rfc_9101_both_sides_are_named(
    missing: str, client: ClientMetadata, typ: str | None
) -> None:
    assert missing in refusal(signed(without(FULL, missing), typ=typ), client)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"iss": "other"}, "iss must be the client_id"),
        ({"iss": None}, "iss must be the client_id"),
        ({"client_id": "other"}, "client_id must be that of the request"),
        ({"client_id": 7}, "client_id must be that of the request"),
        ({"aud": "https://other.example"}, "aud must be the issuer identifier"),
        ({"aud": []}, "aud must be the issuer identifier"),
        ({"aud": {"a": ISSUER}}, "aud must be the issuer identifier"),
        ({"aud": [[ISSUER]]}, "aud must be the issuer identifier"),
        ({"sub": "app"}, "is a client assertion"),
    ],
)
def test_an_object_of_or_for_somebody_else_is_refused(change: dict[str, Any], told: str) -> None:
    assert told in refusal(signed(FULL | change))


@pytest.mark.parametrize("aud", [ISSUER, [ISSUER], [ISSUER, "https://other.example"]])
def test_the_issuer_is_among_the_audience(aud: Any) -> None:
    assert believe(signed(FULL | {"aud": aud})).parameters == BASIC


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"exp": NOW - 60}, "has expired"),
        ({"nbf": NOW + 61}, "nbf is in the future"),
        ({"iat": NOW + 61}, "iat is in the future"),
        ({"exp": "soon"}, "exp must be a number of seconds"),
        ({"nbf": []}, "nbf must be a number of seconds"),
    ],
)
def test_an_object_of_another_time_is_refused(change: dict[str, Any], told: str) -> None:
    assert told in refusal(signed(FULL | change))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"nbf": NOW - 3601, "exp": NOW + 60}, "an nbf within the last hour"),
        ({"nbf": NOW - 60, "exp": NOW + 3600}, "expire within an hour of its nbf"),
        ({"nbf": NOW, "exp": NOW + 7200}, "exp is too far ahead"),
    ],
)
def test_fapi_limits_how_long_an_object_lives(change: dict[str, Any], told: str) -> None:
    assert told in refusal(signed(FULL | change), FAPI)


def test_fapi_demands_that_an_object_ends() -> None:
    assert "exp" in refusal(signed(without(FULL, "exp")), FAPI)
    assert "nbf" in refusal(signed(without(FULL, "nbf")), FAPI)
    assert believe(signed(FULL), FAPI).complete


def test_the_registered_algorithm_is_the_only_one() -> None:
    client = ClientMetadata(request_object_signing_alg="RS256")

    assert believe(signed(FULL, RSA, "RS256"), client).signed
    assert "algorithm" in refusal(signed(FULL, RSA, "PS256"), client)
    assert "algorithm" in refusal(signed(FULL), client)
    assert "must be signed" in refusal(unsigned(BASIC), client)


def test_fapi_refuses_rs256() -> None:
    assert "algorithm" in refusal(signed(FULL, RSA, "RS256"), FAPI)
    assert believe(signed(FULL, RSA, "PS256"), FAPI).signed


def test_unsigned_objects_are_for_clients_that_registered_none() -> None:
    request = believe(unsigned(BASIC), UNSIGNED)

    assert request.parameters == BASIC
    assert not request.signed
    assert "signed" in refusal(unsigned(BASIC), PLAIN)
    assert "signed" in refusal(unsigned(BASIC), SIGNED)
    assert "algorithm" in refusal(signed(FULL), UNSIGNED)


def test_an_unsigned_object_has_no_signature() -> None:
    assert "a signature but names no algorithm" in refusal(unsigned(BASIC, "AAAA"), UNSIGNED)


def test_another_s_signature_is_refused() -> None:
    assert "signature" in refusal(signed(FULL, ECKey.generate_key("P-256", {"kid": "ec"})))


@pytest.mark.parametrize("typ", ["at+jwt", "dpop+jwt", "client-authentication+jwt"])
def test_a_token_of_another_type_is_no_request(typ: str) -> None:
    assert "type" in refusal(signed(FULL, typ=typ))


@pytest.mark.parametrize("name", ["request", "request_uri"])
def test_objects_do_not_nest(name: str) -> None:
    assert "another" in refusal(signed(FULL | {name: "x"}))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"state": "a\x00b"}, "not plain text"),
        ({f"p{n}": "x" for n in range(101)}, "too many parameters"),
        ({"state": "x" * 17_000}, "too long"),
    ],
    ids=["no text", "too many", "too long"],
)
def test_parameters_keep_within_bounds(change: dict[str, Any], told: str) -> None:
    assert told in refusal(signed(FULL | change))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "not a JWT in compact form"),
        ("a", "not a JWT in compact form"),
        ("..", "not a JWT in compact form"),
        ("é.é.é", "not a JWT in compact form"),
        ("a.b.c", "does not hold well-formed JSON"),
        ("a.b.c.d.e", "Encrypted request objects are not accepted"),
    ],
)
def test_what_is_not_a_jwt_is_refused(value: str, told: str) -> None:
    assert told in refusal(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from(["iss", "aud", "exp", "nbf", "sub", "client_id", "resource", "claims"])
        | st.text(max_size=9),
        json_values,
    )
)
def test_no_claims_make_it_fail_otherwise(changes: dict[str, Any]) -> None:
    try:
        request = believe(unsigned(BASIC | changes), UNSIGNED)
    except OAuthError:
        return

    assert all(isinstance(value, str) for value in request.parameters.values())
    assert all(value for values in request.lists.values() for value in values)


URI = "https://rp.example/request.jwt"
CLIENT = ClientMetadata(request_uris=(URI, "https://rp.example/with#oldhash"))


class Website:
    def __init__(self, body: bytes = b"eyJ.e30.AA\n") -> None:
        self.body = body
        self.visits: list[str] = []

    def __call__(self, url: str) -> Answer:
        self.visits.append(url)
        return Answer(200, "text/plain", self.body)


@pytest.mark.parametrize(
    "uri", [URI, f"{URI}#hash", "https://rp.example/with", "https://rp.example/with#newhash"]
)
def test_a_registered_uri_is_fetched_without_its_fragment(uri: str) -> None:
    website = Website()

    assert fetch_request_object(uri, CLIENT, website) == "eyJ.e30.AA"
    assert website.visits == [uri.partition("#")[0]]


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://evil.example/request.jwt",
        "http://169.254.169.254/latest",
        f"{URI}?x",
        f"{URI}/",
        "urn:ietf:params:oauth:request_uri:abc",
    ],
)
def test_an_unregistered_uri_is_never_fetched(uri: str) -> None:
    website = Website()

    with pytest.raises(OAuthError) as caught:
        fetch_request_object(uri, CLIENT, website)

    assert caught.value.code == "invalid_request_uri"
    assert website.visits == []


def test_a_website_that_fails_is_told_without_its_words() -> None:
    def fail(url: str) -> Answer:
        raise Unreachable("The certificate of the URL's host is not valid.")

    with pytest.raises(OAuthError) as caught:
        fetch_request_object(URI, CLIENT, fail)

    assert caught.value.code == "invalid_request_uri"
    assert "certificate" not in caught.value.hint
    assert "certificate" in caught.value.detail


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(OAuthError):
        fetch_request_object(URI, CLIENT, Website(b"\xff\xfe"))
