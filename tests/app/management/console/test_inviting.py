"""Administrators are invited by a link, led through what they need, and seen where they sign in."""

import re

from sqlalchemy import insert

from app.administrators import admins, sessions
from app.audit.trail import Filter, page
from app.database import db
from app.tables.administrators import ADMIN_PASSKEY
from tests.app.management.console.console import PASSWORD, Console, make_admin
from tests.app.site import Site

INVITE = "/admin/administrators/new"


def invited(console: Console, username: str = "lin", role: str = "editor") -> tuple[str, str]:
    """The path of the link, and the page that shows it."""
    shown = console.post(INVITE, {"username": username, "name": "Lin", "role": role})
    link = re.search(r'value="(http://127.0.0.1:8000(/admin/join/[\w-]{43}))"', shown.text)
    assert link, shown.text
    return link[2], shown.text


def stranger(site: Site) -> Console:
    return Console(site.app.test_client())


def choose(console: Console, path: str, password: str = PASSWORD) -> object:
    return console.post(path, {"name": "Lin", "password": password, "again": password})


def test_invited_person_chooses_a_password_and_is_led_on(site: Site, console: Console) -> None:
    path, shown = invited(console)
    lin = stranger(site)
    asked = lin.get(path)

    weak = choose(lin, path, "short")
    joined = choose(lin, path)
    step = lin.get("/admin/you/second-step")

    assert "cannot be shown again" in shown
    assert "Editor" in asked.text
    assert "No" not in re.findall(r"<h1>(No)", asked.text)
    assert weak.status_code == 422
    assert "12 characters or more" in weak.text
    assert joined.headers["Location"] == "/admin/you/second-step"
    assert 'aria-current="step">Second step' in step.text
    assert lin.get("/admin/").status_code == 200
    assert admins.by_username(db.session(), "lin").role == "editor"
    assert choose(stranger(site), path).status_code == 404
    assert "no longer good" in stranger(site).get(path).text
    assert path.rpartition("/")[2] not in console.get("/admin/administrators").text
    kinds = [event.kind for event in page(db.session(), Filter(), limit=10)]
    assert {"admin.invited", "admin.joined", "admin.created"} <= set(kinds)


def test_invitation_ends_when_it_is_replaced_taken_back_or_old(
    site: Site, console: Console
) -> None:
    replaced, _shown = invited(console)
    taken_back, _shown = invited(console)
    team = console.get("/admin/administrators").text
    revoke = re.findall(r'action="(/admin/administrators/invitations/[^"]+/revoke)"', team)
    console.post(revoke[0])
    old, _shown = invited(console, "mei")
    other = console.post(INVITE, {"username": "han", "role": "viewer"})
    site.clock.advance(3 * 86400)

    gone = [stranger(site).get(path).status_code for path in (replaced, taken_back, old)]

    assert len(revoke) == 1
    assert gone == [404, 404, 404]
    assert "This user name is taken." in other.text


def test_password_that_somebody_else_chose_is_changed_first(site: Site, console: Console) -> None:
    theirs = {"username": "lin", "name": "Lin", "role": "viewer", "password": PASSWORD}
    assert console.post(INVITE, theirs).status_code == 303
    lin = stranger(site)
    lin.sign_in("lin")

    led = lin.get("/admin/log").headers["Location"]
    same = lin.post(led, {"password": PASSWORD, "again": PASSWORD})
    changed = lin.post(
        led, {"password": "another long enough one", "again": "another long enough one"}
    )

    assert led == "/admin/you/new-password"
    assert "Choose another one than before." in same.text
    assert changed.headers["Location"] == "/admin/you/second-step"
    assert lin.get("/admin/log").status_code == 200

    known = admins.by_username(db.session(), "lin")
    console.post(f"/admin/administrators/{known.id}/switch", {"what": "password"})

    assert lin.get("/admin/log").headers["Location"] == led
    assert "has to change the password" in console.get("/admin/administrators").text


def test_sessions_are_listed_with_their_device_and_ended(site: Site, console: Console) -> None:
    lin = make_admin(site, "lin", "viewer")
    first, second = stranger(site), stranger(site)
    first.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    for browser in (first, second):
        browser.sign_in("lin")

    own = second.get("/admin/you").text
    second.post("/admin/you/sessions/end")
    seen = console.get(f"/admin/administrators/{lin.id}").text
    console.post(f"/admin/administrators/{lin.id}/sessions/end")

    assert "Firefox · Windows" in own
    assert "this browser" in own
    assert first.get("/admin/you").status_code == 303
    assert "127.0.0.1" in seen
    assert second.get("/admin/you").status_code == 303
    assert sessions.of_admin(db.session(), site.clock, lin.id) == []
    assert console.get("/admin/you").status_code == 200


def test_no_mail_is_promised_where_none_is_sent(console: Console) -> None:
    lin = {"username": "lin", "role": "editor", "mail_to": "lin@example.com"}

    form = console.get("/admin/administrators/new").text
    refused = console.post("/admin/administrators/new", lin)

    assert 'name="mail_to"' not in form
    assert refused.status_code == 422


def test_list_tells_who_rests_on_a_password_alone(site: Site, console: Console) -> None:
    holder = make_admin(site, "mei").id
    passkey = {"credential_id": "1", "public_key": "1", "sign_count": 0, "name": "key"}
    db.session().execute(
        insert(ADMIN_PASSKEY).values(id_hash="1", admin_id=holder, created_at=0, **passkey)
    )
    db.session().commit()

    team = console.get("/admin/administrators").text

    marks = dict(
        re.findall(r"<code>(\w+)</code>.*?<span class=\"marks\">(.*?)</span></a>", team, re.S)
    )
    assert {name: "password alone" in mark for name, mark in marks.items()} == {
        "han": True,
        "mei": False,
    }
    assert "two factors" in marks["mei"]
