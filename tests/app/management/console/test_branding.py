"""An application's logo and colour: set in the console, worn by the pages that people see."""

import html
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


HOSTILE = "<script>alert(1)</script>"


@pytest.mark.usefixtures("shop")
def test_background_words_and_a_preview_that_is_the_page_itself(
    site: Site, console: Console, shop: Client
) -> None:
    words = {"headline_en": HOSTILE, "help_en": "Call  1234", "headline_zh": "欢迎光临"}
    dress(console, background="#10243a", picture=png("#aa5500"), **words)
    path = f"/sign-in/{site.park(shop)}?ways=all"

    page, chinese = site.browser().get(path), site.browser(language="zh").get(path)
    look = console.get(PATH)
    frames = [html.unescape(one) for one in re.findall(r'<iframe src="([^"]+)"', look.text)]
    shown = [console.get(frame) for frame in frames]
    dark = console.get(html.unescape(re.findall(r'href="(/admin/look/[^"]+)"', shown[1].text)[0]))

    sheet = html.unescape(re.findall(r'href="(/looks\.css[^"]+)"', page.text)[0])
    picture = re.findall(r'url\("(/logos/[0-9a-f]{64}\.jpg)"\)', site.browser().get(sheet).text)
    assert site.browser().get(picture[0]).mimetype == "image/jpeg"
    assert html.escape(HOSTILE) in page.text
    assert HOSTILE not in page.text
    assert "Call 1234" in page.text
    assert "欢迎光临" in chinese.text
    assert len(frames) == 4
    assert "frame-src 'self'" in look.headers["Content-Security-Policy"]
    for frame in shown:
        assert frame.status_code == 200
        assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
        assert "script-src 'self'" in frame.headers["Content-Security-Policy"]
        assert "<meta http-equiv" not in frame.text
    assert "prefers-color-scheme" not in dark.text
    assert "color-scheme: dark;" in dark.text
    assert page.headers["X-Frame-Options"] == "DENY"
    bad = "look/preview?device=x&scheme=%00&accent=red&headline_en=" + "y" * 3000
    assert console.get(f"/admin/{bad}").status_code == 200


@pytest.mark.usefixtures("shop")
def test_words_that_are_too_long_are_told_and_a_second_picture_does_not_hide_it(
    console: Console,
) -> None:
    page = dress(console, headline_en="x" * 61, help_zh="好" * 161, background="blue")

    assert page.status_code == 422
    assert "Use at most 60 characters." in page.text
    assert "Use at most 160 characters." in page.text
    assert store.of_client(db.session(), "client-shop") == store.PLAIN


@pytest.mark.usefixtures("shop")
def test_own_brand_stands_where_no_application_does_and_below_those_that_wear_little(
    site: Site, console: Console, shop: Client
) -> None:
    own = "/admin/look"
    fields = {"name_en": "Riverside ID", "name_zh": "滨江通行证", "accent": "#14532d"}
    console.fill(console.get(own), own, {**fields, "help_en": "Ask the desk"})

    welcome, gone = site.browser().get("/"), site.browser().get("/sign-in/x")
    chinese = site.browser(language="zh").get("/device")
    worn = site.browser().get(f"/sign-in/{site.park(shop)}?ways=all")
    home = console.get("/admin/")

    assert "· Riverside ID</title>" in welcome.text
    assert "/accents/14532d.css" in welcome.text
    assert "Riverside ID" in gone.text
    assert "滨江通行证" in chinese.text
    assert "/accents/14532d.css" in worn.text
    assert "Ask the desk" in worn.text
    assert '<div class="name"><bdi>Shop</bdi>' in worn.text
    assert "Riverside ID console</title>" in home.text


def test_applications_are_found_by_names_in_each_language_by_id_and_by_address(
    site: Site, console: Console
) -> None:
    named = {"localised": {"client_name#zh": "滨江图书馆"}}
    site.client("Library", redirect_uris=("https://books.example/cb",), **named)
    site.client("Shop")
    site.connection(site.client("100%_Club"), "club")

    def found(wanted: str, page: str = "/admin/applications") -> list[str]:
        sent = console.client.get(page, query_string={"q": wanted})
        return re.findall(r'href="/admin/applications/(client-[^"/]+)(?:/sources)?">', sent.text)

    for wanted in ("LIBR", "图书", "books.example", "client-lib"):
        assert found(wanted) == ["client-library"], wanted
    assert found("100%_") == ["client-100%25_club"]
    assert found("authorization_code") == []  # stands in every registration
    assert len(found("")) == 3
    assert found("图书", "/admin/who-uses-what") == ["client-library"]
    assert "滨江图书馆" in Console(console.client, "zh").get("/admin/applications").text


def test_applications_that_may_learn_phone_numbers_are_found_at_once(
    site: Site, console: Console
) -> None:
    shop = site.client("Shop", scope="openid phone")
    forum, bank = site.client("Forum", scope="openid"), site.client("Bank")
    withheld = site.client("Held", scope="openid phone")
    for number, client in enumerate((shop, forum, bank, withheld)):
        site.connection(client, f"wechat-{number}")
    claims = "/admin/applications/client-held/claims"
    page = console.get(claims)
    console.fill(page, claims, {"id-phone_number": [], "info-phone_number": []})

    def found(learns: str) -> set[str]:
        text = console.get(f"/admin/applications?learns={learns}").text
        return set(re.findall(r'href="/admin/applications/client-(\w+)">', text))

    assert found("phone") == {"shop", "bank"}
    assert found("email") == {"bank"}
    assert found("") == {"shop", "forum", "bank", "held"}
    assert found("anything") == set()
    assert "may learn: phone number" in console.get("/admin/applications?q=shop").text


def test_code_is_shown_to_who_can_run_it(site: Site, console: Console) -> None:
    site.client("Shop")
    site.client("Ours", first_party=True)

    others = console.get("/admin/applications/client-shop/code").text
    ours = console.get("/admin/applications/client-ours/code").text

    assert "/challenge" not in others
    assert "<h2>Android</h2>" not in others
    assert "/challenge" in ours
    assert "<h2>Android</h2>" in ours
