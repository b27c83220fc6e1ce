"""``clients add --for``: what each program of the list is registered with, and told."""

import json

from click.testing import CliRunner
from sqlalchemy.orm import Session

from app.management.cli.clients.for_program import list_presets
from app.management.services import presets
from app.management.services.clients import metadata_of
from app.management.services.preset_documents import document_of, read_address
from app.management.services.preset_values import pasted
from app.management.services.presets import CATEGORIES, Preset, marks_of
from oidc.provider import Provider
from tests.app.management.cli.conftest import Operator

AT = "https://app.example"


def test_there_are_seventy_programs_or_more() -> None:
    assert len(presets.every()) >= 70


def test_each_program_can_be_registered_and_is_told_everything(
    operator: Operator, session: Session
) -> None:
    for preset in presets.every().values():
        _check(operator.provider, session, preset)


def _check(provider: Provider, session: Session, preset: Preset) -> None:
    client = secret = None
    if preset.registers:
        metadata = metadata_of(provider, document_of(preset, AT))
        client, secret = provider.clients.add(session, metadata)
    texts = [one.text for one in pasted(preset, provider, client, secret)]

    assert preset.category in CATEGORIES, preset
    assert preset.pkce in ("always", "option", "nonce", "none"), preset
    assert preset.documents.startswith("https://"), preset
    assert preset.note.keys() in ({"en", "zh"}, set()), preset
    assert all(presets.load(alias) is preset for alias in preset.aliases), preset
    assert marks_of(" ".join(preset.patterns)) <= {"url", *preset.variables}, preset
    assert texts, preset
    assert not any(map(marks_of, texts)), preset
    assert any((client.client_id if client else provider.settings.issuer) in one for one in texts)
    assert secret is None or any(secret in one for one in texts), preset
    for uri in client.metadata.redirect_uris if client else ():
        assert client is not None
        assert client.metadata.preset == preset.id
        assert uri in document_of(preset, uri)["redirect_uris"], preset


def test_program_is_added_by_its_address_or_its_redirect_uri(
    operator: Operator, session: Session
) -> None:
    callback = f"{AT}/login/generic_oauth"
    said = operator.run("clients", "add", "--for", "grafana", "--url", AT)
    by_uri = operator.read("clients", "add", "--for", "Grafana", "--redirect-uri", callback)

    client = operator.provider.clients.stored(session, by_uri["client_id"])
    assert client is not None
    assert client.metadata.redirect_uris == (callback,)
    assert client.metadata.claims_in_id_token
    assert "[auth.generic_oauth]" in said
    assert "not run" in said


def test_parts_of_an_address_are_read_from_a_redirect_uri() -> None:
    keycloak = presets.load("keycloak")
    values = read_address(keycloak, f"{AT}/auth/realms/shop/broker/wechat/endpoint")

    assert values == {"url": f"{AT}/auth", "realm": "shop", "alias": "wechat"}
    assert document_of(keycloak, AT + "/")["redirect_uris"] == [
        f"{AT}/realms/master/broker/qiao/endpoint"
    ]


def test_what_verifies_tokens_is_told_how_and_not_registered(operator: Operator) -> None:
    said = operator.refused("clients", "add", "--for", "pyjwt")

    assert "apis add" in said


def test_unknown_program_and_missing_address_are_told(operator: Operator) -> None:
    assert "clients presets" in operator.refused("clients", "add", "--for", "nothing")
    assert "--url" in operator.refused("clients", "add", "--for", "grafana")


def test_list_tells_what_was_run(operator: Operator) -> None:
    listed = {one["name"]: one["run"] for one in operator.read("clients", "presets")}

    assert listed["oauth2-proxy"] == "7.15.6"
    assert listed["grafana"] is None


def test_application_that_is_as_its_program_wants_has_nothing_to_change(
    operator: Operator,
) -> None:
    for preset in presets.every().values():
        if preset.registers:
            added = operator.read("clients", "add", "--for", preset.id, "--url", AT)
            result = operator.try_to("clients", "check", "--json", "--", added["client_id"])
            assert result.stdout, (preset.id, result.output, result.exception)
            found = json.loads(result.stdout)["findings"]
            signs_in = "authorization_code" in added["grant_types"]
            expected = ["connections"] if signs_in else []
            assert [one["about"] for one in found] == expected, (preset.id, found)
            assert result.exit_code == len(expected)


def test_check_says_what_to_change(operator: Operator) -> None:
    added = operator.read("clients", "add", "--name", "Shop", "--redirect-uri", f"{AT}/elsewhere")
    said = operator.try_to("clients", "check", "--for", "dex", "--", added["client_id"])
    plain = operator.try_to("clients", "check", "--", added["client_id"])

    assert said.exit_code == 1
    assert "beside dex (as broker)" in said.stdout
    assert f"Register the address: {AT}/callback" in said.stdout
    assert '"claims_in_id_token": true' in said.stdout
    assert 'echo \'{"redirect_uris": [' in said.stdout
    assert f"clients change --from-json - -- {added['client_id']}" in said.stdout
    assert "No connection is enabled" in plain.stdout
    assert f"connections enable CONNECTION --client {added['client_id']}" in plain.stdout
    assert "--for" in plain.stdout
    assert "clients presets" in operator.refused(
        "clients", "check", "--for", "nothing", "--", added["client_id"]
    )


def test_list_needs_no_deployment() -> None:
    shown = CliRunner().invoke(list_presets, [])

    assert shown.exit_code == 0, shown.output
    assert "grafana" in shown.output
