"""RFC 7592: a client reads, changes and deletes its registration. The clause is in each name."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.database import db
from app.enablement import sources
from oidc.logout import outbox
from oidc.logout.outbox import Address
from tests.conftest import TestClock
from tests.databases import Database
from tests.deployment import CALLBACK
from tests.sandbox_server import LiveSandbox
from tests.spec.registrant import Registrant, registering


@pytest.fixture
def developer(sqlite: Database, wechat: LiveSandbox, clock: TestClock) -> Iterator[Registrant]:
    with registering(sqlite, wechat, clock) as registrant:
        yield registrant


@pytest.fixture
def shop(developer: Registrant) -> Any:
    return developer.register(
        grant_types=["authorization_code", "refresh_token", "client_credentials"],
        client_uri="https://shop.example/",
    ).get_json()


def update_of(registered: Any, **changes: Any) -> Any:
    document = {"client_id": registered["client_id"], "redirect_uris": [CALLBACK], **changes}
    return {"json": document}


def test_2_1_read_gives_the_metadata_and_no_secret(developer: Registrant, shop: Any) -> None:
    answer = developer.manage("GET", shop)

    read = answer.get_json()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "client_secret" not in read
    missing = {"client_secret", "client_secret_expires_at"}
    assert read == {name: value for name, value in shop.items() if name not in missing}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("token", [None, "wrong", "", "é"])
def test_2_wrong_token_is_401(
    developer: Registrant, shop: Any, method: str, token: str | None
) -> None:
    answer = developer.manage(method, shop, token=token, **update_of(shop))

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert developer.manage("GET", shop).status_code == 200


def test_2_token_of_another_client_is_401(developer: Registrant, shop: Any) -> None:
    other = developer.register().get_json()

    answer = developer.manage("GET", shop, token=other["registration_access_token"])

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_token")


def test_2_unknown_client_looks_like_a_wrong_token(developer: Registrant, shop: Any) -> None:
    unknown = developer.manage("GET", {**shop, "client_id": "nobody"})
    wrong = developer.manage("GET", shop, token="wrong")

    assert (unknown.status_code, unknown.data) == (wrong.status_code, wrong.data)


def test_2_client_of_an_administrator_cannot_be_managed(developer: Registrant, shop: Any) -> None:
    developer.deployment.application("till", connections=())

    answer = developer.manage("GET", {**shop, "client_id": "till"}, token="")

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_token")


def test_2_stopped_client_is_403(developer: Registrant, shop: Any) -> None:
    with developer.deployment.app.app_context():
        clients = developer.deployment.provider.clients
        client = clients.stored(db.session, shop["client_id"])
        assert client is not None
        clients.change(db.session, client, disabled=True)
        db.session.commit()

    assert developer.manage("GET", shop).status_code == 403


def test_2_2_update_replaces_everything(developer: Registrant, shop: Any) -> None:
    answer = developer.manage("PUT", shop, **update_of(shop, client_name="Store"))

    changed = answer.get_json()
    assert answer.status_code == 200
    assert changed["client_name"] == "Store"
    assert changed["grant_types"] == ["authorization_code"]
    assert "client_uri" not in changed
    assert changed["client_id_issued_at"] == shop["client_id_issued_at"]
    assert developer.manage("GET", shop).get_json() == changed


def test_2_2_token_and_secret_stay_good_after_an_update(developer: Registrant, shop: Any) -> None:
    answer = developer.manage(
        "PUT", shop, **update_of(shop, grant_types=["client_credentials"], response_types=[])
    )

    assert answer.get_json()["registration_access_token"] == shop["registration_access_token"]
    assert "client_secret" not in answer.get_json()
    app = developer.application(shop)
    assert app.token({"grant_type": "client_credentials"}).status_code == 200


def test_2_2_client_that_begins_to_need_a_secret_gets_one(developer: Registrant) -> None:
    public = developer.register(token_endpoint_auth_method="none").get_json()

    changed = developer.manage("PUT", public, **update_of(public)).get_json()
    back = developer.manage(
        "PUT", public, **update_of(public, token_endpoint_auth_method="none")
    ).get_json()

    assert changed["client_secret"]
    assert changed["client_secret_expires_at"] == 0
    assert "client_secret" not in back


WRONG = {
    "no-client-id": {"client_id": None},
    "other-client-id": {"client_id": "somebody"},
    "token": {"registration_access_token": "x"},
    "issued-at": {"client_id_issued_at": 1},
    "chosen-secret": {"client_secret": "mine"},
    "secret-of-wrong-type": {"client_secret": ["mine"]},
    "redirect": {"redirect_uris": ["javascript:alert(1)"]},
}


@pytest.mark.parametrize("case", WRONG)
def test_2_2_wrong_update_changes_nothing(developer: Registrant, shop: Any, case: str) -> None:
    before = developer.manage("GET", shop).get_json()

    answer = developer.manage("PUT", shop, **update_of(shop, **WRONG[case]))

    assert answer.status_code == 400
    assert answer.get_json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
    assert developer.manage("GET", shop).get_json() == before


def test_2_2_update_keeps_what_an_administrator_has_set(developer: Registrant, shop: Any) -> None:
    provider = developer.deployment.provider
    with developer.deployment.app.app_context():
        client = provider.clients.stored(db.session, shop["client_id"])
        assert client is not None
        wanted = replace(client.metadata, require_pkce=False, access_token_lifetime=60)
        provider.clients.set_metadata(db.session, client, wanted)
        db.session.commit()

    developer.manage("PUT", shop, **update_of(shop, first_party=True, access_token_lifetime=9999))

    with developer.deployment.app.app_context():
        changed = provider.clients.stored(db.session, shop["client_id"])
    assert changed is not None
    assert (changed.metadata.require_pkce, changed.metadata.access_token_lifetime) == (False, 60)
    assert not changed.is_first_party


def test_2_3_delete_ends_the_client_and_all_that_it_was_granted(
    developer: Registrant, shop: Any
) -> None:
    deployment, app = developer.deployment, developer.application(shop)
    deployment.connection()
    with deployment.app.app_context():
        sources.switch(
            db.session(), deployment.clock, app.client_id, "wechat", enabled=True, actor="test"
        )
        db.session.commit()
    started, browser = app.start(), deployment.browser()
    consent = browser.sign_in(started.url, "li-lei").location
    code = app.response(browser.consent(consent).location, started)["code"]
    tokens = app.redeem(code, started).get_json()

    answer = developer.manage("DELETE", shop)
    again = developer.manage("DELETE", shop)

    assert (answer.status_code, answer.data, again.status_code) == (204, b"", 401)
    deployment.clock.advance(2)
    assert app.userinfo(tokens["access_token"]).get_json()["error"] == "invalid_token"
    assert app.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_client"


def test_2_3_delete_drops_the_logout_tokens_that_wait_for_the_client(
    developer: Registrant, shop: Any
) -> None:
    deployment, client_id = developer.deployment, shop["client_id"]
    waiting = [Address("sid-1", name, "person-1") for name in (client_id, "somebody-else")]
    with deployment.app.app_context():
        outbox.post(db.session(), waiting, deployment.clock())
        db.session.commit()

    developer.manage("DELETE", shop)

    with deployment.app.app_context():
        due = outbox.claim_due(db.session(), deployment.clock(), 10)
    assert [delivery.client_id for delivery in due] == ["somebody-else"]


def test_2_other_methods_are_405_and_name_those_that_exist(
    developer: Registrant, shop: Any
) -> None:
    answer = developer.manage("PATCH", shop)

    assert answer.status_code == 405
    assert {"GET", "PUT", "DELETE"} <= set(answer.headers["Allow"].split(", "))


def test_2_2_client_cannot_give_itself_a_scope_that_opens_an_interface(
    developer: Registrant,
) -> None:
    registered = developer.register().get_json()
    document = {"client_id": registered["client_id"], "redirect_uris": registered["redirect_uris"]}

    answer = developer.manage("PUT", registered, json={**document, "scope": "admin:write"})

    assert answer.status_code == 200
    assert "scope" not in answer.get_json()
    assert "scope" not in developer.manage("GET", registered).get_json()
