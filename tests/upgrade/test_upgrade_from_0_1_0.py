"""A populated database of version 0.1.0 goes on working: rows, tokens, keys and applications."""

import re
from typing import Any

import pytest
from joserfc.jwk import OctKey

from tests.key_holder import KeyHolder
from tests.relying_party import Started, header_of
from tests.upgrade.restored import Restored
from tests.upgrade.story import by_scan, redeemed, sign_in

BEARERS = ("shop", "library", "reports", "gym", "forum", "app", "mini", "tv", "password")
"""Stories whose tokens need nothing but themselves."""


# -- the rows ------------------------------------------------------------------------------------


def test_old_migrations_make_the_tables_that_they_made_then(site: Restored) -> None:
    assert without_widths(site.made) == without_widths(site.dump.columns)


def test_no_row_and_no_value_was_lost_on_the_way(site: Restored) -> None:
    for table, rows in site.dump.rows.items():
        now = list(site.after.columns[table])
        places = [now.index(name) for name in site.dump.columns[table]]

        assert [[row[place] for place in places] for row in site.after.rows[table]] == rows, table


def test_every_table_was_populated(site: Restored) -> None:
    assert [table for table, rows in site.dump.rows.items() if not rows] == []


def without_widths(tables: Any) -> Any:
    """MySQL and MariaDB disagree on the display widths of numbers, which mean nothing."""
    return {
        table: {name: re.sub(r"INT(EGER)?\(\d+\)", "INT", of) for name, of in columns.items()}
        for table, columns in tables.items()
    }


# -- tokens --------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", BEARERS)
def test_access_token_works_at_userinfo(site: Restored, story: str) -> None:
    tokens = site.story(story)["tokens"]
    client = site.client(site.story(story)["client_id"])

    answer = client.userinfo(tokens["access_token"])

    assert answer.get_json()["sub"] == client.verified(tokens["id_token"])["sub"]


@pytest.mark.parametrize("story", BEARERS)
def test_refresh_token_refreshes(site: Restored, story: str) -> None:
    tokens = site.story(story)["tokens"]
    client = site.client(site.story(story)["client_id"])

    fresh = client.refresh(tokens["refresh_token"])

    assert fresh.status_code == 200, fresh.text
    before, after = (client.verified(one["id_token"]) for one in (tokens, fresh.get_json()))
    assert after["sub"] == before["sub"]
    assert client.userinfo(fresh.get_json()["access_token"]).status_code == 200


def test_tokens_of_a_key_stay_bound_to_it(site: Restored) -> None:
    tokens, bank = site.story("bank")["tokens"], site.bank()
    thief = site.key_holder("bank", signs_with="bank signs", holds="another key")

    stolen = thief.userinfo(tokens["access_token"])
    answer = bank.userinfo(tokens["access_token"])
    fresh = bank.refresh(tokens["refresh_token"])

    assert (stolen.status_code, answer.status_code) == (401, 200)
    assert fresh.status_code == 200, fresh.text


def test_access_token_is_introspected(site: Restored) -> None:
    story = site.story("gym")

    answer = site.client("gym").post("/introspect", {"token": story["tokens"]["access_token"]})

    assert answer.get_json()["active"] is True


@pytest.mark.parametrize(("name", "client_id"), [("code", "shop"), ("public_code", "library")])
def test_code_is_redeemed_once(site: Restored, name: str, client_id: str) -> None:
    kept, client = site.held["waiting"][name], site.client(client_id)
    started = Started(**kept["started"])

    first = client.redeem(kept["code"], started)
    second = client.redeem(kept["code"], started)

    assert client.verified(first.get_json()["id_token"], started.nonce)
    assert (second.status_code, second.get_json()["error"]) == (400, "invalid_grant")


def test_signing_keys_are_those_of_before(site: Restored) -> None:
    shop = site.client("shop")
    tokens = site.story("shop")["tokens"]
    published = {key["kid"] for key in shop.http.get("/jwks").get_json()["keys"]}
    old = header_of(site.held["signed_by_retired_key"])["kid"]

    new = sign_in(site, shop, "li-lei")["id_token"]

    assert header_of(new)["kid"] == header_of(tokens["id_token"])["kid"] != old
    assert published == {row[0] for row in site.dump.rows["signing_key"]}
    assert shop.verified(site.held["signed_by_retired_key"])["sub"] == shop.verified(new)["sub"]


# -- applications --------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["newer", "older"])
def test_both_client_secrets_work_while_one_is_replaced(site: Restored, which: str) -> None:
    reports = site.client("reports")
    reports.secret = site.held["older_secret"] if which == "older" else reports.secret

    answer = reports.post("/introspect", {"token": "anything"})

    assert (answer.status_code, answer.get_json()) == (200, {"active": False})


def test_client_secret_that_is_kept_sealed_verifies_signatures(site: Restored) -> None:
    client = site.client("sealed")
    secret = OctKey.import_key(client.secret or "")
    holder = KeyHolder.of(client, site.clock, signs_with=secret, alg="HS256")

    answer, _ = holder.push()

    assert answer.status_code == 201, answer.text


def test_registered_keys_verify_assertions(site: Restored) -> None:
    tokens = site.story("till")["tokens"]

    fresh = site.key_holder("till", signs_with="till signs").refresh(tokens["refresh_token"])

    assert fresh.status_code == 200, fresh.text


def test_assertion_that_was_presented_before_is_not_taken_again(site: Restored) -> None:
    used = site.held["waiting"]["assertion"]

    again, _ = site.bank().push(client_assertion=used)
    fresh, _ = site.bank().push()

    assert (again.status_code, again.get_json()["error"]) == (401, "invalid_client")
    assert fresh.status_code == 201


def test_application_that_registered_itself_manages_its_registration(site: Restored) -> None:
    known = site.held["self_registered"]
    headers = {"Authorization": f"Bearer {known['registration_access_token']}"}
    http = site.deployment.app.test_client(use_cookies=False)
    client = site.client(known["client_id"])
    client.secret = known["client_secret"]

    answer = http.get(f"/register/{known['client_id']}", headers=headers)
    pushed = client.post("/introspect", {"token": "anything"})

    assert answer.get_json()["client_name"] == known["client_name"]
    assert pushed.status_code == 200


def test_application_that_describes_itself_is_known(site: Restored) -> None:
    """Its document is not to be had any more; what was read of it an hour ago is enough."""
    kept, browser, started = site.waiting("described")
    client = site.client(site.held["described"])

    consent = by_scan(browser, kept["location"], "han-meimei")
    answer = browser.consent(consent.location)

    assert redeemed(client, started, answer)["scope"]
