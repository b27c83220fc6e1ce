"""What the console answers when there is nothing, or not like that: its own page, with the way on.

Who is not signed in learns nothing of the console: they get the page that everybody gets.
"""

import pytest

from app.management.console import setup
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site

FRAME = ('<nav class="places"', 'role="search"', 'href="/admin/log"')

WRONG = (
    ("/admin/nothing", 404),
    ("/admin/no/such/page", 404),
    ("/admin/applications/nobody", 404),
    ("/admin/accounts/" + "0" * 20, 404),
    ("/admin/connections/nothing", 404),
    ("/admin/groups/nothing", 404),
    ("/admin/log/0", 404),
    ("/admin/sign-out", 405),
)


@pytest.mark.parametrize(("path", "status"), WRONG)
def test_wrong_address_is_told_within_the_console(console: Console, path: str, status: int) -> None:
    answer = console.get(path)

    assert answer.status_code == status
    assert all(part in answer.text for part in FRAME)
    assert "application and begin again" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/admin/nothing", "/admin/sign-out"])
def test_who_is_not_signed_in_gets_everybodys_page(site: Site, path: str) -> None:
    answer = Console(site.app.test_client()).get(path)

    assert answer.status_code in (404, 405)
    assert "/admin/log" not in answer.text


def test_address_beside_the_console_is_not_the_consoles(console: Console) -> None:
    answer = console.get("/administration")

    assert answer.status_code == 404
    assert 'class="places"' not in answer.text


def test_form_that_is_too_large_is_told_within_the_console(console: Console) -> None:
    long = {"client_name": "x" * (setup.LONGEST_FORM + 1)}
    answer = console.post("/admin/applications/new", long)

    assert answer.status_code == 413
    assert all(part in answer.text for part in FRAME)
    assert "Nothing was saved." in answer.text


def test_role_that_is_too_low_is_told_with_the_way_on(site: Site) -> None:
    make_admin(site, "li", "viewer")
    console = Console(site.app.test_client())
    console.sign_in("li")

    answer = console.get("/admin/administrators")

    assert answer.status_code == 403
    assert all(part in answer.text for part in FRAME)
    assert "ask an owner" in answer.text.lower()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_front_of_the_console_without_its_slash_takes_what_it_takes_with_one(
    console: Console, method: str
) -> None:
    without, with_one = (console.client.open(path, method=method) for path in ("/admin", "/admin/"))

    assert without.status_code == with_one.status_code
    assert without.headers.get("Allow") == with_one.headers.get("Allow")


def test_front_of_the_console_is_led_to_and_takes_no_form(console: Console) -> None:
    led, sent = console.get("/admin"), console.post("/admin", {})

    assert (led.status_code, led.location) == (308, "http://127.0.0.1:8000/admin/")
    assert sent.status_code == 405
    assert set(sent.allow) == {"GET", "HEAD", "OPTIONS"}
    assert all(part in sent.text for part in FRAME)
