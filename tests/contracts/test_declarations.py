"""What every source of the catalog promises by its declaration, so that the rest can rely on it."""

import re
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from app.branding import colours
from app.elements import Elements
from app.web.i18n import read_catalog
from federation import Connection, Credential, Federation, Source
from federation.catalog import SOURCES
from federation.fields import Field
from federation.source import Begins, Claim, Keys, Mode
from federation.sources import Sources
from federation.upstreams import (
    AppAuthUpstream,
    CodeUpstream,
    LaunchUpstream,
    RedirectUpstream,
)
from oidc.crypto.keyring import Keyring
from tests.conftest import TestClock

NEEDS: dict[Begins, type] = {
    "redirect": RedirectUpstream,
    "scan": LaunchUpstream,
    "link": LaunchUpstream,
    "launch": LaunchUpstream,
    "send-auth": AppAuthUpstream,
}
"""What an upstream must be able to do that a mode begins by in some place."""
OWN_INPUTS = {"name", "kind", "is_default", "version", "csrf_token", "existing"}
"""What the forms of the console call their own inputs."""
MODES = [(source, mode) for source in SOURCES for mode in source.modes]

of_sources = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
of_modes = pytest.mark.parametrize(("source", "mode"), MODES, ids=[mode.id for _, mode in MODES])


@pytest.fixture
def federation(clock: TestClock) -> Federation:
    return Federation(Keyring(["a secret of the tests with enough characters"]), clock)


@of_modes
def test_upstream_can_do_what_the_mode_begins_by(
    federation: Federation, source: Source, mode: Mode
) -> None:
    credential = Credential.missing(mode.kind)
    upstream = federation.upstream(Connection("x", mode.id, {}, credential, source))

    assert mode.ways
    for place, way in mode.ways.items():
        assert isinstance(upstream, NEEDS[way.begins]), place
        if way.begins != "redirect":
            assert isinstance(upstream, CodeUpstream), place


@of_modes
def test_mode_needs_a_kind_of_credential_that_there_is(source: Source, mode: Mode) -> None:
    assert mode.id.startswith(f"{source.id}-")
    assert source.credentials.kind(mode.kind)


@of_sources
def test_no_field_is_called_what_the_form_calls_its_own(source: Source) -> None:
    declared = [source.credentials.id, *source.credentials.fields]
    names = [field.name for field in declared]

    assert len(set(names)) == len(names)
    assert not OWN_INPUTS & set(names)
    for field in declared:
        assert set(field.kinds) <= {kind.id for kind in source.credentials.kinds}


@of_sources
def test_credential_has_a_secret(source: Source) -> None:
    for kind in source.credentials.kinds:
        assert any(one.secret for one in source.credentials.fields_of(kind.id))


@of_sources
def test_scopes_of_its_claims_are_known_and_explained(source: Source) -> None:
    known = set(Elements(sources=()).scopes) | set(source.scopes)

    assert {claim.scope for claim in source.claims} <= known


@of_sources
def test_button_can_be_read_in_both_schemes(source: Source) -> None:
    assert source.look.mark
    for colour in filter(None, (source.look.light, source.look.dark)):
        red, green, blue = bytes.fromhex(colour.removeprefix("#"))
        background = (red, green, blue)
        ink = colours.ink(background)

        assert colours.contrast(ink, background) >= colours.READABLE


@of_sources
def test_marks_hold_nothing_that_runs(source: Source) -> None:
    assert not re.search(r"<(?!path|circle|rect|/)|\bon\w+=|href|url\(", source.look.mark)


@of_sources
def test_every_sentence_is_marked_and_translated(source: Source) -> None:
    chinese = read_catalog("zh_Hans")

    untranslated = {said for said in sentences(source) if chinese.gettext(said) == said}

    # A source may be called the same in both languages.
    assert untranslated - WORDS_OF_BOTH - {source.name} == set()


WORDS_OF_BOTH = {"AppID", "AppSecret", "EncodingAESKey"}
"""Names that stand in a source's own console in both languages."""


def sentences(declared: Any) -> set[str]:
    """The words of a declaration, wherever they stand in it."""
    if isinstance(declared, str):
        return {declared} if re.match(r"[A-Z]\w*[ .]|[A-Z][a-z]+$", declared) else set()
    if isinstance(declared, dict):
        return sentences([*declared.values()])
    if isinstance(declared, list | tuple | set):
        return set().union(*map(sentences, declared))
    if is_dataclass(declared) and not isinstance(declared, Keys):
        values = [getattr(declared, one.name) for one in fields(declared)]
        return sentences(values)
    return set()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": "We Chat"}, "is not a source's id"),
        ({"id": "other"}, "does not begin with other:"),
        ({"keys": Keys("wechat:unionid:{id}")}, "do not tell which of them is shared"),
        ({"claims": (Claim("a", "b", str), Claim("a", "c", str))}, "a is declared twice"),
    ],
)
def test_declaration_that_nothing_could_rely_on_is_refused(
    change: dict[str, Any], told: str
) -> None:
    known = SOURCES[0]
    values = {one.name: getattr(known, one.name) for one in fields(known)}

    with pytest.raises(ValueError, match=re.escape(told)):
        Sources([Source(**(values | change))])


def test_two_sources_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Sources([*SOURCES, *SOURCES])


@pytest.mark.parametrize(
    ("value", "told"),
    [("", "Enter a value."), ("x" * 8193, "This is too long."), ("green", "Choose one of the")],
)
def test_field_refuses_what_no_field_takes(value: str, told: str) -> None:
    choices = tuple(SOURCES[0].modes[0].options[0].choices) if value == "green" else ()
    field = Field("colour", "Colour", required=True, choices=choices)

    assert str(field.problem(value)).startswith(told)
