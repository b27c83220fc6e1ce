"""Two administrators change one thing at once: whoever comes second is told, by every form."""

from app.administrators import admins
from app.database import db
from app.enablement import sources
from app.groups import people
from oidc.protocol.security_events import DISABLED, EVENT_TYPES, PAUSED
from oidc.shared_signals.stream import Wanted
from oidc.shared_signals.streams import Streams
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site
from tests.sandbox_server import MINI_PROGRAM

SHOP = "/admin/applications/client-shop"
CLAIMS, SOURCES = f"{SHOP}/claims", f"{SHOP}/sources"
TOLD = "somebody else saved first"


def pressed_twice(console: Console, page: str, action: str, fields: dict[str, str]) -> str:
    """A button pressed on two copies of a page; what the second is told."""
    opened = console.get(page)
    console.fill(opened, action, fields)
    second = console.fill(opened, action, fields)
    assert second.status_code == 303, second.text
    return console.get(second.location).text


def test_tables_of_an_application_are_not_overwritten(site: Site, console: Console) -> None:
    client = site.client()
    site.connection(client)
    site.connection(client, "second")
    of_first = f"{CLAIMS}?connection=wechat"
    opened, theirs = console.get(of_first), console.get(of_first)
    console.fill(theirs, CLAIMS, {"as-name": "their_name"})

    late = console.fill(opened, CLAIMS, {"as-name": "my_name"})
    knowingly = console.fill(late, CLAIMS, {})

    assert (late.status_code, knowingly.status_code) == (409, 303)
    assert "<code>their_name</code>" in late.text
    assert 'value="my_name"' in late.text

    opened, of_claims, theirs = console.get(SOURCES), console.get(of_first), console.get(SOURCES)
    console.fill(theirs, SOURCES, {"enabled-wechat": [], "position-wechat": "7"})
    late = console.fill(opened, SOURCES, {"sign-up-wechat": []})
    assert late.status_code == 409
    assert "Saved meanwhile: off · New people may come in: yes · Place: 7" in late.text

    # What was opened is off by now: nothing of it lands in the table of another connection.
    late = console.fill(of_claims, CLAIMS, {"as-name": "elsewhere"})
    assert "switched off meanwhile" in console.get(late.location).text
    assert sources.get(db.session(), "client-shop", "second").policy.claims == {}


def test_secrets_and_switches_are_not_turned_twice(site: Site, console: Console) -> None:
    site.connection(site.client())
    page = f"/admin/wechat-apps/{MINI_PROGRAM.appid}"
    opened = console.get(page)
    console.fill(console.get(page), f"{page}/secret", {"secret": "1" * 32})
    late = console.fill(opened, f"{page}/secret", {"secret": "2" * 32})
    stored = site.federation.credentials.of("wechat").get(db.session(), MINI_PROGRAM.appid)
    assert late.status_code == 409
    assert stored is not None
    assert stored["secret"] == "1" * 32

    hook = "/admin/notifications/ops"
    sent = {"url": "https://hooks.example/", "id": "ops", "events": "*"}
    console.post("/admin/notifications/new", sent)
    opened = console.get(hook)
    assert "whsec_" in console.fill(opened, f"{hook}/rotate-secret", {}).text
    late = console.fill(opened, f"{hook}/rotate-secret", {})
    assert TOLD in console.get(late.location).text

    assert TOLD in pressed_twice(console, SHOP, f"{SHOP}/switch", {})
    client = site.provider.clients.stored(db.session(), "client-shop")
    assert client is not None
    assert client.disabled

    lin = make_admin(site, "lin", "viewer").id
    place = f"/admin/administrators/{lin}"
    assert TOLD in pressed_twice(console, place, f"{place}/switch", {"what": "disable"})
    known = admins.get(db.session(), lin)
    assert known is not None
    assert known.disabled_at is not None  # the second has not let them in again


def test_request_for_access_and_a_stream_are_decided_once(site: Site, console: Console) -> None:
    site.client()
    li = site.passwords.create(db.session(), site.clock, "li.lei", "p" * 12)
    people.ask(db.session(), site.clock, "client-shop", li, "")
    wanted = Wanted(events_requested=(EVENT_TYPES["session-revoked"],))
    stream = Streams.of(site.provider).create(db.session(), "client-shop", wanted, site.clock())
    db.session.commit()
    asked, shown = console.get("/admin/access-requests"), console.get(f"{SHOP}/streams")
    place, switch = f"{SHOP}/people", f"{SHOP}/streams/{stream.id}/status"

    console.fill(asked, place, {"decision": "allowed"})
    same = console.fill(asked, place, {"decision": "allowed"})
    assert TOLD not in console.get(same.location).text
    console.fill(asked, place, {"decision": "refused"})
    assert TOLD in console.get("/admin/access-requests").text
    [row] = people.of_account(db.session(), li)
    assert row.state == "allowed"

    console.fill(shown, switch, {"status": PAUSED})
    console.fill(shown, switch, {"status": DISABLED})
    assert TOLD in console.get(f"{SHOP}/streams").text
