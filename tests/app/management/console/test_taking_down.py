"""Taking a connection or a credential down: who came by it stays signed in, or is signed out."""

import json

import pytest
from sqlalchemy import func, select

from app.administrators.sessions import CONFIRMED_FOR
from app.database import db
from app.sessions import browser
from app.tables.people import AUDIT_EVENT, BROWSER_SESSION
from tests.app.management.console.console import PASSWORD, Console
from tests.app.site import Site
from tests.sandbox_server import MINI_PROGRAM

PATH = "/admin/connections/wechat"
APP = f"/admin/wechat-apps/{MINI_PROGRAM.appid}"


@pytest.fixture
def signed_in(site: Site) -> None:
    """Two people came by the connection."""
    site.connection(site.client())
    for account in ("ming", "fang"):
        browser.begin(db.session(), site.clock, account, amr=("wechat",), connection_id="wechat")
    db.session.commit()


def sessions() -> int:
    return db.session.scalar(select(func.count()).select_from(BROWSER_SESSION)) or 0


def last_detail(kind: str) -> dict[str, object]:
    query = select(AUDIT_EVENT.c.detail).where(AUDIT_EVENT.c.kind == kind)
    return dict(json.loads(str(db.session.scalar(query.order_by(AUDIT_EVENT.c.id.desc())))))


def is_enabled(site: Site) -> bool:
    site.federation.connections.invalidate()
    found = site.federation.connections.get(db.session(), "wechat")
    return found is not None and found.enabled


@pytest.mark.usefixtures("signed_in")
def test_switched_off_who_came_by_it_stays_unless_told_otherwise(
    site: Site, console: Console
) -> None:
    console.fill(console.get(PATH), PATH, {"enabled": ""})

    assert not is_enabled(site)
    assert sessions() == 2
    told = last_detail("connection.changed")
    assert (told["enabled"], told["existing"]) == ([True, False], "kept")


@pytest.mark.usefixtures("signed_in")
def test_switched_off_with_revoke_ends_their_sessions(site: Site, console: Console) -> None:
    console.fill(console.get(PATH), PATH, {"enabled": "", "revoke": "1"})

    assert not is_enabled(site)
    assert sessions() == 0
    told = last_detail("connection.changed")
    assert (told["existing"], told["sessions"]) == ("revoked", 2)
    assert "2 sessions" in console.get(PATH).text


@pytest.mark.usefixtures("signed_in")
def test_revoking_asks_again_who_is_there(site: Site, console: Console) -> None:
    page = console.get(PATH)
    site.clock.advance(CONFIRMED_FOR)

    asked = console.fill(page, PATH, {"enabled": "", "revoke": "1"})
    console.fill(asked, "/admin/confirm", {"_password": PASSWORD})

    assert asked.status_code == 403
    assert 'name="revoke" value="1"' in asked.text
    assert sessions() == 2


@pytest.mark.usefixtures("signed_in")
def test_those_who_were_kept_can_be_signed_out_later(site: Site, console: Console) -> None:
    console.fill(console.get(PATH), PATH, {"enabled": ""})
    page = console.get(PATH)

    done = console.fill(page, f"{PATH}/end", {})

    assert "Sessions that began by it and go on: 2." in page.text
    assert done.status_code == 303
    assert sessions() == 0


@pytest.mark.usefixtures("signed_in")
def test_deletion_says_what_ends_with_it(site: Site, console: Console) -> None:
    told = console.get(PATH).text
    refused = console.fill(console.get(PATH), f"{PATH}/delete", {})
    after_refusal = sessions()
    console.fill(console.get(PATH), f"{PATH}/delete", {"anyway": "1"})

    assert "Sessions that end with it: 2." in told
    assert "Applications that lose it: Shop." in told
    assert refused.location.endswith("#delete")
    assert (after_refusal, sessions()) == (2, 0)
    assert site.federation.connections.get(db.session(), "wechat") is None


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(("existing", "left"), [("keep", 2), ("revoke", 0)])
def test_credential_is_taken_down_with_its_connections(
    site: Site, console: Console, existing: str, left: int
) -> None:
    page = console.get(APP)

    console.fill(page, f"{APP}/take-down", {"existing": existing})

    assert not is_enabled(site)
    assert sessions() == left
