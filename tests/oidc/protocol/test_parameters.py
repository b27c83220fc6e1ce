"""Parameters are read once and strictly: no parameter twice, text only, within bounds."""

from urllib.parse import urlencode

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from oidc.protocol.errors import OAuthError
from oidc.protocol.parameters import (
    FORM,
    MAXIMUM_CHARACTERS,
    from_form,
    from_query,
    from_query_or_form,
    from_values,
)


def query(text: str) -> Request:
    return Request(EnvironBuilder(query_string=text).get_environ())


def form(body: str | bytes, kind: str = FORM, also: str = "") -> Request:
    builder = EnvironBuilder(method="POST", data=body, content_type=kind, query_string=also)
    return Request(builder.get_environ())


def test_values_are_read_by_name_and_empty_ones_count_as_left_out() -> None:
    parameters = from_query(query("a=1&b=&c=%E6%A1%A5"))

    assert parameters == {"a": "1", "c": "桥"}
    assert parameters.errors == {}


@pytest.mark.parametrize("name", ["resource", "audience"])
def test_two_parameters_may_be_repeated(name: str) -> None:
    parameters = from_query(query(f"{name}=x&{name}=y&{name}="))

    assert parameters[name] == "x"
    assert parameters.lists[name] == ("x", "y")
    assert parameters.errors == {}


@pytest.mark.parametrize(
    "repeated", ["state=1&state=2", "state=1&state=1", "state=&state=", "state=1&state="]
)
def test_any_other_parameter_twice_is_a_fault_and_no_value(repeated: str) -> None:
    parameters = from_query(query(repeated + "&b=1"))

    assert parameters == {"b": "1"}
    assert parameters.errors == {"state": "A parameter is repeated."}


@pytest.mark.parametrize("value", ["%00", "a%00b", "%FF", "%C3%28", "%ED%A0%80"])
def test_what_is_no_text_is_a_fault(value: str) -> None:
    for parameters in (from_query(query(f"state={value}&a=1")), from_form(form(f"state={value}"))):
        with pytest.raises(OAuthError) as refused:
            parameters.raise_first_error()
        assert refused.value.hint == "A parameter is not valid UTF-8 text."
        parameters.raise_first_error("a")


def test_percent_sign_is_text() -> None:
    assert from_query(query("state=100%25")) == {"state": "100%"}
    assert from_query(query("state=%25FF")).errors == {}
    assert from_form(form("state=%25FF")).errors == {}


def test_replacement_character_is_text_where_it_was_sent() -> None:
    assert from_query(query("state=%EF%BF%BD")) == {"state": "\ufffd"}


def test_nothing_is_asked_of_the_bytes_of_a_parameter_that_nobody_knows() -> None:
    assert from_query(query("state=100%25&utm=%FF")) == {"state": "100%"}
    assert from_form(form("state=100%25&utm=%FF")).errors == {}


def test_parameter_has_a_length() -> None:
    fits, too_long = "x" * MAXIMUM_CHARACTERS, "x" * (MAXIMUM_CHARACTERS + 1)

    assert from_query(query(f"state={fits}"))["state"] == fits
    assert from_query(query(f"state={too_long}")).errors == {"state": "A parameter is too long."}


def test_parameters_that_nobody_knows_are_ignored_however_many() -> None:
    names = "&".join(f"p{number}=1" for number in range(2000))

    assert from_query(query(f"{names}&state=s"))["state"] == "s"


def test_first_fault_is_refused_where_it_is_asked_about() -> None:
    parameters = from_query(query("state=1&nonce=1&nonce=2&scope=%00"))

    parameters.raise_first_error("state")
    for names, hint in (
        ((), "A parameter is repeated."),
        (("state", "scope"), "A parameter is not valid UTF-8 text."),
    ):
        with pytest.raises(OAuthError) as refused:
            parameters.raise_first_error(*names)
        assert (refused.value.code, refused.value.hint) == ("invalid_request", hint)


def test_form_is_read_from_the_body_alone() -> None:
    assert from_form(form("a=1", also="b=2")) == {"a": "1"}
    assert from_form(form("a=1", kind=f"{FORM}; charset=utf-8")) == {"a": "1"}


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain", ""])
def test_body_of_another_type_is_refused(kind: str) -> None:
    with pytest.raises(OAuthError) as refused:
        from_form(form(b"a=1", kind=kind))

    assert (refused.value.code, refused.value.status_code) == ("invalid_request", 400)
    assert FORM in refused.value.hint


def test_get_reads_the_query_and_post_the_form() -> None:
    assert from_query_or_form(query("a=1")) == {"a": "1"}
    assert from_query_or_form(form("a=2", also="a=1")) == {"a": "2"}


def test_request_that_the_host_makes_is_read_in_the_same_way() -> None:
    values = {"scope": "openid", "state": "", "nonce": "n\0"}

    parameters = from_values(values)

    assert parameters == {"scope": "openid"}
    assert parameters.errors == {"nonce": "A parameter is not valid UTF-8 text."}
    assert parameters == from_query(query(urlencode(values)))
