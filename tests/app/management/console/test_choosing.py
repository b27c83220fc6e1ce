"""Which source a new connection is of: cards that are found by their names in both languages."""

import re

from app.database import db
from app.enablement import sources as enablement
from federation import ConnectionFields, CredentialFields
from federation.catalog import SOURCES
from tests.app.management.console.console import Console
from tests.app.site import Site


def names(page: str) -> list[str]:
    """The sources on the cards."""
    return re.findall(r'<h2 class="source of-(\w+)">', page)


def test_every_mode_of_every_source_has_a_card_with_its_mark(console: Console) -> None:
    page = console.get("/admin/connections/new").text

    assert names(page) == [source.id for source in SOURCES for _ in source.modes]
    for source in SOURCES:
        assert source.look.mark in page


def test_card_is_found_by_its_name_in_both_languages(console: Console) -> None:
    assert set(names(console.get("/admin/connections/new?q=GooG").text)) == {"google"}
    assert set(names(console.get("/admin/connections/new?q=谷歌").text)) == {"google"}
    assert "microsoft" in names(console.get("/admin/connections/new?q=微软").text)
    assert names(console.get("/admin/connections/new?q=nothing+like+it").text) == []


def test_address_to_enter_is_told_before_there_is_a_credential(console: Console) -> None:
    page = console.get("/admin/credentials/github/new").text

    assert "/callback/github-web" in page
    assert "Authorization callback URL" in page


def test_what_names_of_people_rest_on_stays(console: Console) -> None:
    new, one = "/admin/credentials/gitlab/new", "/admin/credentials/gitlab/c-1"
    typed = {"client_id": "c-1", "issuer": "https://gitlab.com", "client_secret": "s-1"}
    made = console.fill(console.get(new), new, typed)

    changed = console.fill(console.get(one), one, {"issuer": "https://gitlab.example"})
    renamed = console.fill(console.get(one), one, {"name": "Ours"})

    assert made.status_code == renamed.status_code == 303
    assert changed.status_code == 422
    assert "people are known by it" in changed.text


def test_application_is_let_have_tokens_of_a_connection_that_keeps_them(
    console: Console, site: Site
) -> None:
    session, client = db.session(), site.client()
    store = site.federation.credentials.of("google")
    store.create(session, CredentialFields("g-1", "app", {"client_secret": "a secret"}))
    for name, options in (("google", {"keep_tokens": "yes"}), ("plain", {})):
        fields = ConnectionFields(name, "google-web", {"en": name}, "g-1", options=options)
        site.federation.connections.create(session, fields)
    session.commit()
    address = f"/admin/applications/{client.client_id}/sources"
    page = console.get(address)

    saved = console.fill(page, address, {"enabled-google": "1", "tokens-google": "1"})

    assert 'name="tokens-google"' in page.text
    assert 'name="tokens-plain"' not in page.text
    assert saved.status_code == 303
    use = enablement.get(session, client.client_id, "google")
    assert (use.enabled, use.source_tokens) == (True, True)
    assert "Further scope" in console.get("/admin/connections/google").text
