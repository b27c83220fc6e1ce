"""Applications whose id is itself an address (Client ID Metadata Documents) have pages like all."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.database import db
from app.management.services.segments import id_of, segment_of
from oidc.clients.metadata import ClientMetadata
from tests.app.management.console.console import Console
from tests.app.site import Site

ADDRESS = "https://app.example/oauth/client.json?x=1&y=%2F"


@pytest.mark.parametrize("client_id", [ADDRESS, "=begins so", "a b", "%2F..", "桥"])
def test_every_page_of_an_application_opens_from_the_list(
    site: Site, console: Console, client_id: str
) -> None:
    metadata = ClientMetadata(redirect_uris=("https://app.example/cb",), client_name="Described")
    site.provider.clients.add(db.session(), metadata, client_id=client_id, dynamic=True)
    db.session.commit()

    listed = console.get("/admin/applications").text
    address = listed.partition('<ul class="rows">')[2].partition('href="')[2].partition('"')[0]
    answers = {tab: console.get(address + tab).status_code for tab in ("", "/sources", "/code")}

    assert set(answers.values()) == {200}
    assert console.get(address).text.count("Described") > 1
    assert console.post(f"{address}/delete", {"sure": "1"}).status_code == 303
    assert site.provider.clients.stored(db.session(), client_id) is None


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_segment_stands_for_one_id_and_has_no_slash(client_id: str) -> None:
    segment = segment_of(client_id)

    assert "/" not in segment
    assert id_of(segment) == client_id


@pytest.mark.parametrize("segment", ["=", "=é", "=_w", "=" + base64.b64encode(b"\xff").decode()])
def test_segment_that_stands_for_nothing_names_nothing(console: Console, segment: str) -> None:
    assert console.get(f"/admin/applications/{segment}").status_code == 404
