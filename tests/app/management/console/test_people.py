"""People in the console: found, made, changed, stopped, erased, brought and taken away."""

import html
import io
import json
import re

import pytest
from sqlalchemy import func, select, update

from app.accounts.records import receipts
from app.audit import trail
from app.database import db
from app.management.services.jobs import worker
from app.sessions import browser
from app.tables.people import ACCOUNT
from oidc.tokens import grants
from oidc.tokens.grants import Grant
from tests.app.management.console.console import Console, make_admin
from tests.app.site import DESKTOP, Site


def add(console: Console, **fields: str) -> str:
    page = console.get("/admin/accounts/new")
    made = console.fill(page, "/admin/accounts/new", fields)
    assert made.status_code == 303, made.text
    return made.location.rpartition("/")[2]


def work(site: Site) -> None:
    with site.app.app_context():
        worker.work_on_what_is_due()
        db.session.remove()


def test_person_is_made_found_changed_and_the_second_to_save_is_told(console: Console) -> None:
    sub = add(
        console, name="欧阳娜娜", phone="13800138000", email="nana@example.com", nickname="娜"
    )
    for text in ("娜", "阳娜", "8000", "nana@", sub):
        assert sub in console.get(f"/admin/accounts?q={text}").text, text
    assert "1 person" in console.get("/admin/accounts?phone=yes&state=active").text
    assert sub not in console.get("/admin/accounts?email=no").text
    assert sub in console.get("/admin/accounts?state=never").text
    assert sub not in console.get("/admin/accounts?seen_until=2099-01-01").text

    edit = f"/admin/accounts/{sub}/edit"
    mine, theirs = console.get(edit), console.get(edit)
    first = console.fill(mine, edit, {"name": "Nana"})
    second = console.fill(theirs, edit, {"name": "<b>Na</b>"})
    refused = console.fill(console.get(edit), edit, {"phone": "12", "picture": "javascript:x"})
    overwritten = console.fill(second, edit, {})

    assert (first.status_code, second.status_code, refused.status_code) == (303, 409, 422)
    assert "Saved meanwhile:" in second.text
    assert "<b>Na" not in second.text
    assert "no phone number" in refused.text
    assert overwritten.status_code == 303
    page = console.get(f"/admin/accounts/{sub}").text
    assert "&lt;b&gt;Na&lt;/b&gt;" in page
    assert "vouched for by an administrator" in page


def test_what_was_proven_of_one_address_is_not_of_the_next(console: Console, site: Site) -> None:
    sub = add(console, name="Mei", email="mei@example.com", phone="13800138000")
    edit = f"/admin/accounts/{sub}/edit"
    with site.app.app_context():
        said = {"email_verified": True, "email_provenance": "oauth2"}
        db.session.execute(update(ACCOUNT).where(ACCOUNT.c.id == sub).values(said))
        db.session.commit()

    def kept() -> tuple[object, ...]:
        columns = (ACCOUNT.c.email, ACCOUNT.c.email_verified, ACCOUNT.c.email_provenance)
        with site.app.app_context():
            return tuple(db.session.execute(select(*columns, ACCOUNT.c.phone)).one())

    other = {"email": "other@example.com", "phone": "13900139000"}
    asked = console.fill(console.get(edit), edit, other)
    before = kept()
    note = console.fill(asked, edit, {})
    unsaid = kept()
    console.fill(console.get(edit), edit, {"email_verified": "1"})

    assert asked.status_code == 422
    assert asked.text.count("That was said of another one") == 4
    assert before == ("mei@example.com", True, "oauth2", "+8613800138000")
    assert note.status_code == 303
    assert unsaid == ("other@example.com", False, None, "+8613900139000")
    assert kept() == ("other@example.com", True, None, "+8613900139000")


def test_what_cannot_be_taken_back_is_asked_first(console: Console, site: Site) -> None:
    sub = add(console, name="Gone", phone="13800138001")
    switch, erase = f"/admin/accounts/{sub}/switch", f"/admin/accounts/{sub}/erase"

    shown, asked = console.get(f"/admin/accounts/{sub}"), console.get(switch)
    off = console.fill(asked, switch, {})
    stale = console.fill(asked, switch, {})
    page = console.get(f"/admin/accounts/{sub}")
    on = console.fill(page, switch, {})
    sure = console.get(erase)
    erased = console.fill(sure, erase, {})
    receipt = console.get(erased.location)

    assert f'action="{switch}"' not in shown.text  # one press asks, another one does it
    assert f'action="{erase}"' not in shown.text
    assert "Disable this account?" in asked.text
    assert off.status_code == stale.status_code == on.status_code == 303
    assert "somebody else saved first" in page.text
    assert "What is kept, and why" in sure.text
    assert "Receipt of an erasure" in receipt.text
    assert sub in receipt.text
    assert "13800138001" not in receipt.text
    # Whoever still has a page of theirs open reads what became of it, and that nothing was saved.
    gone, late = console.get(f"/admin/accounts/{sub}"), console.fill(asked, switch, {})
    assert (gone.status_code, late.status_code) == (404, 404)
    assert "This person was erased" in gone.text
    assert erased.location in late.text
    assert "Nothing was saved." in late.text
    assert 'class="places"' in console.get("/admin/accounts/nobody").text
    assert "There is nothing here" in console.get("/admin/groups/nobody").text
    with site.app.app_context():
        kept = receipts.get(db.session(), sub)
        assert kept is not None
        assert (kept.removed["account"], kept.id in erased.location) == (1, True)
        [deleted] = trail.page(db.session(), trail.Filter(kind="account.deleted"))
        assert deleted.actor == kept.actor


def test_browser_of_a_person_is_told_by_what_it_is(console: Console, site: Site) -> None:
    sub = add(console, name="Li", phone="13800138001")
    with site.app.app_context():
        browser.begin(db.session(), site.clock, sub, amr=("wechat",), user_agent=DESKTOP)
        db.session.commit()

    page = console.get(f"/admin/accounts/{sub}").text

    assert "Chrome · Windows" in page
    assert "AppleWebKit" not in page


def test_file_is_looked_through_imported_and_told_row_by_row(console: Console, site: Site) -> None:
    known = add(console, name="Old", phone="13700137000")
    site.clock.advance(1)
    lines_sent = ("姓名,手机号", "李雷,13800138000", "=1+1,13800138000", f"{'韩' * 201},12")
    rows = "\r\n".join((*lines_sent, "New,13700137000", '"A"b,139', ""))
    sent = {"encoding": "auto", "file": (io.BytesIO(rows.encode("gb18030")), "人员.csv")}

    uploaded = console.post("/admin/accounts/import", sent)
    job = uploaded.location
    page = console.get(job)
    console.fill(page, f"{job}/check", {})
    waiting = console.get(job)
    work(site)
    checked = console.get(job)
    before = console.get("/admin/accounts?q=李雷").text
    console.fill(checked, f"{job}/run", {})
    work(site)
    done = console.get(job)
    result = console.get(f"{job}/result.csv")

    assert 'http-equiv="refresh"' in waiting.text
    assert "looked through, nothing imported" in checked.text
    assert "An earlier row of this file" in checked.text
    assert "can be called. The name is longer than 200" in checked.text
    assert "Nobody was found" in before
    assert "人员.csv" in done.text
    lines = result.text.lstrip("\ufeff").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ["2", "created", ""],
        ["3", "conflict", "twice"],
        ["4", "refused", "bad_phone bad_name"],
        ["5", "unchanged", "kept"],
        ["6", "refused", "bad_quote"],
    ]
    assert lines[5].endswith('"""A""b",139')
    assert lines[2].endswith("'=1+1,13800138000")
    assert lines[4].endswith("New,13700137000")
    assert "<dt>of them not taken whole</dt><dd>1</dd>" in done.text
    assert "13700137000</bdi>" in done.text.partition("Rows to look at")[2]
    assert f",{known}," in lines[4]
    assert "李雷" in console.get("/admin/accounts?q=雷").text
    nothing = console.post("/admin/accounts/import", {"file": (io.BytesIO(b"\n"), "a.csv")})
    assert nothing.status_code == 422
    for begins in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        book = (io.BytesIO(begins + bytes(2000)), "people.xlsx")
        refused = console.post("/admin/accounts/import", {"file": book})
        assert refused.status_code == 422
        assert "Save it as CSV there" in refused.text


def test_many_are_acted_on_and_a_stopped_job_goes_on(console: Console, site: Site) -> None:
    subs = [add(console, name=f"群{n}", phone=f"1380013810{n}") for n in range(3)]
    listed = console.get("/admin/accounts?q=群")
    values = re.findall(r'name="chosen" value="([^"]+)"', listed.text)
    edit = f"/admin/accounts/{subs[0]}/edit"
    console.fill(console.get(edit), edit, {"name": "群零"})

    asked = console.post("/admin/accounts/actions", {"action": "disable", "chosen": values})
    begun = console.fill(asked, "/admin/accounts/actions/begin", {})
    job = begun.location
    console.fill(console.get(job), f"{job}/stop", {})
    work(site)
    with site.app.app_context():
        disabled = db.session.scalar(select(func.count(ACCOUNT.c.disabled_at)))
    console.fill(console.get(job), f"{job}/run", {})
    work(site)
    done = console.get(job)

    assert disabled == 0
    assert len(values) == 3
    assert "somebody else saved first" in done.text
    found = console.get("/admin/accounts?q=群&state=disabled").text
    assert [sub in found for sub in subs] == [False, True, True]
    asked = console.post("/admin/accounts/actions", {"action": "erase", "whom": "all", "q": "群"})
    assert "3 people" in asked.text
    console.fill(asked, "/admin/accounts/actions/begin", {})
    work(site)
    assert "Nobody was found" in console.get("/admin/accounts?q=群").text


def test_page_of_a_job_tells_how_long_it_will_still_take(console: Console, site: Site) -> None:
    rows = "phone\n" + "".join(f"138{number:08}\n" for number in range(2000))
    job = console.post("/admin/accounts/import", {"file": (io.BytesIO(rows.encode()), "a.csv")})
    console.fill(console.get(job.location), f"{job.location}/check", {"phone": "phone"})
    work(site)
    console.fill(console.get(job.location), f"{job.location}/run", {})
    told = [console.get(job.location).text]

    with site.app.app_context():
        steps = worker.work(job.location.rpartition("/")[2])
        for seconds in (0, 120, 60):
            site.clock.advance(seconds)
            next(steps)
            told.append(console.get(job.location).text)
        steps.close()

    assert "Still to go" not in told[0] + told[1]
    assert "about 2 min" in told[2]
    assert "about 1 min" in told[3]


def test_export_is_safe_to_open_and_can_be_imported_again(console: Console, site: Site) -> None:
    add(console, name='=HYPERLINK("x")', phone="13800138000")
    add(console, name="Plain", email="p@example.com", phone="13800138001")
    columns = "column=sub&column=name&column=phone&column=email_verified"

    page = console.get("/admin/accounts/export?phone=yes")
    table = console.get(f"/admin/accounts/export/file?phone=yes&{columns}")
    lines = console.get("/admin/accounts/export/file?q=Plain&column=name&column=email&format=json")
    none = console.get("/admin/accounts/export/file?format=csv")

    assert "2 people" in page.text
    assert table.mimetype == "text/csv"
    assert '"\'=HYPERLINK(""x"")",+8613800138000,' in table.text
    assert json.loads(lines.text) == {"name": "Plain", "email": "p@example.com"}
    assert none.status_code == 303
    make_admin(site, "lin", "viewer")
    looking = Console(site.app.test_client())
    looking.sign_in("lin")
    assert looking.get(f"/admin/accounts/export/file?{columns}").status_code == 403
    assert "/admin/accounts/new" not in looking.get("/admin/accounts").text


@pytest.mark.parametrize("name", ["\u3164", " \u200b\u2060 ", "\u2800\u00ad"])
def test_name_that_shows_nothing_hides_nobody(console: Console, site: Site, name: str) -> None:
    """Sources pass on such nicknames; a link without anything to see could not be pressed."""
    sub = add(console, name="Li", phone="13800138001")
    add(console, name="Han", phone="13900138001")  # of one hit alone the search opens the page
    with site.app.app_context():
        db.session.execute(update(ACCOUNT).where(ACCOUNT.c.id == sub).values(name=name))
        db.session.commit()

    listed, page = console.get("/admin/accounts"), console.get(f"/admin/accounts/{sub}")
    found = console.get("/admin/search?q=8001")
    typed = console.fill(
        console.get("/admin/accounts/new"), "/admin/accounts/new", {"name": name, "phone": ""}
    )

    link = re.findall(rf'<a[^>]* href="/admin/accounts/{sub}">(.*?)</a>', listed.text, re.S)
    assert "+861…8001" in link[0]
    assert f"<title>{sub}" in page.text
    assert "+861…8001" in re.findall(r"<h1>.*?</h1>", page.text, re.S)[0]
    assert sub in found.text
    assert found.text.count("<b><bdi>+861…8001") == 1
    assert typed.status_code == 422


def test_page_of_a_person_tells_what_each_application_may_learn(
    site: Site, console: Console
) -> None:
    sub, now = add(console, name="Li"), site.clock()
    held_by = (
        (site.client(), "openid phone profile", now + 60),
        (site.client("Till"), "openid", now + 60),
        (site.client("Gone"), "openid", now),
    )
    for client, scope, until in held_by:
        name = client.client_id
        grants.save(db.session(), Grant(name, "code", name, sub, scope, now, until))
    db.session.commit()

    page = console.get(f"/admin/accounts/{sub}").text

    held = page.partition('id="applications"')[2].partition("</section>")[0]
    assert ">Shop</bdi></a> · may learn: phone number, name and picture<br>" in held
    assert ">Till</bdi></a> · may learn nothing but who comes back<br>" in held
    assert "<code>openid phone profile</code>" in held
    assert "Gone" not in held
    # Apps sign people in without a browser: they can be put out all the same.
    assert "In no browser." in page
    action = f"/admin/accounts/{sub}/sign-out"
    console.fill(console.get(f"/admin/accounts/{sub}"), action, {"offline": "1"})
    after = console.get(f"/admin/accounts/{sub}").text
    assert "None holds anything of this person." in after
    assert "Sign out everywhere" not in after


def test_page_of_an_application_and_of_a_connection_lead_to_who_changed_them(
    site: Site, console: Console
) -> None:
    client = site.client()
    site.connection(client)
    path = f"/admin/applications/{client.client_id}"
    moved = {"redirect_uris": "https://elsewhere.example/callback"}
    console.fill(console.get(path), path, moved)

    for shown in (path, f"{path}/claims", "/admin/connections/wechat"):
        link = re.search(r'href="([^"]+)">Who changed it', console.get(shown).text)
        assert link, shown
    link = re.search(r'href="([^"]+)">Who changed it', console.get(path).text)
    log = console.get(html.unescape(link[1])).text if link else ""

    assert "https://elsewhere" in log
    assert "→" in log
    assert "han" in log
