"""``clients add --for``: what each program of the list is registered with, and told."""

import pytest
from sqlalchemy.orm import Session

from app.management.services import presets
from app.management.services.clients import metadata_of
from app.management.services.preset_values import pasted
from app.management.services.presets import CATEGORIES, marks_of
from tests.app.management.cli.conftest import Operator

EVERY = sorted(presets.every())
AT = "https://app.example"


def test_there_are_thirty_programs_or_more() -> None:
    assert len(EVERY) >= 30


@pytest.mark.parametrize("name", EVERY)
def test_program_can_be_registered_and_is_told_everything(
    operator: Operator, session: Session, name: str
) -> None:
    preset = presets.find(name)
    client, secret = operator.provider.clients.add(
        session, metadata_of(operator.provider, presets.document_of(preset, AT))
    )
    told = pasted(preset, operator.provider, client, secret)

    assert preset.category in CATEGORIES
    assert preset.pkce in ("always", "option", "nonce", "none")
    assert preset.documents.startswith("https://")
    assert client.metadata.preset == name
    assert told
    assert not any(marks_of(one.text) for one in told)
    assert any(client.client_id in one.text for one in told)


def test_program_is_added_by_its_address_or_its_redirect_uri(
    operator: Operator, session: Session
) -> None:
    callback = f"{AT}/login/generic_oauth"
    said = operator.run("clients", "add", "--for", "grafana", "--url", AT)
    by_uri = operator.read("clients", "add", "--for", "Grafana", "--redirect-uri", callback)

    client = operator.provider.clients.find(session, by_uri["client_id"])
    assert client is not None
    assert client.metadata.redirect_uris == (callback,)
    assert client.metadata.claims_in_id_token
    assert "[auth.generic_oauth]" in said
    assert "not run" in said


def test_unknown_program_and_missing_address_are_told(operator: Operator) -> None:
    assert "clients presets" in operator.refused("clients", "add", "--for", "nothing")
    assert "--url" in operator.refused("clients", "add", "--for", "grafana")


def test_list_tells_what_was_run(operator: Operator) -> None:
    listed = {one["name"]: one["run"] for one in operator.read("clients", "presets")}

    assert listed["oauth2-proxy"] == "7.15.6"
    assert listed["grafana"] is None
