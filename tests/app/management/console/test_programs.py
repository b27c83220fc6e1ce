"""The list of programs, an application that is one of them, and its quick start."""

import html
import re

from app.database import db
from tests.app.management.console.console import Console, make_admin
from tests.app.site import Site


def test_program_is_found_registered_and_told_everything(site: Site, console: Console) -> None:
    form = console.get("/admin/applications/new").text
    found = console.get("/admin/programs?search=forgejo").text
    none = console.get("/admin/programs?search=nothing").text
    page = console.get("/admin/programs/gitea")
    wrong = console.fill(page, "/admin/programs/gitea", {"address": "git.example"})
    made = console.fill(page, "/admin/programs/gitea", {"address": "https://git.example/"})

    assert 'action="/admin/programs"' in form
    assert re.findall(r'href="/admin/programs/([^"]+)', found) == ["gitea"]
    assert "There is no such program" in none
    assert wrong.status_code == 422
    assert 'id="problem-address-1"' in wrong.text
    secret = re.search(r'id="secret"[^>]*value="([^"]+)', made.text)
    assert secret
    assert f"--secret={secret[1]}" in html.unescape(made.text)
    start = re.search(r'href="([^"]+/start)"', made.text)
    assert start
    told = console.get(start[1]).text
    assert "https://git.example/user/oauth2/qiao/callback" in told
    assert "Waiting for its first sign-in…" in told
    assert "What to look at" in told  # nobody has enabled a way to sign in
    assert "CLIENT_SECRET" in told
    assert secret[1] not in told
    assert console.get(start[1].replace("/start", "/signed-in")).get_json() == {"sentence": ""}


def test_what_verifies_tokens_has_nothing_to_register(console: Console) -> None:
    page = console.get("/admin/programs/pyjwt").text

    assert "No application is registered for it." in page
    assert 'method="post" action="/admin/programs/pyjwt"' not in page
    assert console.get("/admin/programs/unknown").status_code == 404


def test_quick_start_compares_with_the_program_that_is_chosen(site: Site, console: Console) -> None:
    client = site.client()
    path = f"/admin/applications/{client.client_id}/start"
    plain = console.get(path).text
    chosen = console.get(f"{path}?program=superset").text
    unknown = console.get(f"{path}?program=nothing").text
    console.language = "zh"
    chinese = console.get(f"{path}?program=superset").text
    db.session.rollback()

    assert "superset_config.py" not in plain + unknown
    assert "superset_config.py" in chosen
    assert "Apache Superset has answers sent to an address that is not registered." in chosen
    assert "接收答复的地址没有登记" in chinese


def test_list_that_leads_to_new_applications_is_for_those_who_may_register_one(site: Site) -> None:
    make_admin(site, "eve", "viewer")
    viewer = Console(site.app.test_client())
    viewer.sign_in("eve")

    assert viewer.get("/admin/programs").status_code == 403
    assert "/admin/programs" not in viewer.get("/admin/applications").text
