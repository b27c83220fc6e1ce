"""A second factor that is demanded, and the codes for the day when it is lost."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pyotp
import pytest
from sqlalchemy import select, update

from app.administrators import admins, recovery
from app.administrators.admins import Admin
from app.audit.trail import Filter, page
from app.database import db
from app.tables.administrators import ADMIN, ADMIN_RECOVERY_CODE
from tests.app.management.console.console import Console, make_admin
from tests.app.management.console.guards import NEEDED
from tests.app.site import Site, build_site, close, fill
from tests.conftest import TestClock
from tests.sandbox_server import LiveSandbox

pytestmark = pytest.mark.slow

CODE = re.compile(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){5}")


@pytest.fixture
def strict(wechat: LiveSandbox, clock: TestClock) -> Iterator[Site]:
    """A deployment that demands a second factor of its administrators."""
    site = build_site(wechat, clock, admin_mfa="required")
    with site.app.app_context():
        fill(site)
        make_admin(site)
        yield site
        close(site)


def signed_in(site: Site) -> Console:
    console = Console(site.app.test_client())
    console.sign_in()
    return console


def set_up(console: Console, site: Site) -> None:
    shown = console.get("/admin/you/authenticator")
    [secret] = re.findall(r'<code dir="ltr">([A-Z2-7]{32})</code>', shown.text)
    code = pyotp.TOTP(secret).at(site.clock())
    console.fill(shown, "/admin/you/authenticator", {"code": code})


def codes_of(console: Console) -> list[str]:
    made = console.fill(console.get("/admin/you"), "/admin/you/recovery-codes", {})
    assert made.headers["Cache-Control"] == "no-store"
    return CODE.findall(made.text)


def han() -> Admin:
    known = admins.by_username(db.session(), "han")
    assert known is not None
    return known


def second_step(site: Site) -> tuple[Console, str]:
    """Another browser, asked for the second factor; the question's token."""
    other = Console(site.app.test_client())
    return other, re.findall(r'name="_step" value="([^"]+)', other.sign_in().text)[0]


def kinds(**about: Any) -> list[str]:
    return [event.kind for event in page(db.session(), Filter(**about))]


def test_nothing_opens_before_the_factor_that_is_demanded(strict: Site) -> None:
    console = signed_in(strict)
    gets = [
        rule.rule
        for rule in strict.app.url_map.iter_rules()
        if rule.endpoint in NEEDED and "GET" in (rule.methods or ()) and not rule.arguments
    ]

    opened = {path for path in gets if console.get(path).status_code in (200, 403)}

    assert len(gets) > 15
    assert opened == {
        "/admin/you",
        "/admin/you/second-step",
        "/admin/you/authenticator",
        "/admin/confirm",
    }
    assert "until then nothing else opens" in console.get("/admin/you").text


def test_form_is_not_carried_out_before_the_factor_that_is_demanded(strict: Site) -> None:
    console = signed_in(strict)

    sent = console.post(
        "/admin/administrators/new",
        {"username": "mallory", "role": "owner", "password": "a long enough one", "version": "0"},
    )

    assert sent.headers["Location"] == "/admin/you"
    assert admins.by_username(db.session(), "mallory") is None


def test_once_the_factor_is_there_all_opens_and_other_browsers_are_out(strict: Site) -> None:
    before, console = signed_in(strict), signed_in(strict)

    set_up(console, strict)

    assert console.get("/admin/").status_code == 200
    assert "/admin/sign-in" in before.get("/admin/").headers["Location"]


def test_who_takes_the_factor_away_is_led_to_set_one_up_again(strict: Site) -> None:
    console = signed_in(strict)
    set_up(console, strict)

    console.fill(console.get("/admin/you"), "/admin/you/authenticator/remove", {})

    assert console.get("/admin/").headers["Location"] == "/admin/you"


def test_session_that_was_there_before_is_led_there_too(strict: Site) -> None:
    console = signed_in(strict)
    set_up(console, strict)
    db.session.execute(update(ADMIN).values(totp_sealed=None))
    db.session.commit()

    assert console.get("/admin/log").headers["Location"] == "/admin/you"


def test_recovery_codes_are_shown_once_and_kept_as_digests(site: Site, console: Console) -> None:
    set_up(console, site)

    codes = codes_of(console)

    assert len(set(codes)) == recovery.COUNT
    kept = str(db.session.execute(select(ADMIN_RECOVERY_CODE)).all())
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    again = unescape(console.get("/admin/you").text)
    assert CODE.search(again) is None
    assert "Unused: 10" in again


def test_recovery_code_signs_in_once(site: Site, console: Console) -> None:
    set_up(console, site)
    code = codes_of(console)[0]
    first, step = second_step(site)
    typed = f" {code.upper().replace('-', ' ')} "
    entered = first.post("/admin/sign-in/code", {"_step": step, "_recovery": typed})
    second, step = second_step(site)

    again = second.post("/admin/sign-in/code", {"_step": step, "_recovery": code})

    assert entered.headers["Location"] == "/admin/"
    assert again.status_code == 401
    assert "wrong or was used before" in again.text
    assert "Unused: 9" in first.get("/admin/you").text
    assert kinds(admin_id=han().id)[:3] == [
        "admin.sign_in_refused",
        "admin.signed_in",
        "admin.recovery_code_used",
    ]


def test_new_codes_replace_the_old_ones(site: Site, console: Console) -> None:
    set_up(console, site)
    old = codes_of(console)[0]

    new = codes_of(console)[0]

    assert not recovery.accepts(db.session(), site.clock, han(), old)
    assert recovery.accepts(db.session(), site.clock, han(), new)


def test_code_of_somebody_else_is_none(site: Site, console: Console) -> None:
    set_up(console, site)
    code = codes_of(console)[0]

    assert not recovery.accepts(db.session(), site.clock, make_admin(site, "li", "viewer"), code)


def test_recovery_codes_are_counted_among_the_tries(site: Site, console: Console) -> None:
    set_up(console, site)
    codes_of(console)
    statuses = []
    for _ in range(3):
        thief, step = second_step(site)
        wrong = {"_step": step, "_recovery": "aaaa-bbbb-cccc-dddd-eeee-ffff"}
        statuses += [thief.post("/admin/sign-in/code", wrong).status_code for _ in range(5)]

    assert statuses == [401] * 10 + [429] * 5
    assert "admin.codes_guessed" in kinds(admin_id=han().id)


def test_lost_factors_take_the_codes_along(site: Site, console: Console) -> None:
    set_up(console, site)
    codes_of(console)

    admins.forget_factors(db.session(), site.clock, han(), actor="system")

    assert recovery.left(db.session(), han().id) == 0


def test_refusal_keeps_the_name_of_an_administrator_and_no_other(site: Site) -> None:
    make_admin(site)
    stranger = Console(site.app.test_client())

    stranger.sign_in("my-password-in-the-wrong-field", "x")
    stranger.sign_in("han", "x")

    refused = page(db.session(), Filter(kind="admin.sign_in_refused"))
    assert [dict(one.detail) for one in refused] == [{"username": "han"}, {}]
    assert [one.admin_id for one in refused] == [han().id, None]
