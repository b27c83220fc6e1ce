"""Administrators of version 0.1.0 sign in as before and find everything that they had."""

from typing import Any

import pyotp
import pytest

from tests.relying_party import ISSUER
from tests.upgrade.authenticator import proof
from tests.upgrade.restored import Restored


def test_administrator_is_still_signed_in(site: Restored) -> None:
    home = site.console(site.held["administrator"]).get("/admin/")

    assert home.status_code == 200
    assert "Sandbox" in site.console(site.held["administrator"]).get("/admin/wechat-apps").text


def test_administrator_signs_in_with_password_and_authenticator(site: Restored) -> None:
    kept = site.held["administrator"]
    console = site.console({"cookies": []})

    asked = console.sign_in(kept["username"], site.held["password"])
    code = pyotp.TOTP(kept["totp"]).at(site.clock())
    done = console.fill(asked, "/admin/sign-in/code", {"_code": code})

    assert (done.status_code, done.headers["Location"]) == (303, "/admin/")
    assert console.get("/admin/").status_code == 200


def test_administrator_who_gave_the_password_gives_the_code(site: Restored) -> None:
    kept = site.held["waiting"]["second_factor"]
    # Each code is good once: the one of the next half minute, which clocks that differ allow for.
    code = pyotp.TOTP(site.held["administrator"]["totp"]).at(site.clock() + 30)

    done = site.console(kept).post("/admin/sign-in/code", {"_step": kept["step"], "_code": code})

    assert (done.status_code, done.headers["Location"]) == (303, "/admin/")


def test_administrator_signs_in_with_a_passkey(site: Restored) -> None:
    console = site.console({"cookies": []})
    question = console.post("/admin/passkey-question").text

    answer = {"_passkey": proof(question, ISSUER, 1)}
    done = console.post("/admin/sign-in/passkey", answer)

    assert (done.status_code, done.headers["Location"]) == (303, "/admin/")


@pytest.mark.parametrize(
    ("path", "member", "table"),
    [
        ("/accounts", "sub", "account"),
        ("/clients", "client_id", "client"),
        ("/connections", "id", "connection"),
        ("/wechat-apps", "app_id", "wechat_app"),
        ("/administrators", "id", "admin"),
        ("/keys", "kid", "signing_key"),
        ("/conflicts", "id", "account_conflict"),
        ("/events", "id", "audit_event"),
    ],
)
def test_program_reads_everything_that_there_was(
    site: Restored, path: str, member: str, table: str
) -> None:
    columns, rows = list(site.dump.columns[table]), site.dump.rows[table]
    there = {str(row[columns.index(member if member != "sub" else "id")]) for row in rows}
    merged = {site.held["merge"]["dropped"]}

    found = {str(one[member]) for one in everything(site, path)}

    assert there - merged <= found


def everything(site: Restored, path: str) -> list[Any]:
    """All pages of a list."""
    found: list[Any] = []
    after = ""
    while after is not None:
        page = site.program().get(f"{path}?{after and f'after={after}'}")
        found, after = found + page["items"], page.get("next")
    return found


def test_program_finds_credentials_usable_and_the_look_as_it_was(site: Restored) -> None:
    program = site.program()

    apps, look = program.get("/wechat-apps")["items"], program.get("/clients/shop/look")

    assert [app["usable"] for app in apps] == [True] * 4
    assert look["accent"] == "#7a1fa2"
    assert site.deployment.browser().get(look["logo_uri"]).mimetype == "image/png"


def test_conflict_is_decided(site: Restored) -> None:
    path = f"/conflicts/{site.held['conflict']}/decide"

    done = site.program().make(path, decision="dismiss")

    assert done["state"] == "dismissed"


def test_merge_is_undone(site: Restored) -> None:
    merge, program = site.held["merge"], site.program()
    before = program.get(f"/accounts/{merge['dropped']}")["merged_into"]

    program.make(f"/merges/{merge['id']}/undo")

    assert before == merge["kept"]
    assert program.get(f"/accounts/{merge['dropped']}")["merged_into"] is None
