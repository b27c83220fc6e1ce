"""What somebody types who means no good, or pastes a book: told or kept, and shown safely."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from app.database import db
from app.enablement import sources as sources_store
from tests.app.management.console.console import Console, values_in
from tests.app.site import Site
from tests.sandbox_server import MINI_PROGRAM

pytestmark = pytest.mark.slow

MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
BIDI = "shop\u202egnp.exe\u2066"
EMOJI = "👩‍👩‍👧‍👦🇨🇳é"
LONG = "桥" * 10_000
SCRIPT = "javascript:alert(1)"
DATA = "data:text/html,<script>alert(1)</script>"

APPLICATION = "/admin/applications/client-shop"
CONNECTION = "/admin/connections/wechat"
CREDENTIAL = f"/admin/wechat-apps/{MINI_PROGRAM.appid}"
PAGES = (
    "/admin/",
    "/admin/wechat-apps",
    CREDENTIAL,
    "/admin/connections",
    CONNECTION,
    "/admin/applications",
    APPLICATION,
    f"{APPLICATION}/look",
    f"{APPLICATION}/sources",
    f"{APPLICATION}/claims",
    f"{APPLICATION}/try",
    f"{APPLICATION}/code",
    "/admin/who-uses-what",
    "/admin/accounts",
    "/admin/log",
    "/admin/administrators",
    "/admin/you",
)


class Elements(HTMLParser):
    """What a browser would make of a page: elements, and every attribute that could run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append(dict(attrs))
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(name)
            if name in ("href", "src", "action", "formaction"):
                self.addresses.append(value or "")


def demand_harmless(page: str, where: str) -> None:
    seen = Elements(page)
    assert all(script.get("src", "").startswith("/static/") for script in seen.scripts), where  # type: ignore[union-attr]
    assert seen.handlers == [], where
    bad = [one for one in seen.addresses if re.match(r"\s*(javascript|data|vbscript):", one, re.I)]
    assert [one for one in bad if not one.startswith("data:image/svg+xml")] == [], where


@pytest.fixture
def furnished(site: Site) -> None:
    site.connection(site.client())


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("name", [MARKUP[:40], BIDI, EMOJI], ids=["markup", "bidi", "emoji"])
def test_hostile_names_are_kept_and_harm_no_page(site: Site, console: Console, name: str) -> None:
    saved = [
        console.fill(console.get(CONNECTION), CONNECTION, {"name_en": name, "name_zh": name}),
        console.fill(console.get(APPLICATION), APPLICATION, {"client_name": name}),
        console.fill(console.get(CREDENTIAL), CREDENTIAL, {"name": name, "open_platform": name}),
    ]
    account = site.passwords.create(db.session(), site.clock, "mallory", "a" * 12, {"name": name})
    db.session.commit()

    # An application's name stands before people who do not know it: it may not turn the text.
    assert [answer.status_code for answer in saved] == [303, 422 if name == BIDI else 303, 303]
    for path in (*PAGES, f"/admin/accounts/{account}"):
        page = console.get(path)
        assert page.status_code == 200, path
        demand_harmless(page.text, path)
    assert f"<bdi>{name}</bdi>" in html.unescape(console.get(CONNECTION).text)


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("name", [MARKUP[:40], EMOJI], ids=["markup", "emoji"])
def test_people_see_hostile_names_as_text(site: Site, console: Console, name: str) -> None:
    console.fill(console.get(APPLICATION), APPLICATION, {"client_name": name})
    console.fill(console.get(CONNECTION), CONNECTION, {"name_en": BIDI, "name_zh": BIDI})
    client = site.provider.clients.stored(db.session(), "client-shop")
    assert client

    page = site.browser().get(f"/sign-in/{site.park(client)}?ways=all").text

    assert f"<bdi>{name}</bdi>" in html.unescape(page)
    demand_harmless(page, "sign-in")


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("number", ["4294967296", "9" * 5000])
def test_numbers_beyond_every_database_change_nothing(
    site: Site, console: Console, number: str
) -> None:
    sources = f"{APPLICATION}/sources"
    before = sources_store.get(db.session(), "client-shop", "wechat")

    typed = {"position-wechat": number, "sign-up-wechat": "1"}
    answers = [
        console.fill(console.get(sources), sources, typed),
        console.fill(console.get(sources), sources, {**typed, "version-wechat": number}),
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert sources_store.get(db.session(), "client-shop", "wechat").position == before.position


@pytest.mark.usefixtures("furnished")
def test_zero_bytes_are_refused_wherever_a_page_reads_a_form(site: Site, console: Console) -> None:
    page = console.get(CONNECTION)

    refused = [
        console.fill(page, CONNECTION, {"name_en": "a\0b"}),
        site.app.test_client().post("/language", data={"language": "\0"}),
    ]

    assert [answer.status_code for answer in refused] == [400, 400]


FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "connection": (
        CONNECTION,
        {"name_en": LONG, "name_zh": LONG, "association": "guess", "position": "-1"},
    ),
    "new connection": (
        "/admin/connections/new/wechat-miniprogram",
        {"id": LONG, "name_en": LONG, "phone": "maybe"},
    ),
    "credential": (
        CREDENTIAL,
        {"name": LONG, "original_id": LONG, "open_platform": LONG, "push_token": LONG},
    ),
    "application": (
        APPLICATION,
        {
            "client_name": LONG,
            "redirect_uris": f"{SCRIPT}\n{DATA}\nhttp://plain.example/",
            "logo_uri": SCRIPT,
            "policy_uri": DATA,
            "client_uri": SCRIPT,
            "access_token_lifetime": "1e9",
            "jwks": "{",
            "scope": LONG,
        },
    ),
    "new application": (
        "/admin/applications/new",
        {"type": "web", "client_name": LONG, "redirect_uris": SCRIPT},
    ),
    "look": (f"{APPLICATION}/look", {"accent": LONG}),
    "administrator": (
        "/admin/administrators/new",
        {"username": LONG, "name": LONG, "role": "emperor", "password": "short"},
    ),
}
ABOUT_NOTHING = {"type"}


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize(("path", "typed"), FORMS.values(), ids=FORMS.keys())
def test_every_problem_is_told_at_once_beside_its_field_with_the_input_kept(
    console: Console, path: str, typed: dict[str, Any]
) -> None:
    page = console.fill(console.get(path), path, typed)

    assert page.status_code == 422
    demand_harmless(page.text, path)
    wrong = set(re.findall(r'id="problem-([\w#-]+?)-\d+"', page.text))
    same = {"name_zh": "name_en"}
    assert wrong >= {same.get(name, name) for name in typed.keys() - ABOUT_NOTHING}
    form = re.search(rf'<form[^>]*action="{re.escape(path)}".*?</form>', page.text, re.DOTALL)
    assert form
    kept = values_in(form[0])
    for name, value in typed.items():
        if name in kept and name != "password":
            assert kept[name][0].strip() == value[:10_000], name


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("path", [one[0] for one in FORMS.values()], ids=FORMS.keys())
def test_every_line_that_is_typed_into_tells_its_limits(console: Console, path: str) -> None:
    page = console.get(path).text
    form = re.search(rf'<form[^>]*action="{re.escape(path)}".*?</form>', page, re.DOTALL)
    assert form

    untold = [
        tag
        for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", form[0])
        if not re.search(r'type="(?:hidden|checkbox|radio)"', tag)
        and "readonly" not in tag
        and "aria-describedby" not in tag
    ]

    assert untold == []
