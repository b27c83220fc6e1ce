"""The search over everything: what it finds, for whom, and where it leads."""

import re

from app.accounts.records import listing
from app.database import db
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site
from tests.sandbox_server import MINI_PROGRAM


def found(console: Console, text: str) -> list[str]:
    answer = console.get(f"/admin/search?q={text}")
    if answer.status_code == 303:  # the only one is opened at once
        return [answer.location]
    assert answer.status_code == 200
    return re.findall(r'<li><a href="(/admin/[^"]+)"><span class="main">', answer.text)


def test_everything_is_found_by_what_one_has_of_it(site: Site, console: Console) -> None:
    site.connection(site.client())
    session = db.session()
    li = site.passwords.create(session, site.clock, "li.lei", "a" * 12, {"name": "Li Lei"})
    viewer = make_admin(site, "mei", "viewer")
    session.commit()

    assert f"/admin/accounts/{li}" in found(console, "Li L")
    assert f"/admin/accounts/{li}" in found(console, li)
    assert "/admin/applications/client-shop" in found(console, "hop")
    assert "/admin/applications/client-shop" in found(console, "client-")
    assert "/admin/connections/wechat" in found(console, "wechat")
    assert f"/admin/wechat-apps/{MINI_PROGRAM.appid}" in found(console, MINI_PROGRAM.appid)
    assert f"/admin/administrators/{viewer.id}" in found(console, "mei")
    assert found(console, "nothing-of-that-name") == []
    group = console.post("/admin/groups/new", {"name": "night-shift"}).location
    assert found(console, "night") == [group]
    console.language = "zh-CN"
    assert "<bdi>使用微信登录</bdi>" in console.get("/admin/search?q=e").text
    assert found(console, "%25%5F") == []
    assert listing.search(session, "%") == []


def test_the_only_thing_that_is_found_is_opened_at_once(site: Site, console: Console) -> None:
    session = db.session()
    profile = {"name": "Lionel Lei", "phone_number": "+8613800138000"}
    li = site.passwords.create(session, site.clock, "li.lei", "a" * 12, profile)
    other = site.passwords.create(session, site.clock, "li.na", "a" * 12, {"name": "Lionel Na"})
    session.commit()

    only = console.get("/admin/search?q=13800138000")
    both = console.get("/admin/search?q=Lionel")

    assert (only.status_code, only.location) == (303, f"/admin/accounts/{li}")
    assert both.status_code == 200
    assert set(found(console, "Lionel")) == {f"/admin/accounts/{one}" for one in (li, other)}


def test_log_is_found_by_the_number_of_a_request(site: Site, console: Console) -> None:
    number = "0123456789abcdef"
    site.client()
    token = console.csrf()
    console.client.post(
        "/admin/sign-in",
        data={"csrf_token": token, "_username": "han", "_password": "wrong"},
        headers={"X-Request-Id": number},
    )

    [event] = found(console, number)

    assert event == f"/admin/log?request_id={number}"
    assert len(re.findall(r"<tr><td class=\"nowrap\">", console.get(event).text)) == 1


def test_number_of_a_refused_request_opens_the_application_with_the_reason(
    site: Site, console: Console
) -> None:
    client = site.client()
    query = f"client_id={client.client_id}&redirect_uri=https://shop.example/typo"
    page = site.browser().get(f"/authorize?response_type=code&scope=openid&{query}")
    number = re.findall(r"<code>([0-9a-f]{16})</code>", page.text)[0]

    [address] = found(console, number)

    assert address == f"/admin/applications/{client.client_id}"
    shown = console.get(address).text
    assert "It asked for the answer at an address that is not registered." in shown
    assert "https://shop.example/typo" in shown


def test_number_of_which_nothing_is_kept_is_told_to_be_in_the_log_of_the_server(
    site: Site, console: Console
) -> None:
    page = site.browser().get("/nothing-here")
    number = re.findall(r"<code>([0-9a-f]{16})</code>", page.text)[0]

    shown = console.get(f"/admin/search?q={number}").text

    assert "the log of the server (standard error) has a line with it" in shown
    assert "standard error" not in console.get("/admin/search?q=nobody-of-that-name").text


def test_only_an_owner_finds_administrators(site: Site, console: Console) -> None:
    mei = make_admin(site, "mei", "viewer")
    viewer = Console(site.app.test_client())
    viewer.sign_in("mei")

    assert found(console, "mei") == [f"/admin/administrators/{mei.id}"]
    assert found(viewer, "mei") == []
    assert 'id="find"' in viewer.get("/admin/").text
