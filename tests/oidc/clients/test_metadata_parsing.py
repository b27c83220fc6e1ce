"""A registration document is checked member by member, and every problem is told at once."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from oidc.clients.metadata_fields import FIELDS, LIFETIMES
from oidc.clients.metadata_parsing import (
    SERVER_MEMBERS,
    ClientMetadata,
    InvalidMetadata,
    RegistrationPolicy,
    parse,
)

KEY = ECKey.generate_key("P-256", {"kid": "k1"})
JWKS = {"keys": [KEY.as_dict(private=False)]}
MINIMAL: dict[str, Any] = {"redirect_uris": ["https://rp.example/cb"]}
OPEN = RegistrationPolicy()
ADMIN = RegistrationPolicy(trusted=True)


def problems(document: dict[str, Any], policy: RegistrationPolicy = OPEN) -> list[str]:
    """The members that are complained about."""
    with pytest.raises(InvalidMetadata) as caught:
        parse(document, policy=policy)
    assert caught.value.hint.isascii()
    assert not set('"\\\n') & set(caught.value.hint)
    return [name for name, _ in caught.value.problems]


def test_defaults_are_those_of_the_specifications() -> None:
    client = parse(MINIMAL, policy=OPEN)

    assert client.response_types == ("code",)
    assert client.grant_types == ("authorization_code",)
    assert client.token_endpoint_auth_method == "client_secret_basic"
    assert client.application_type == "web"
    assert client.id_token_signed_response_alg == "RS256"
    assert client.subject_type == "public"
    assert client.userinfo_signed_response_alg is None
    assert (client.require_pkce, client.require_nonce_or_pkce) == (False, True)
    assert not client.require_registered_auth_method
    assert not client.rotate_refresh_tokens
    assert client.assertion_audience == "issuer"


def test_the_value_survives_storage() -> None:
    client = parse(
        MINIMAL
        | {
            "client_name": "桥",
            "client_name#zh-CN": "桥 演示",
            "contacts": ["dev@rp.example"],
            "jwks": JWKS,
            "token_endpoint_auth_method": "private_key_jwt",
            "default_max_age": 0,
            "require_pkce": False,
            "access_token_lifetime": 60,
        },
        policy=ADMIN,
    )

    stored = json.dumps(client.to_document())

    assert ClientMetadata.from_document(json.loads(stored)) == client


def test_client_without_people_stays_one_in_storage() -> None:
    client = parse({"grant_types": ["client_credentials"], "scope": "orders.read"}, policy=ADMIN)

    assert ClientMetadata.from_document(client.to_document()) == client
    assert parse(client.to_document(), policy=ADMIN) == client


def test_storage_may_hold_members_of_another_version() -> None:
    assert ClientMetadata.from_document({"from_the_future": 1}) == ClientMetadata()


def test_stored_lifetime_of_zero_is_none() -> None:
    stored = {**MINIMAL, "code_lifetime": 0, "access_token_lifetime": 60, "default_max_age": 0}

    client = ClientMetadata.from_document(stored)

    assert (client.code_lifetime, client.access_token_lifetime) == (None, 60)
    assert client.default_max_age == 0
    assert parse(client.to_document(), policy=ADMIN) == client


def test_the_response_tells_the_defaults_and_hides_our_own_switches() -> None:
    document = parse(MINIMAL, policy=OPEN).to_document(public=True)

    assert document["grant_types"] == ["authorization_code"]
    assert not SERVER_MEMBERS & document.keys()
    assert None not in document.values()


def test_every_member_has_a_reader_and_every_reader_a_member() -> None:
    members = {member.name for member in fields(ClientMetadata) if member.init} - {"localised"}

    assert members == FIELDS.keys()
    assert members >= SERVER_MEMBERS


def test_a_registration_request_cannot_set_our_own_switches() -> None:
    document = MINIMAL | {
        "first_party": True,
        "require_pkce": False,
        "profile": "fapi2",
        "access_token_format": "jwt",
        "refresh_token_lifetime": 2**30,
    }

    client = parse(document, policy=OPEN)

    assert client == parse(MINIMAL, policy=OPEN)
    assert parse(document, policy=RegistrationPolicy()).first_party is False


@pytest.mark.parametrize(
    ("name", "least", "most"), [(name, *bounds) for name, bounds in LIFETIMES.items()]
)
def test_a_lifetime_has_bounds(name: str, least: int, most: int) -> None:
    for seconds in (least, most):
        assert getattr(parse(MINIMAL | {name: seconds}, policy=ADMIN), name) == seconds
    for seconds in (0, -1, most + 1, 1_000_000_000, 60.0, "60", True):
        with pytest.raises(InvalidMetadata) as refused:
            parse(MINIMAL | {name: seconds}, policy=ADMIN)
        sentence = f"must be a number of whole seconds from {least} to {most}"
        assert refused.value.problems == [(name, sentence)]


def test_an_admin_sets_them() -> None:
    client = parse(MINIMAL | {"first_party": True, "require_pkce": False}, policy=ADMIN)

    assert client.first_party
    assert not client.require_pkce


def test_unknown_and_null_members_are_ignored() -> None:
    client = parse(MINIMAL | {"shoe_size": 44, "client_name": None}, policy=OPEN)

    assert client == parse(MINIMAL, policy=OPEN)


def test_all_problems_are_told_at_once() -> None:
    found = problems(
        {
            "redirect_uris": ["javascript:alert(1)", "http://rp.example/cb"],
            "logo_uri": "http://rp.example/logo.png",
            "client_name": 7,
            "subject_type": "secret",
            "token_endpoint_auth_method": "private_key_jwt",
        }
    )

    assert set(found) == {"redirect_uris", "logo_uri", "client_name", "subject_type", "jwks"}
    assert found.count("redirect_uris") == 2


def test_the_code_tells_redirect_uris_from_the_rest() -> None:
    with pytest.raises(InvalidMetadata) as bad_uri:
        parse({"redirect_uris": ["http://rp.example/cb"]}, policy=OPEN)
    with pytest.raises(InvalidMetadata) as bad_name:
        parse(MINIMAL | {"client_name": ""}, policy=OPEN)

    assert bad_uri.value.code == "invalid_redirect_uri"
    assert bad_name.value.code == "invalid_client_metadata"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("redirect_uris", "https://rp.example/cb"),
        ("redirect_uris", [7]),
        ("redirect_uris", ["https://rp.example/cb#x"]),
        ("redirect_uris", ["com.example.app:/cb"]),
        ("redirect_uris", [f"https://rp.example/{n}" for n in range(51)]),
        ("redirect_uris", []),
        ("response_types", ["id_token"]),
        ("response_types", ["code", "token"]),
        ("response_types", ["none"]),
        ("response_types", []),
        ("grant_types", ["implicit"]),
        ("grant_types", ["password"]),
        ("grant_types", []),
        ("application_type", "desktop"),
        ("token_endpoint_auth_method", "tls_client_auth"),
        ("token_endpoint_auth_method", ["none"]),
        ("token_endpoint_auth_signing_alg", "none"),
        ("token_endpoint_auth_signing_alg", "HS512"),
        ("client_name", ""),
        ("client_name", "a" * 201),
        ("client_name", "Bank\u202eexe"),
        ("client_name", "Bank\nUnited"),
        ("client_name#zh-CN", ""),
        ("client_name#", "x"),
        ("client_name#no tag", "x"),
        ("logo_uri", "javascript:alert(1)"),
        ("logo_uri", "data:image/png;base64,AA"),
        ("logo_uri#zh-CN", "http://rp.example/l.png"),
        ("client_uri", "ftp://rp.example"),
        ("policy_uri", "//rp.example/"),
        ("tos_uri", 1),
        ("contacts", "dev@rp.example"),
        ("scope", ["openid"]),
        ("scope", 'openid "x"'),
        ("jwks", {}),
        ("jwks", {"keys": [KEY.as_dict(private=True)]}),
        ("jwks_uri", "http://rp.example/jwks"),
        ("sector_identifier_uri", "http://rp.example/s"),
        ("subject_type", True),
        ("id_token_signed_response_alg", "none"),
        ("id_token_signed_response_alg", "HS256"),
        ("id_token_encrypted_response_alg", "RSA1_5"),
        ("id_token_encrypted_response_alg", "PBES2-HS256+A128KW"),
        ("id_token_encrypted_response_enc", "A128GCM"),
        ("userinfo_signed_response_alg", "none"),
        ("request_object_signing_alg", "HS256"),
        ("request_uris", ["http://rp.example/r"]),
        ("request_uris", ["https://rp.example/r#<script>"]),
        ("default_max_age", -1),
        ("default_max_age", True),
        ("default_max_age", "60"),
        ("default_max_age", 2**40),
        ("require_auth_time", "true"),
        ("default_acr_values", "1 2"),
        ("initiate_login_uri", "http://rp.example/login"),
        ("post_logout_redirect_uris", ["javascript:alert(1)"]),
        ("backchannel_logout_uri", "http://169.254.169.254/"),
        ("backchannel_logout_uri", "https://rp.example/logout#x"),
        ("frontchannel_logout_uri", "https://other.example/logout"),
        ("frontchannel_logout_uri", "https://rp.example:444/logout"),
        ("dpop_bound_access_tokens", 1),
    ],
)
def test_a_wrong_value_is_refused_by_name(member: str, value: Any) -> None:
    assert member.partition("#")[0] in problems(MINIMAL | {member: value})


@pytest.mark.parametrize(
    ("document", "member"),
    [
        ({"grant_types": ["client_credentials"], "response_types": ["code"]}, "response_types"),
        ({"grant_types": ["authorization_code"], "response_types": []}, "response_types"),
        ({"jwks": JWKS, "jwks_uri": "https://rp.example/jwks"}, "jwks"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "jwks"),
        ({"request_object_signing_alg": "ES256"}, "jwks"),
        ({"id_token_encrypted_response_alg": "RSA-OAEP-256"}, "jwks"),
        ({"userinfo_encrypted_response_enc": "A256GCM"}, "userinfo_encrypted_response_enc"),
        (
            {"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]},
            "grant_types",
        ),
        (
            {
                "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": "HS256",
                "jwks": JWKS,
            },
            "token_endpoint_auth_signing_alg",
        ),
        (
            {
                "token_endpoint_auth_method": "client_secret_jwt",
                "token_endpoint_auth_signing_alg": "RS256",
            },
            "token_endpoint_auth_signing_alg",
        ),
        (
            {
                "subject_type": "pairwise",
                "redirect_uris": ["https://a.example/cb", "https://b.example/cb"],
            },
            "sector_identifier_uri",
        ),
        (
            {
                "subject_type": "pairwise",
                "redirect_uris": ["com.example.app:/cb"],
                "application_type": "native",
            },
            "sector_identifier_uri",
        ),
        (
            {"require_signed_request_object": True, "request_object_signing_alg": "none"},
            "request_object_signing_alg",
        ),
    ],
)
def test_members_that_contradict_each_other_are_refused(
    document: dict[str, Any], member: str
) -> None:
    assert member in problems(MINIMAL | document)


def test_a_document_that_no_database_could_hold_is_refused() -> None:
    uris = [f"https://rp.example/{n}?" + "a" * 1900 for n in range(30)]

    assert problems({"redirect_uris": uris}) == ["the document"]


def test_only_what_makes_a_key_is_kept() -> None:
    keys = {"keys": [JWKS["keys"][0] | {"x5c": ["A" * 9000], "note": "hello"}]}

    client = parse(MINIMAL | {"jwks": keys}, policy=OPEN)

    assert client.jwks == JWKS


def test_pairwise_subjects_with_one_host_need_no_sector_uri() -> None:
    client = parse(MINIMAL | {"subject_type": "pairwise"}, policy=OPEN)

    assert client.subject_type == "pairwise"


def test_members_in_too_many_languages_are_left_out() -> None:
    names = {f"client_name#x{n}": "name" for n in range(100)}
    tagged = {f"client_name#{a}{b}": "name" for a in "abcdefghij" for b in "abcdefghij"}

    assert set(problems(MINIMAL | names)) == {"client_name"}
    assert len(parse(MINIMAL | tagged, policy=OPEN).localised) == 50


def test_scopes_are_limited_to_those_supported() -> None:
    policy = RegistrationPolicy(scopes=frozenset({"openid", "profile"}))

    assert parse(MINIMAL | {"scope": "profile openid"}, policy=policy).scope == "profile openid"
    assert parse(MINIMAL | {"scope": "openid admin"}, policy=policy).scope == "openid"
    assert parse(MINIMAL | {"scope": "admin"}, policy=policy).scope is None


def test_a_machine_needs_no_redirect_uri() -> None:
    client = parse({"grant_types": ["client_credentials"]}, policy=OPEN)

    assert client.response_types == ()
    assert client.redirect_uris == ()


def test_a_first_party_app_of_the_admin_needs_no_redirect_uri() -> None:
    app = {"first_party": True, "token_endpoint_auth_method": "none", "application_type": "native"}

    assert parse(app, policy=ADMIN).redirect_uris == ()
    assert problems(app, OPEN) == ["redirect_uris"]


def test_encryption_without_a_named_enc_gets_the_default() -> None:
    client = parse(
        MINIMAL | {"id_token_encrypted_response_alg": "ECDH-ES", "jwks": JWKS}, policy=OPEN
    )

    assert client.id_token_encrypted_response_enc == "A128CBC-HS256"


def test_a_native_client_may_use_its_own_forms() -> None:
    uris = ["com.example.app:/cb", "http://127.0.0.1/cb", "https://app.example/cb"]

    client = parse({"redirect_uris": uris, "application_type": "native"}, policy=OPEN)

    assert client.redirect_uris == tuple(uris)


def test_development_may_use_http_on_the_loopback_and_nowhere_else() -> None:
    policy = RegistrationPolicy(http_on_loopback=True)
    document = {
        "redirect_uris": ["http://127.0.0.1:8002/cb"],
        "backchannel_logout_uri": "http://127.0.0.1:8002/logout",
        "jwks_uri": "http://localhost:8002/jwks",
    }

    assert parse(document, policy=policy).jwks_uri == "http://localhost:8002/jwks"
    assert set(problems(document)) == {"redirect_uris", "jwks_uri", "backchannel_logout_uri"}
    assert problems(MINIMAL | {"jwks_uri": "http://rp.example/"}, policy) == ["jwks_uri"]


def test_the_fapi_profile_turns_on_what_it_demands() -> None:
    client = parse(
        MINIMAL
        | {
            "profile": "fapi2",
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": JWKS,
            "require_pkce": False,
        },
        policy=ADMIN,
    )

    assert client.is_fapi2
    assert client.require_pushed_authorization_requests
    assert client.dpop_bound_access_tokens
    assert client.require_pkce
    assert client.id_token_signed_response_alg == "PS256"


def test_the_fapi_profile_refuses_what_it_forbids() -> None:
    found = problems(MINIMAL | {"profile": "fapi2", "id_token_signed_response_alg": "RS256"}, ADMIN)

    assert found == ["token_endpoint_auth_method", "id_token_signed_response_alg"]


def test_names_are_told_in_the_reader_s_language() -> None:
    client = parse(
        MINIMAL
        | {"client_name": "Bridge", "client_name#zh-Hans": "桥", "client_name#fr-CA": "Pont"},
        policy=OPEN,
    )

    assert client.in_language("client_name", "zh_Hans") == "桥"
    assert client.in_language("client_name", "zh-CN") == "桥"
    assert client.in_language("client_name", "fr") == "Pont"
    assert client.in_language("client_name", "de") == "Bridge"
    assert client.in_language("logo_uri", "zh-CN") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(max_size=30), json_values))
def test_no_json_makes_it_fail_otherwise(document: dict[str, Any]) -> None:
    try:
        client = parse(MINIMAL | document, policy=ADMIN)
    except InvalidMetadata as refused:
        client, hint = None, refused.hint

    if client is None:
        assert hint.isascii()
    else:
        assert ClientMetadata.from_document(client.to_document()) == client
