"""Brands at their extremes: whatever colour, picture or name is chosen, the pages can be read."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page

from app.branding import pictures, store
from app.branding.store import OUR_OWN, Changes
from app.database import db
from app.demo import seed
from app.enablement import sources
from app.enablement.sources import Enablement
from app.groups import access
from app.groups.access import Access
from oidc.clock import system_clock
from tests.browser.examination import Examination
from tests.browser.lived_in import PASSWORD, LivedIn, running_lived_in
from tests.browser.tour import IPHONE, Stop, Tour, press

CJK = "滨江市北部新区公共图书馆暨十二家社区分馆读者服务综合门户与预约借阅平台欢迎您来读书"[:40]
LATIN = "The Municipal Library of Greater Northern Riverside-on-Avon"
KEPT_OUT = "-members"


@dataclass(frozen=True)
class Brand:
    """
    :param logo: and ``picture``: width, height and colour of a plain one.
    """

    accent: str | None = None
    background: str | None = None
    name: str = "Shop"
    name_zh: str = ""
    logo: tuple[int, int, str] | None = None
    picture: tuple[int, int, str] | None = None
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def changes(self) -> Changes:
        logo = pictures.redrawn(drawn(*self.logo)) if self.logo else None
        picture = pictures.backdrop(drawn(*self.picture)) if self.picture else None
        return Changes(self.accent, logo, self.background, picture, self.texts)


BRANDS = {
    "white": Brand("#ffffff", "#ffffff", logo=(400, 400, "white")),
    "black": Brand("#000000", "#000000", name=LATIN, logo=(400, 400, "black")),
    "neon": Brand("#39ff14", "#ff00ff", name=LATIN, name_zh=CJK),
    "yellow": Brand("#ffff00", "#7f7f7f", name_zh=CJK, logo=(40, 2000, "#ff0")),
    "at-night": Brand(
        "#000080",
        picture=(1600, 1200, "#020204"),
        logo=(2000, 40, "#000080"),
        texts={"zh": {"headline": CJK[:60], "help": CJK * 4}},
    ),
    "at-noon": Brand(
        "#fff8e0",
        picture=(1600, 1200, "#fffff4"),
        texts={"en": {"headline": LATIN[:60], "help": "W" * 160}},
    ),
}
OURS = Brand(
    "#39ff14",
    "#123456",
    logo=(30, 900, "#39ff14"),
    texts={"en": {"name": LATIN[:40], "contact": "https://help.example/" + "x" * 200}},
)


def drawn(width: int, height: int, colour: str) -> bytes:
    """A picture of one colour, as a file that somebody sends."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def furnish(app: Flask, deployment: LivedIn) -> None:
    """An application of each brand, and one more that lets nobody in."""
    callback = f"{deployment.application}/callback"
    with app.app_context():
        session, provider = db.session(), app.extensions["oidc"]
        for brand_id, brand in BRANDS.items():
            document: dict[str, object] = {
                "client_name": brand.name,
                "redirect_uris": [callback],
            }
            document |= {"client_name#zh-CN": brand.name_zh} if brand.name_zh else {}
            for client_id in (brand_id, brand_id + KEPT_OUT):
                seed.add_client(session, provider, client_id, document)
                for connection in ("wechat-mini", "wechat-official"):
                    wanted = Enablement(client_id, connection, enabled=True)
                    sources.save(session, system_clock, wanted, actor="system")
                store.save(session, system_clock, client_id, brand.changes(), 0)
            access.save(session, system_clock, Access(brand_id + KEPT_OUT, "requests"))
        store.save(session, system_clock, OUR_OWN, OURS.changes(), 0)
        session.commit()


@pytest.fixture(scope="module")
def branded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedIn]:
    with running_lived_in(tmp_path_factory.mktemp("branded"), furnish) as deployment:
        yield deployment


def worn(tour: Tour, brand_id: str) -> Iterator[Stop]:
    """The pages on which people see an application's brand."""
    page = tour.ask(tour.new_page(), brand_id)
    yield Stop(f"{brand_id}: sign-in", page)
    tour.begin(page)
    page.locator(".code img").wait_for()
    yield Stop(f"{brand_id}: scan", page, can_turn=False)
    phone = tour.begin(tour.ask(tour.new_page(user_agent=IPHONE), brand_id))
    yield Stop(f"{brand_id}: open WeChat", phone)
    page = tour.sign_in(tour.ask(tour.new_page(), brand_id))
    yield Stop(f"{brand_id}: consent", page)
    press(page, "button[value=allow]")
    tour.ask(page, brand_id, prompt="select_account")
    yield Stop(f"{brand_id}: choose", page)
    page.goto(tour.at(f"/logout?client_id={brand_id}"))
    yield Stop(f"{brand_id}: sign out", page)
    tour.ask(page, brand_id + KEPT_OUT)
    yield Stop(f"{brand_id}: kept out", page)


def of_our_own(tour: Tour) -> Iterator[Stop]:
    """The pages that wear the deployment's own brand."""
    page = tour.new_page()
    for name, path in (
        ("welcome", "/"),
        ("account", "/account"),
        ("error", "/authorize?client_id=nobody"),
        ("device", "/device"),
        ("console's door", "/admin/"),
    ):
        page.goto(tour.at(path))
        yield Stop(name, page)
    page.fill("#username", "owner")
    page.fill("#password", PASSWORD)
    press(page, "form:has(#password) button.primary")
    for path in ("", "overview", "connections", "applications/neon/look", "accounts"):
        page.goto(tour.at(f"/admin/{path}"))
        yield Stop(f"console/{path}", page)


def test_pages_of_any_brand_can_be_read_and_fit(branded: LivedIn, chromium: Browser) -> None:
    examination = Examination(branded.issuer)

    with Tour(chromium, branded, "en", examination.listen) as tour:
        for brand_id in BRANDS:
            for stop in worn(tour, brand_id):
                look(examination, stop)
        for stop in of_our_own(tour):
            look(examination, stop)

    assert len(examination.visited) >= 7 * len(BRANDS) + 10
    assert not examination.wrong, "\n".join(examination.wrong)


def look(examination: Examination, stop: Stop) -> None:
    """Brands share titles, which is no fault of theirs."""
    examination.named.clear()
    examination.look_at(stop)
    assert_logo_is_whole(stop.page)


SIZES = """all => all.map(one => {
  const {width, height} = one.getBoundingClientRect();
  return [width, height, getComputedStyle(one).objectFit];
})"""


def assert_logo_is_whole(page: Page) -> None:
    """However tall or wide it is, a logo is neither cut off nor stretched."""
    logos = page.locator(".mark img:not(.over), .brandline img, .brand img")
    for width, height, fit in logos.evaluate_all(SIZES):
        assert width <= 48, page.url
        assert height <= 48, page.url
        assert fit == "contain", page.url
