"""``clients add``: applications are registered from options and from files."""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from app.audit import trail
from app.enablement import sources
from oidc.clients.metadata import ClientMetadata
from tests.app.management.cli.conftest import Operator

CALLBACK = "https://shop.example/callback"


def test_client_added_from_options_can_use_its_secret(operator: Operator, session: Session) -> None:
    added = operator.read("clients", "add", "--name", "Shop 商店", "--redirect-uri", CALLBACK)

    client = operator.provider.clients.stored(session, added["client_id"])
    assert client is not None
    assert client.check_client_secret(added["client_secret"])
    assert client.metadata.client_name == "Shop 商店"
    assert client.metadata.redirect_uris == (CALLBACK,)
    assert client.check_grant_type("refresh_token")


def test_native_client_has_no_secret(operator: Operator, session: Session) -> None:
    added = operator.read(
        *("clients", "add", "--native", "--first-party", "--redirect-uri", "com.example.app:/cb")
    )

    client = operator.provider.clients.stored(session, added["client_id"])
    assert client is not None
    assert "client_secret" not in added
    assert client.is_public
    assert client.is_first_party


def test_secret_is_shown_to_people_with_a_word_of_care(operator: Operator) -> None:
    said = operator.run("clients", "add", "--name", "Shop", "--redirect-uri", CALLBACK)

    assert "client_secret  qcs_" in said
    assert "cannot be shown again" in said


def test_application_without_a_name_is_told_what_people_read(operator: Operator) -> None:
    with_name, without = (
        operator.try_to("clients", "add", *name, "--redirect-uri", CALLBACK).stderr
        for name in (("--name", "Shop"), ())
    )

    assert "It has no name" in without
    assert "It has no name" not in with_name


def test_imported_client_keeps_its_id_and_secret(operator: Operator, session: Session) -> None:
    operator.run(
        *("clients", "add", "--client-id", "shop", "--secret", "the secret of another server"),
        *("--redirect-uri", CALLBACK),
    )

    client = operator.provider.clients.stored(session, "shop")
    assert client is not None
    assert client.check_client_secret("the secret of another server")


def test_clients_of_a_file_are_added_together(
    operator: Operator, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "clients.json"
    first = {
        "client_id": "first",
        "client_secret": "a secret with 32 characters or so",
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "client_secret_jwt",
        "require_pkce": False,
    }
    file.write_text(json.dumps([first, {"redirect_uris": [CALLBACK], "client_name": "Second"}]))

    added = operator.read("clients", "add", "--from-json", str(file))

    assert [each.get("client_name") for each in added] == [None, "Second"]
    client = operator.provider.clients.stored(session, "first")
    assert client is not None
    assert client.metadata.require_pkce is False
    assert operator.provider.clients.plain_secrets(client) == [first["client_secret"]]


def test_document_can_come_from_standard_input(operator: Operator) -> None:
    document = json.dumps({"redirect_uris": [CALLBACK]})

    added = operator.read("clients", "add", "--from-json", "-", typed=document)

    assert added["redirect_uris"] == [CALLBACK]


def test_every_problem_of_every_document_is_told_and_nothing_is_added(
    operator: Operator, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "clients.json"
    good = {"redirect_uris": [CALLBACK]}
    bad = {"redirect_uris": ["javascript:alert(1)"], "client_name": 5, "profile": "fapi9"}
    secret = {"redirect_uris": [CALLBACK], "client_secret": "short", "client_id": "a b"}
    file.write_text(json.dumps([good, bad, secret]))

    said = operator.refused("clients", "add", "--from-json", str(file))

    assert "Document 2: redirect_uris" in said
    assert "Document 2: client_name" in said
    assert "Document 2: profile" in said
    assert "Document 3: client_id" in said
    assert "Document 3: client_secret" in said
    assert operator.provider.clients.page(session) == []


def test_file_that_is_not_json_is_refused(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "clients.json"
    file.write_text("redirect_uris: x")

    assert "is not JSON" in operator.refused("clients", "add", "--from-json", str(file))


def test_id_that_is_taken_is_refused(operator: Operator) -> None:
    operator.run("clients", "add", "--client-id", "shop", "--redirect-uri", CALLBACK)

    said = operator.refused("clients", "add", "--client-id", "shop", "--redirect-uri", CALLBACK)

    assert "client_id is taken." in said


def test_connections_are_enabled_for_the_new_client(
    operator: Operator, session: Session, mini_program: str
) -> None:
    operator.run("connections", "add", "wechat", "--mode", "wechat-miniprogram", "--name", "WeChat")

    operator.run(
        *("clients", "add", "--client-id", "shop", "--redirect-uri", CALLBACK),
        *("--connection", "wechat"),
    )

    assert sources.get(session, "shop", "wechat").enabled
    kinds = [event.kind for event in trail.page(session, trail.Filter(client_id="shop"))]
    assert kinds == ["enablement.changed", "client.created"]


def test_unknown_connection_is_refused_before_anything_is_added(
    operator: Operator, session: Session
) -> None:
    said = operator.refused(
        "clients", "add", "--redirect-uri", CALLBACK, "--connection", "none", "--connection", "nil"
    )

    assert "no connection none" in said
    assert "no connection nil" in said
    assert operator.provider.clients.page(session) == []


def test_new_client_gets_the_rules_of_today(operator: Operator, session: Session) -> None:
    added = operator.read("clients", "add", "--name", "Shop", "--redirect-uri", CALLBACK)

    client = operator.provider.clients.stored(session, added["client_id"])
    assert client is not None
    own = client.metadata
    assert (own.require_pkce, own.require_nonce_or_pkce) == (False, True)
    assert not own.require_registered_auth_method
    assert not own.refresh_tokens_rotate


def test_change_of_an_older_client_keeps_its_rules(operator: Operator, session: Session) -> None:
    metadata = ClientMetadata(redirect_uris=(CALLBACK,))
    operator.provider.clients.add(session, metadata, client_id="old")
    session.commit()

    operator.run("clients", "change", "old", "--name", "Old")

    client = operator.provider.clients.stored(session, "old")
    assert client is not None
    assert client.metadata.require_pkce
    assert client.metadata.require_registered_auth_method
    assert client.metadata.refresh_tokens_rotate


def test_pkce_can_be_given_up_later(operator: Operator, session: Session) -> None:
    added = operator.read("clients", "add", "--redirect-uri", CALLBACK)

    operator.run("clients", "change", added["client_id"], "--no-pkce")

    client = operator.provider.clients.stored(session, added["client_id"])
    assert client is not None
    assert not client.metadata.require_nonce_or_pkce


def test_loopback_and_a_missing_sign_in_method_are_told(operator: Operator) -> None:
    result = operator.try_to(
        "clients", "add", "--name", "Dev", "--redirect-uri", "http://localhost:3000/cb"
    )

    assert result.exit_code == 0, result.output
    assert "http://localhost:3000/cb is whatever program answers there" in result.stderr
    assert "nobody can sign in yet" in result.stderr


def test_file_has_its_connections_enabled_and_takes_nothing_without_a_word(
    operator: Operator, session: Session, mini_program: str
) -> None:
    two = [{"redirect_uris": [CALLBACK], "client_id": name} for name in ("a", "b")]
    call = ("clients", "add", "--from-json", "-")
    typed = json.dumps(two)
    operator.run("connections", "add", "wechat", "--mode", "wechat-miniprogram", "--name", "WeChat")

    named = operator.refused(*call, "--name", "Shop", "--native", typed=typed)
    program = operator.refused(*call, "--for", "gitea", typed=typed)
    address = operator.refused("clients", "add", "--redirect-uri", CALLBACK, "--url", CALLBACK)
    operator.run(*call, "--connection", "wechat", typed=typed)
    both = operator.refused("clients", "change", "a", "--from-json", "-", typed=typed)

    assert "client_name, native would not be used: put it into the file instead." in named
    assert "for would not be used" in program
    assert "--url is of use with --for" in address
    assert "has 2 applications; this changes one." in both
    for name in ("a", "b"):
        assert sources.get(session, name, "wechat").enabled


def test_scope_that_no_api_has_is_told_and_one_that_an_api_has_is_not(operator: Operator) -> None:
    resource = "https://api.shop.example"
    operator.run("apis", "add", resource, "--scope", "orders:read")
    scope = ("--scope", "openid orders:read orders:reed phone")

    added = operator.try_to(
        "clients", "add", "--client-id", "a", "--redirect-uri", CALLBACK, *scope
    )
    changed = operator.try_to("clients", "change", "a", "--name", "Shop")
    checked = operator.try_to("clients", "check", "a")
    operator.run("clients", "change", "a", "--scope", "openid orders:read")
    mended = operator.try_to("clients", "check", "a")

    told = "a may ask for orders:reed, which no API here has: correct the spelling"
    assert (added.exit_code, changed.exit_code) == (0, 0)
    assert told in added.stderr
    assert told in changed.stderr
    assert "It may ask for orders:reed, which no API here has." in checked.stdout
    assert "which no API here has" not in mended.stdout
