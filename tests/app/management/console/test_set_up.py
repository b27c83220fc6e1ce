"""The steps of a connection in the console, with what the source says when it is asked."""

from app.database import db
from federation import ConnectionFields
from tests.app.management.console.console import Console
from tests.app.site import Site
from tests.sandbox_server import MINI_PROGRAM, OPEN_PLATFORM
from tests.wechat_apps import wechat_app


def test_connection_is_checked_at_its_source(site: Site, console: Console) -> None:
    site.connection(site.client(), phone="optional")
    path = "/admin/connections/wechat"

    page = console.get(path).text
    asked = console.post(f"{path}/check")
    told = console.get(path).text
    site.wechat.answers(40125)
    console.post(f"{path}/check")
    refused = console.get(path).text

    assert "Privacy guide" in page
    assert asked.status_code == 303
    assert "takes the credential" in told
    assert "100000 of 100000 left today" in told
    assert "takes the credential" not in refused
    assert refused.count("Reset it in the console and replace it here.") == 2
    assert console.post("/admin/connections/nothing/check").status_code == 404


def test_page_of_a_move_tells_who_would_be_lost(site: Site, console: Console) -> None:
    site.connection(site.client())
    other = wechat_app("wx00000000000000a2", "miniprogram", "a5ec7e70f7eapp000000000000000001")
    site.federation.credentials.of("wechat").create(db.session(), other)
    db.session.commit()
    path = f"/admin/credentials/wechat/{MINI_PROGRAM.appid}"

    page = console.get(f"{path}/move?to=wx00000000000000a2").text
    same = console.get(f"{path}/move?label={OPEN_PLATFORM}").text

    assert f"{path}/move" in console.get(path).text
    assert "People who are asked about: 0." in page
    assert "nobody is found again by it" in page
    assert "The shared name stays as it is." in same
    assert console.get("/admin/credentials/wechat/wx0/move").status_code == 404


def test_each_step_leads_on_to_the_next(site: Site, console: Console) -> None:
    store = site.federation.credentials.of("wechat")
    begun = console.get("/admin/").text
    for one in store.all(db.session()):
        store.delete(db.session(), one.id)
    db.session.commit()
    nothing = console.get("/admin/").text
    stored = wechat_app("wx00000000000000a2", "miniprogram", "a5ec7e70f7eapp000000000000000001")
    store.create(db.session(), stored)
    db.session.commit()
    credential = console.get("/admin/credentials/wechat/wx00000000000000a2").text
    name = {"en": "WeChat"}
    fields = ConnectionFields(
        "other", mode="wechat-miniprogram", display_name=name, app_id=stored.id
    )
    site.federation.connections.create(db.session(), fields)
    db.session.commit()
    connection = console.get("/admin/connections/other").text
    site.connection(site.client(), "used", app_id=stored.id)
    used = console.get("/admin/connections/used").text

    assert "People come from elsewhere?" not in begun
    assert 'href="/admin/connections/new">People come from elsewhere?' in nothing
    assert 'href="/admin/connections/new?q=WeChat">Add a connection' in credential
    assert "</span> <a" in credential
    assert "ends in 0001. <span" in " ".join(credential.split())
    assert 'href="/admin/applications/new">Register an application' in connection
    assert "Register an application" not in used
