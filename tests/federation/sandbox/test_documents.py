"""docs/sandbox.md says what the sandbox has, no less."""

from dataclasses import fields
from pathlib import Path

import pytest

from federation.sandbox import create_sandbox, seed
from federation.sandbox.answers import GARBAGE, QueuedAnswer
from federation.sandbox.apps import WeChatApp
from federation.sandbox.endpoints import ENDPOINTS
from federation.sandbox.people import Person
from federation.sandbox.world import Settings

DOCUMENT = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
CONTROL = {
    str(rule.rule).removeprefix("/sandbox/v1").split("/<")[0]
    for rule in create_sandbox().url_map.iter_rules()
    if str(rule.rule).startswith("/sandbox/v1/") and str(rule.rule) != "/sandbox/v1/"
}


@pytest.mark.parametrize("path", [endpoint.path for endpoint in ENDPOINTS])
def test_every_server_api_is_documented(path: str) -> None:
    assert f"`{path}`" in DOCUMENT


@pytest.mark.parametrize("path", sorted(CONTROL))
def test_every_control_route_is_documented(path: str) -> None:
    assert path in DOCUMENT


@pytest.mark.parametrize("kind", [Person, WeChatApp, QueuedAnswer, Settings])
def test_every_field_that_scripts_set_is_documented(kind: type) -> None:
    missing = [one.name for one in fields(kind) if f"`{one.name}" not in DOCUMENT]

    assert [name for name in missing if (kind, name) != (QueuedAnswer, "number")] == []


def test_every_garbage_is_documented() -> None:
    assert [name for name in GARBAGE if f"`{name}`" not in DOCUMENT] == []


@pytest.mark.parametrize(
    "credential",
    [seed.MINI_PROGRAM, seed.MOBILE, seed.WEBSITE, seed.OFFICIAL, seed.COMPONENT],
)
def test_demo_credentials_are_documented(credential: seed.DemoCredential) -> None:
    row = f"`{credential.appid}` | `{credential.secret}` |"

    assert row in DOCUMENT
    assert credential.original_id is None or f"`{credential.original_id}`" in DOCUMENT
    assert seed.PUSH_TOKEN in DOCUMENT
    assert seed.PUSH_AES_KEY in DOCUMENT


def test_demo_people_are_documented() -> None:
    for person in seed.demo_people():
        assert f"| `{person.id}` | {person.nickname} |" in DOCUMENT
