"""What holds for every page: small, self-contained, readable by machines that read aloud."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.web.i18n import ENGLISH
from tests.app.pages.test_scan import begin
from tests.app.site import PAGES, PHONE, Site

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "app/templates").rglob("*.html"))
BUDGET = 60 * 1024
# What puts the form's token into a page: alone, or with what was typed before the sign-in.
TOKEN_PARTS = ("{{ csrf_field() }}", "admin/parts/kept.html")


def pages(site: Site) -> Iterator[tuple[str, str]]:
    """Pages as they are sent, by name."""
    begun = begin(site)
    yield "sign-in", begun.browser.get(f"/sign-in/{begun.interaction}?ways=all").text
    yield "scan", begun.page.text
    yield "error", begun.browser.get("/nothing-here").text
    phone = site.browser(PHONE)
    path = f"/sign-in/{begun.interaction}"
    opened = phone.send(phone.get(path), path).headers["Location"]
    yield "open", phone.get(opened).text
    yield "welcome", phone.get("/").text
    yield "sign-out", begun.browser.get("/sign-out").text


class Controls(HTMLParser):
    """Notes what a page loads, and the fields, pictures and buttons that have no name."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.unnamed: list[str] = []
        self.labels: set[str] = set()
        self.fields: set[str] = set()
        self.headings = 0
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("img", "script", "iframe"):
            self.loaded.append(given.get("src") or "")
        if tag == "link":
            self.loaded.append(given.get("href") or "")
        if tag == "img" and "alt" not in given:
            self.unnamed.append("img")
        if tag == "label":
            self.labels.add(given.get("for") or "")
        if tag == "input" and given.get("type") != "hidden":
            self.fields.add(given.get("id") or "")
        self.headings += tag == "h1"
        if tag == "html":
            self.language = given.get("lang") or ""


def test_every_page_says_its_language_has_one_heading_and_names_its_controls(site: Site) -> None:
    for name, text in pages(site):
        seen = Controls()
        seen.feed(text)

        assert seen.language == ENGLISH.tag, name
        assert seen.headings == 1, name
        assert not seen.unnamed, name
        assert seen.fields <= seen.labels, name


def test_every_page_loads_from_our_own_server_alone(site: Site) -> None:
    for name, text in pages(site):
        seen = Controls()
        seen.feed(text)

        assert all(address.startswith("/") for address in seen.loaded), name
        assert not any(address.startswith("//") for address in seen.loaded), name


def test_every_page_says_that_this_is_a_sandbox(site: Site) -> None:
    for name, text in pages(site):
        assert "This is a sandbox" in text, name


def test_every_page_with_all_that_it_loads_is_small(site: Site) -> None:
    stranger = site.browser()

    for name, text in pages(site):
        seen = Controls()
        seen.feed(text)
        # A code to scan is its browser's alone; Chromium weighs it, too.
        anybodys = [address for address in seen.loaded if not address.startswith("/sign-in/")]
        sizes = [len(text.encode())]
        for address in anybodys:
            with stranger.get(address) as answer:
                assert answer.status_code == 200, (name, address)
                sizes.append(len(answer.data))

        assert len(sizes) > 2, name
        assert sum(sizes) < BUDGET, name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_script_or_style_of_its_own(template: Path) -> None:
    source = template.read_text(encoding="utf-8")

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


TO_AN_APPLICATION = 'action="{{ onward.address }}"'
"""A token of ours in there would be told to the application."""


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_posts_carries_its_token(template: Path) -> None:
    source = template.read_text(encoding="utf-8")

    forms = re.findall(r"<form.*?</form>", source, re.DOTALL)
    changing = [form for form in forms if not re.match(r'<form[^>]*method="get"', form)]

    changing = [form for form in changing if TO_AN_APPLICATION not in form]

    assert len(forms) == source.count("<form")
    assert all('method="post"' in form for form in changing)
    assert all(any(part in form for part in TOKEN_PARTS) for form in changing)


@pytest.mark.parametrize("template", ["parts/pieces.html", "admin/parts/kept.html"])
def test_every_part_with_a_token_has_it(template: str) -> None:
    source = (ROOT / "app/templates" / template).read_text(encoding="utf-8")

    assert 'name="csrf_token" value="{{ csrf_token() }}"' in source or TOKEN_PARTS[0] in source


def test_error_page_tells_the_number_of_the_request_and_keeps_the_proxy_s(site: Site) -> None:
    client, page = site.phone(), {"Accept": PAGES}
    forged = "<script>alert(1)</script>"

    own = client.get("/nothing-here", headers=page)
    given = client.get("/nothing-here", headers={**page, "X-Request-Id": "edge-0123456789"})
    hostile = client.get("/nothing-here", headers={**page, "X-Request-Id": forged})

    assert re.search(r"<code>[0-9a-f]{16}</code>", own.text)
    assert "<code>edge-0123456789</code>" in given.text
    assert "alert(1)" not in hostile.text


def test_static_files_may_be_kept_and_change_their_address_with_their_content(site: Site) -> None:
    page = site.browser().get("/nothing-here")
    address = re.search(r'href="(/static/qiao\.css\?v=[0-9a-f]{10})"', page.text)
    assert address

    answer = site.browser().get(address[1])
    answer.close()

    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/federation/v1/nothing", "/token/nothing", "/userinfo/x"])
def test_programs_that_lose_their_way_get_json(site: Site, path: str) -> None:
    answer = site.phone().get(path)

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["error"] == "invalid_request"


def test_wrong_method_says_which_one_is_right(site: Site) -> None:
    answer = site.phone().get("/token")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert answer.json is not None
