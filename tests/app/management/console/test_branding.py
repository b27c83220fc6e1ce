"""An application's logo and colour: set in the console, worn by the pages that people see."""

import io
import re

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from app.administrators.sessions import IDLE
from app.branding import store
from app.database import db
from oidc.clients.client import Client
from tests.app.management.console.console import PASSWORD, Console
from tests.app.site import Site

PATH = "/admin/applications/client-shop/look"


@pytest.fixture
def shop(site: Site) -> Client:
    client = site.client()
    site.connection(client)
    return client


def png(colour: str = "#0b5b73") -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    file.seek(0)
    return file, "logo.png"


def dress(console: Console, **fields: object) -> TestResponse:
    return console.fill(console.get(PATH), PATH, {"accent": "#ffcc00", "logo": png(), **fields})


@pytest.mark.usefixtures("shop")
def test_people_see_what_an_administrator_chose(site: Site, console: Console, shop: Client) -> None:
    saved = dress(console)
    page = site.browser().get(f"/sign-in/{site.park(shop)}?ways=all")
    address = re.search(r'src="(/logos/[0-9a-f]{64}\.png)"', page.text)
    assert saved.status_code == 303
    assert address
    picture, sheet = site.browser().get(address[1]), site.browser().get("/accents/ffcc00.css")

    assert '<link rel="stylesheet" href="/accents/ffcc00.css">' in page.text
    assert picture.mimetype == "image/png"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sheet.mimetype == "text/css"
    assert "--accent:" in sheet.text
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("shop")
def test_all_problems_are_told_and_nothing_is_saved(site: Site, console: Console) -> None:
    svg = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")

    page = dress(console, accent="red;}<script>", logo=(svg, "logo.png"))

    assert page.status_code == 422
    assert "This is no PNG, JPEG or WebP picture." in page.text
    assert "A colour is # and six hexadecimal digits." in page.text
    assert 'value="red;}&lt;script&gt;"' in page.text
    assert store.of_client(db.session(), "client-shop") == store.PLAIN


@pytest.mark.usefixtures("shop")
def test_logo_stays_until_it_is_taken_away(site: Site, console: Console) -> None:
    dress(console)
    with_logo = store.of_client(db.session(), "client-shop")

    console.fill(console.get(PATH), PATH, {"accent": ""})
    kept = store.of_client(db.session(), "client-shop")
    console.fill(console.get(PATH), PATH, {"no_logo": "1"})
    taken = store.of_client(db.session(), "client-shop")

    assert (with_logo.accent, kept.accent) == ("#ffcc00", None)
    assert with_logo.logo == kept.logo is not None
    assert taken.logo is None
    assert site.browser().get(f"/logos/{kept.logo}.png").status_code == 404


@pytest.mark.usefixtures("shop")
def test_second_of_two_administrators_is_told(console: Console) -> None:
    opened = console.get(PATH)
    dress(console)

    second = console.fill(opened, PATH, {"accent": "#00ccff"})
    knowingly = console.fill(second, PATH, {})

    assert second.status_code == 409
    assert '<span class="pre">#ffcc00</span>' in second.text
    assert knowingly.status_code == 303
    assert store.of_client(db.session(), "client-shop").accent == "#00ccff"


@pytest.mark.usefixtures("shop")
def test_session_that_ended_loses_neither_typing_nor_the_file(site: Site, console: Console) -> None:
    page = console.get(PATH)
    site.clock.advance(IDLE)

    asked = console.fill(page, PATH, {"accent": "#ffcc00", "logo": png()})
    form = re.search(r'<form[^>]*action="/admin/sign-in".*?</form>', asked.text, re.DOTALL)
    assert form
    signed_in = console.fill(asked, "/admin/sign-in", {"_username": "han", "_password": PASSWORD})
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
    console.post(PATH, {**kept, "csrf_token": console.csrf()})

    look = store.of_client(db.session(), "client-shop")
    assert (asked.status_code, signed_in.status_code) == (401, 307)
    assert look.accent == "#ffcc00"
    assert look.logo


@pytest.mark.usefixtures("shop")
def test_look_goes_with_its_application(site: Site, console: Console) -> None:
    dress(console)

    console.post("/admin/applications/client-shop/delete", {"sure": "1"})

    assert store.of_client(db.session(), "client-shop") == store.PLAIN


def test_addresses_that_name_no_look_are_nothing_found(site: Site) -> None:
    for path in (
        "/logos/x.png",
        f"/logos/{'0' * 64}.png",
        "/accents/red.css",
        "/accents/FFCC00.css",
    ):
        assert site.browser().get(path).status_code == 404, path
