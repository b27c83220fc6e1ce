"""The claims parameter becomes a value, whatever is sent (OpenID Connect Core 5.5)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oidc.protocol.claims_parameter import Ask, ClaimsRequest, parse
from oidc.protocol.errors import OAuthError


def asked(document: Any) -> ClaimsRequest:
    return parse(json.dumps(document))


def test_the_example_of_core_5_5() -> None:
    request = asked(
        {
            "userinfo": {
                "given_name": {"essential": True},
                "nickname": None,
                "http://example.info/claims/groups": None,
            },
            "id_token": {
                "auth_time": {"essential": True},
                "acr": {"values": ["urn:mace:incommon:iap:silver"]},
            },
        }
    )

    assert request.userinfo["given_name"] == Ask(essential=True)
    assert request.userinfo["nickname"] == Ask()
    assert "http://example.info/claims/groups" in request.userinfo
    assert request.id_token["auth_time"].essential
    assert request.id_token["acr"].values == ("urn:mace:incommon:iap:silver",)
    assert request.essential_acr == ()


def test_value_is_values_with_one_member() -> None:
    request = asked({"id_token": {"sub": {"value": "24400320"}}})

    assert request.id_token["sub"] == Ask(values=("24400320",))
    assert request.subject == "24400320"


def test_an_essential_acr_names_what_must_be_reached() -> None:
    request = asked({"id_token": {"acr": {"essential": True, "values": ["1", "2"]}}})

    assert request.essential_acr == ("1", "2")


@pytest.mark.parametrize(
    ("document", "subject"),
    [
        ({}, None),
        ({"id_token": {"sub": None}}, None),
        ({"userinfo": {"sub": {"value": "a"}}}, "a"),
        ({"id_token": {"sub": {"value": "a"}}, "userinfo": {"sub": {"value": "a"}}}, "a"),
        ({"id_token": {"sub": {"values": ["a", "b"]}}}, None),
    ],
)
def test_one_subject_may_be_demanded(document: Any, subject: str | None) -> None:
    assert asked(document).subject == subject


@pytest.mark.parametrize(
    ("ask", "actual", "accepted"),
    [
        (Ask(), "anything", True),
        (Ask(values=("a", "b")), "b", True),
        (Ask(values=("a", "b")), "c", False),
        (Ask(values=(True,)), 1, False),
        (Ask(values=(True,)), True, True),
    ],
)
def test_a_value_is_compared_with_its_type(ask: Ask, actual: Any, accepted: bool) -> None:
    assert ask.accepts(actual) is accepted


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"id_token": None},
        {"userinfo": {}},
        {"verified_claims": {"a": [1]}},
        {"id_token": {}, "extra": 7},
    ],
)
def test_nothing_asked_is_nothing_asked(document: Any) -> None:
    assert asked(document) == ClaimsRequest()


def test_members_that_are_not_understood_are_ignored() -> None:
    request = asked({"userinfo": {"email": {"essential": True, "purpose": {"de": "x"}}}})

    assert request.userinfo == {"email": Ask(essential=True)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        "7",
        '{"id_token":[]}',
        '{"id_token":"sub"}',
        '{"userinfo":{"email":true}}',
        '{"userinfo":{"email":"x"}}',
        '{"userinfo":{"email":[]}}',
        '{"userinfo":{"email":{"essential":"yes"}}}',
        '{"userinfo":{"email":{"values":"a"}}}',
        '{"userinfo":{"":null}}',
        '{"userinfo":{"a\\u0000b":null}}',
        '{"userinfo":{"a":{"value":"\\ud800"}}}',
        '{"id_token":{"sub":{"value":7}}}',
        '{"id_token":{"acr":{"values":[["a"]]}}}',
        '{"id_token":{"acr":{"value":NaN}}}',
        '{"userinfo":{"' + "n" * 101 + '":null}}',
        json.dumps({"userinfo": {f"c{n}": None for n in range(101)}}),
        json.dumps({"userinfo": {"a": {"values": list(range(51))}}}),
        '{"userinfo":{"a":{"value":' + "[" * 10 + "]" * 10 + "}}}",
        "[" * 8000,
        '{"userinfo":{"a":{"value":"' + "x" * 9000 + '"}}}',
        '{"userinfo":{"a":{"value":' + "9" * 5000 + "}}}",
    ],
)
def test_what_is_not_a_claims_request_is_refused(text: str) -> None:
    with pytest.raises(OAuthError) as caught:
        parse(text)

    assert caught.value.code == "invalid_request"
    assert caught.value.hint.isascii()


def test_the_value_survives_storage() -> None:
    request = asked(
        {"id_token": {"acr": {"essential": True, "values": ["1"]}}, "userinfo": {"name": None}}
    )

    stored = json.dumps(request.to_document())

    assert ClaimsRequest.from_document(json.loads(stored)) == request
    assert ClaimsRequest.from_document(ClaimsRequest().to_document()) == ClaimsRequest()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)


@given(
    json_values
    | st.dictionaries(
        st.sampled_from(["id_token", "userinfo"]), st.dictionaries(st.text(max_size=9), json_values)
    )
)
def test_no_json_makes_it_fail_otherwise(document: Any) -> None:
    try:
        request = asked(document)
    except OAuthError:
        return

    assert ClaimsRequest.from_document(json.loads(json.dumps(request.to_document()))) == request


@given(st.text())
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    try:
        request = parse(text)
    except OAuthError:
        return

    assert request == ClaimsRequest()
