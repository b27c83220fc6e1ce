"""The pages of groups and of who may come in: what they save, refuse, and show as text."""

import io
import re

from sqlalchemy import func, select

from app.audit.trail import Event, Filter, page, record
from app.database import db
from app.groups import access, catalog, members, people
from app.groups.rules import Rule
from app.tables.groups import GROUP_MEMBER
from tests.app.management.console.console import Console
from tests.app.site import Site

HOSTILE = "<script>alert(1)</script>"


def make(console: Console, name: str, **typed: str) -> str:
    saved = console.post("/admin/groups/new", {"name": name, **typed})
    assert saved.status_code == 303, saved.text
    return str(saved.location)


def accounts(site: Site, *names: str) -> list[str]:
    made = [site.passwords.create(db.session(), site.clock, name, "p" * 12) for name in names]
    db.session.commit()
    return made


def test_group_is_made_filled_searched_and_deleted(site: Site, console: Console) -> None:
    li, han = accounts(site, "li.lei", "han.meimei")
    place = make(
        console,
        HOSTILE,
        display=HOSTILE * 2,
        rule_email_domain="@Example.com\nexample.org",
        rule_phone="138 0013 8000",
    )
    [group] = catalog.every(db.session())
    assert catalog.rules_of(db.session(), group.id) == {
        Rule("email_domain", "example.com"),
        Rule("email_domain", "example.org"),
        Rule("phone", "+8613800138000"),
    }

    # By hand and from a file; what names nobody is told.
    console.post(f"{place}/members", {"people": f"li.lei\nnobody {HOSTILE}"})
    sheet = io.BytesIO(b'\xef\xbb\xbf"han.meimei",Han\r\nli.lei;Li\r\n')
    console.post(f"{place}/members", {"people": "", "file": (sheet, "people.csv")})
    shown = console.get(place)
    assert "Members: 2" in shown.text
    assert "by an import" in shown.text
    assert HOSTILE not in shown.text + console.get("/admin/groups?q=script").text
    assert "li.lei" not in console.get(f"{place}?q=han.meimei").text
    page_of_han = console.get(f"/admin/accounts/{han}")
    assert f'href="{place}"' in page_of_han.text

    # Out and in again from the page of the person.
    of_han = f"/admin/accounts/{han}/groups"
    console.post(of_han, {"group": group.id, "out": "1"})
    out = console.get(f"/admin/accounts/{han}").text
    assert (f'<option value="{group.id}">' in out, f'href="{place}"' in out) == (True, False)
    console.post(of_han, {"group": group.id})
    assert members.of_account(db.session(), han) == [(group.id, HOSTILE, True)]
    assert "no such group" in console.get(console.post(of_han, {"group": "gone"}).location).text

    # The list of everybody, and its export, are of one group as well.
    group_id = place.rpartition("/")[2]
    assert f"/admin/accounts/export?group={group_id}" in shown.text
    listed = console.get(f"/admin/accounts?group={group_id}").text
    assert ("li.lei" in listed, "2 people" in listed) == (True, True)
    took = console.get(f"/admin/accounts/export/file?group={group_id}&column=username").text
    assert {"li.lei", "han.meimei"} <= set(took.split())
    assert "0 people" in console.get("/admin/accounts?group=nothing").text

    console.post(f"{place}/members/remove", {"sub": li})
    assert [one.account_id for one in members.page(db.session(), group.id)] == [han]

    # Two at once: the second is told, and nothing is overwritten or deleted.
    opened = console.get(place)
    console.fill(opened, place, {"display": "Theirs"})
    late = console.fill(opened, place, {"display": "Mine"})
    assert late.status_code == 409
    assert "Theirs" in late.text
    console.fill(opened, f"{place}/delete", {})
    assert "somebody else saved first" in console.get(place).text
    console.fill(console.get(place), f"{place}/delete", {})
    assert console.get(place).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(GROUP_MEMBER)) == 0
    kinds = {one.kind for one in page(db.session(), Filter())}
    assert {"group.created", "group.changed", "group.members_added", "group.deleted"} <= kinds


def test_what_is_wrong_with_a_group_is_told_with_the_input_kept(console: Console) -> None:
    make(console, "staff")
    wrong = {"name": "a,b", "rule_email_domain": "%", "rule_phone": "12"}
    refused = console.post("/admin/groups/new", wrong)
    assert refused.status_code == 422
    assert 'id="problem-name-1"' in refused.text
    assert 'id="problem-rule_email_domain-1"' in refused.text
    assert 'value="a,b"' in refused.text
    assert console.post("/admin/groups/new", {"name": "staff"}).status_code == 422
    assert console.post("/admin/groups/new", {"name": "x" * 65}).status_code == 422
    strange = console.post("/admin/groups/new", {"name": "x", "rule_connection": "nowhere"})
    assert strange.status_code == 422


def test_wrong_rule_is_told_beside_the_field_that_it_is_in(console: Console) -> None:
    def told(**fields: str) -> set[str]:
        refused = console.post("/admin/groups/new", {"name": "x", **fields})
        assert refused.status_code == 422
        return set(re.findall(r'id="problem-(rule_\w+)-1"', refused.text))

    assert told(rule_phone="12\n+8613800138000") == {"rule_phone"}
    assert told(rule_email_domain="%\nexample.com") == {"rule_email_domain"}
    assert told(rule_phone="12", rule_email_domain="%") == {"rule_phone", "rule_email_domain"}


def test_file_of_any_program_fills_a_group_and_nothing_that_was_typed_is_lost(
    site: Site, console: Console
) -> None:
    accounts(site, "li.lei", "han.meimei", "lin")
    place = make(console, "staff")
    table = 'li.lei;李雷\n"han.meimei","Han, ""Meimei"""\n'

    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        sheet = (io.BytesIO(table.encode(encoding)), "people.csv")
        console.post(f"{place}/members", {"people": "", "file": sheet})
        assert "Members: 2" in console.get(place).text, encoding
        for sub in re.findall(r'name="sub" value="([^"]+)"', console.get(place).text):
            console.post(f"{place}/members/remove", {"sub": sub})
    book = (io.BytesIO(b"PK\x03\x04" + bytes(range(256))), "people.xlsx")
    refused = console.post(f"{place}/members", {"people": "lin", "file": book})
    long = "\n".join([*(f"nobody{number:05}-{'x' * 20}" for number in range(4000)), "lin"])
    told = console.post(f"{place}/members", {"people": long})

    assert "Save it as CSV there" in refused.text
    assert ">lin</textarea>" in refused.text
    assert "People put into the group: 1." in told.text
    assert "nobody03999" in told.text.partition('<textarea id="people"')[2]
    gone = console.post(f"{place}/members/remove", {"sub": "nobody"})
    assert "Somebody else took this away before" in console.get(gone.location).text


def test_people_beyond_what_is_let_in_at_once_are_told_and_still_stand_there(
    site: Site, console: Console
) -> None:
    site.client()
    accounts(site, *(f"person{number:02}" for number in range(53)))
    names = "\n".join(f"person{number:02}" for number in range(53))

    page = console.post("/admin/applications/client-shop/people/add", {"people": names})
    rest = page.text.partition('<textarea id="people-names"')[2].partition("</textarea>")[0]
    console.post("/admin/applications/client-shop/people/add", {"people": rest.partition(">")[2]})

    assert "which still stand there: 3" in page.text
    assert rest.partition(">")[2].split() == ["person50", "person51", "person52"]
    assert len(people.page(db.session(), client_id="client-shop", limit=99)) == 53


def test_application_is_limited_and_requests_are_answered(site: Site, console: Console) -> None:
    site.client()
    [li] = accounts(site, "li.lei")
    group_id = make(console, "staff").rpartition("/")[2]
    place = "/admin/applications/client-shop/access"
    opened = console.get(place)

    nobody = console.fill(opened, place, {"mode": "groups"})
    assert nobody.status_code == 422
    wanted = {
        "mode": "requests",
        "contact": "it@shop.example",
        "seen": "chosen",
        f"enters-{group_id}": "1",
        f"seen-{group_id}": "1",
        f"roles-{group_id}": "admin， ops, admin",
    }
    assert console.fill(opened, place, wanted).status_code == 303
    stored = access.of_client(db.session(), "client-shop")
    there = stored.groups[group_id]
    assert (stored.mode, stored.seen, there.roles) == ("requests", "chosen", ("admin", "ops"))
    late = console.fill(opened, place, {"mode": "people"})
    assert late.status_code == 409
    assert access.of_client(db.session(), "client-shop").mode == "requests"

    people.ask(db.session(), site.clock, "client-shop", li, HOSTILE)
    told = Event("access.refused", "system", subject=li, client_id="client-shop", outcome="refused")
    record(db.session(), site.clock, told)
    db.session.commit()
    assert re.search(r'href="/admin/log/\d+">.*href="[^"]+"><bdi>li.lei<', console.get(place).text)
    asked = console.get("/admin/access-requests")
    assert HOSTILE not in asked.text
    assert ">1</span></a></li>" in asked.text  # how many wait, in the navigation
    assert "&lt;script&gt;" in asked.text
    decide = "/admin/applications/client-shop/people"
    console.fill(asked, decide, {"decision": "allowed"})
    assert "Nobody waits for an answer" in console.get("/admin/access-requests").text
    assert li in console.get("/admin/access-requests?state=allowed").text
    [known] = people.of_account(db.session(), li)
    assert (known.state, known.decided_by) == ("allowed", page(db.session(), Filter())[0].actor)
    console.fill(console.get(place), decide, {"decision": "forget"})
    assert people.of_account(db.session(), li) == []
    console.post(f"{decide}/add", {"people": "li.lei\nunknown"})
    assert [one.state for one in people.of_account(db.session(), li)] == ["allowed"]
    assert people.page(db.session(), client_id="client-shop")[0].account_id == li

    # The application goes, and what was said of it with it.
    console.post("/admin/applications/client-shop/delete", {"sure": "1"})
    assert access.of_client(db.session(), "client-shop").version == 0
    assert people.of_account(db.session(), li) == []
