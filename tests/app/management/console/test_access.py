"""Who may open which page: every route of the console, each role, forms, and fresh proofs."""

import re
from contextvars import Context

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.administrators.roles import ROLES, may
from app.administrators.sessions import CONFIRMED_FOR, IDLE, LIFETIME
from app.database import db
from app.tables.administrators import ADMIN_SESSION
from app.tables.people import AUDIT_EVENT
from tests.app.management.console.console import PASSWORD, Console, make_admin
from tests.app.management.console.guards import NEEDED, PUBLIC
from tests.app.site import Site


def routes(site: Site) -> list[tuple[str, str, str]]:
    """Endpoint, method and an address of every page of the console."""
    found = []
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            address = re.sub(r"<[^>]+>", "x", rule.rule)
            methods = (rule.methods or set()) & {"GET", "POST"}
            found += [(rule.endpoint, method, address) for method in sorted(methods)]
    return found


def test_every_route_says_who_may_open_it(site: Site) -> None:
    assert {name for name, _, _ in routes(site)} == NEEDED.keys() | PUBLIC
    assert len(NEEDED) > 40


def test_nobody_gets_in_without_signing_in(site: Site) -> None:
    stranger = Console(site.app.test_client())
    token = stranger.csrf()
    site.app.config["RATELIMIT_ENABLED"] = False

    for endpoint, method, address in routes(site):
        if endpoint in PUBLIC:
            continue
        send = stranger.get if method == "GET" else stranger.post
        answer = send(address)
        assert answer.status_code == (303 if method == "GET" else 401), (endpoint, method)
    assert token


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_it_may_and_nothing_else(site: Site, role: str) -> None:
    make_admin(site, "somebody", role)
    console = Console(site.app.test_client())
    console.sign_in("somebody")

    for endpoint, method, address in routes(site):
        if endpoint in PUBLIC or "totp" in endpoint:
            continue
        needed = NEEDED[endpoint][0]
        answer = console.get(address) if method == "GET" else console.post(address)
        refused = "Your role does not allow this" in answer.text
        # A page that lower roles may look at refuses their changes (or knows nothing named x).
        if not may(role, needed):
            assert answer.status_code == 403, endpoint
            assert refused, endpoint
        elif method == "GET":
            assert not refused, endpoint


def test_viewer_cannot_save_a_form_that_they_may_look_at(site: Site) -> None:
    client = site.client()
    make_admin(site, "eve", "viewer")
    console = Console(site.app.test_client())
    console.sign_in("eve")
    app_id = site.federation.credentials.of("wechat").all(db.session())[0].id

    site.connection(client)

    for path in (
        f"/admin/wechat-apps/{app_id}",
        "/admin/connections/wechat",
        f"/admin/applications/{client.client_id}",
        f"/admin/applications/{client.client_id}/sources",
        f"/admin/applications/{client.client_id}/claims",
    ):
        assert console.get(path).status_code == 200, path
        refused = console.post(path, {"name": "x"})
        assert refused.status_code == 403, path
        assert "Your role does not allow this" in refused.text, path


def test_change_without_the_form_token_is_refused(site: Site, console: Console) -> None:
    answer = console._send("post", "/admin/administrators/new", data={"username": "mallory"})

    assert answer.status_code == 400
    assert "Mallory" not in console.get("/admin/administrators").text


def test_session_ends_without_use_and_after_a_day_of_use(site: Site, console: Console) -> None:
    site.clock.advance(IDLE + 1)
    idle = console.get("/admin/").status_code
    console.sign_in()
    for _ in range(LIFETIME // IDLE + 2):
        site.clock.advance(IDLE - 1)
        last = console.get("/admin/").status_code

    assert (idle, last) == (303, 303)


def test_expired_session_loses_no_typing(site: Site, console: Console) -> None:
    site.clock.advance(CONFIRMED_FOR + 1)
    site.clock.advance(IDLE)
    typed = {"id": "corp", "name_en": "Corp WeChat", "app_id": "", "mode": "x", "enabled": "1"}

    page = console.post("/admin/connections/new/wechat-miniprogram", typed)
    again = console.fill(page, "/admin/sign-in", {"_username": "han", "_password": PASSWORD})

    assert page.status_code == 401
    assert 'name="name_en" value="Corp WeChat"' in page.text
    assert again.status_code == 307
    assert again.headers["Location"] == "/admin/connections/new/wechat-miniprogram"


def test_secret_asks_again_who_is_there_and_keeps_what_was_typed(
    site: Site, console: Console
) -> None:
    app_id = site.federation.credentials.of("wechat").all(db.session())[0].id
    path = f"/admin/wechat-apps/{app_id}/secret"
    site.clock.advance(CONFIRMED_FOR)

    asked = console.post(path, {"secret": "0123456789abcdef0123456789abcdef"})
    wrong = console.fill(asked, "/admin/confirm", {"_password": "not the password"})
    right = console.fill(asked, "/admin/confirm", {"_password": PASSWORD})
    done = console.post(path, {"secret": "0123456789abcdef0123456789abcdef"})

    assert asked.status_code == 403
    assert 'name="secret" value="0123456789abcdef0123456789abcdef"' in asked.text
    assert "not your password" in wrong.text
    assert (right.status_code, right.headers["Location"]) == (307, path)
    assert done.status_code == 303
    app = site.federation.credentials.of("wechat").get(db.session(), app_id)
    assert app is not None
    assert app.values["secret"] == "0123456789abcdef0123456789abcdef"


def send_without_its_cookie(console: Console, path: str, site_of_form: str) -> TestResponse:
    """A form whose CSRF cookie is gone, as after a browser was closed and opened again."""
    console.client.delete_cookie("qiao_form")
    fields = {"name_en": "Typed for long", "enabled": "1", "csrf_token": "gone"}
    headers = {"Sec-Fetch-Site": site_of_form, "Accept-Language": "en"}
    return Context().run(console.client.post, path, data=fields, headers=headers)


def test_form_whose_token_is_gone_keeps_its_typing(site: Site, console: Console) -> None:
    site.connection(site.client())
    path = "/admin/connections/wechat"

    asked = send_without_its_cookie(console, path, "same-origin")
    proven = console.fill(asked, "/admin/confirm", {"_password": PASSWORD})

    assert asked.status_code == 403
    assert 'name="name_en" value="Typed for long"' in asked.text
    assert f'<a href="{path}">Cancel</a>' in asked.text
    assert (proven.status_code, proven.location) == (307, path)


@pytest.mark.parametrize("elsewhere", ["cross-site", "same-site", "none"])
def test_form_of_another_site_is_not_kept(site: Site, console: Console, elsewhere: str) -> None:
    site.connection(site.client())

    answer = send_without_its_cookie(console, "/admin/connections/wechat", elsewhere)

    assert answer.status_code == 400
    assert "Typed for long" not in answer.text


def test_sign_in_goes_on_to_pages_of_the_console_alone(site: Site) -> None:
    make_admin(site)
    console = Console(site.app.test_client())

    answer = console.post(
        "/admin/sign-in",
        {"_username": "han", "_password": PASSWORD, "_page": "https://evil.example/admin/"},
    )

    assert answer.headers["Location"] == "/admin/"


def test_seventh_wrong_password_has_to_wait(site: Site) -> None:
    make_admin(site)
    console = Console(site.app.test_client())

    answers = [console.sign_in(password="wrong").status_code for _ in range(7)]

    assert answers == [401] * 6 + [429]


def test_refusals_are_in_the_log_and_no_password_is(site: Site) -> None:
    make_admin(site)
    console = Console(site.app.test_client())

    console.sign_in(password="a wrong but telling password")

    events = db.session.execute(select(AUDIT_EVENT)).all()
    assert [event.kind for event in events] == ["admin.created", "admin.sign_in_refused"]
    assert "telling" not in repr(events)


def test_disabled_administrator_is_out_at_once(site: Site, console: Console) -> None:
    other = make_admin(site, "lin", "editor")
    theirs = Console(site.app.test_client())
    theirs.sign_in("lin")

    console.post(f"/admin/administrators/{other.id}/switch", {"what": "disable"})

    assert theirs.get("/admin/").location.startswith("/admin/sign-in")
    refused = theirs.sign_in("lin")
    assert refused.status_code == 401
    assert "The user name or the password is wrong." in refused.text


def test_last_owner_can_neither_be_disabled_nor_demoted(site: Site, console: Console) -> None:
    [me] = db.session.execute(select(ADMIN_SESSION.c.admin_id)).all()
    path = f"/admin/administrators/{me.admin_id}"

    console.post(f"{path}/switch", {"what": "disable"})
    demoted = console.fill(console.get(path), path, {"role": "viewer"})

    assert demoted.status_code == 422
    assert "Somebody has to stay an owner" in demoted.text
    assert console.get("/admin/administrators").status_code == 200


def test_cookie_of_the_console_is_stored_as_a_digest(site: Site, console: Console) -> None:
    cookie = console.client.get_cookie("qiao_admin")
    stored = db.session.scalars(select(ADMIN_SESSION.c.id_hash)).all()

    assert cookie is not None
    assert cookie.value not in stored
    assert cookie.http_only
    db.session.execute(update(ADMIN_SESSION).values(expires_at=0))
    db.session.commit()
    assert console.get("/admin/").status_code == 303
