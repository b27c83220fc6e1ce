"""JSON from strangers, as every parser reads it."""

import pytest

from oidc.protocol import strict_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, "é"]}', {"a": [1, "é"]}),
        ('{"a": "é"}'.encode(), {"a": "é"}),
        (b"\xef\xbb\xbf{}", {}),
        (rb'{"a": "\ud83d\ude00"}', {"a": "😀"}),
        (rb'{"a": "\\ud800"}', {"a": r"\ud800"}),
    ],
)
def test_value_is_read(text: str | bytes, value: object) -> None:
    assert strict_json.read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        rb'{"a": "\ud800"}',
        r'{"\udc00": 1}',
        '{"a": "\ud800"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\xff"}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": 1, "a": 1}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"",
        b"{",
        b"[" * 100_000,
    ],
)
def test_what_parsers_read_in_several_ways_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the reasons are Python's
        strict_json.read(text)
