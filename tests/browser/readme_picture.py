"""``python -m tests.browser.readme_picture``: the pictures of the scan in README.md and its twin.

A page of the tour and the phone that has scanned its code, side by side, as they are: made anew
when the pages change. Needs Chromium; starts a deployment of its own.
"""

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from app.demo.deployment import WEB_CLIENT
from tests.browser.lived_in import running_lived_in
from tests.browser.tour import Tour
from tests.chromium import running_chromium
from tests.source import ROOT

PICTURES = {"en": "scan.webp", "zh-CN": "scan.zh.webp"}
FOLDER = ROOT / "docs" / "pictures"
COMPUTER = {"width": 760, "height": 700}
PHONE = {"width": 360, "height": 700}
BETWEEN = 24
AROUND = (222, 226, 232)
QUALITY = 80


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lived_in(Path(folder)) as deployment,
        running_chromium() as chromium,
    ):
        for language, name in PICTURES.items():
            with Tour(chromium, deployment, language) as tour:
                beside(*scanned(tour)).save(FOLDER / name, quality=QUALITY, method=6)


def scanned(tour: Tour) -> tuple[Image.Image, Image.Image]:
    """The computer with the code, and the phone that has just read it."""
    computer = tour.begin(tour.ask(tour.new_page(), WEB_CLIENT))
    computer.locator(".code img").wait_for()
    phone = tour.new_page()
    phone.goto(f"{tour.deployment.sandbox}/phone/han-meimei/scanner")
    with phone.expect_navigation(url="**/mini-program**"):
        phone.get_by_test_id("codes").locator("a").first.click()
    return taken(computer, COMPUTER), taken(phone, PHONE)


def taken(page: Page, size: dict[str, int]) -> Image.Image:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.wait_for_load_state()
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def beside(left: Image.Image, right: Image.Image) -> Image.Image:
    size = (left.width + right.width + 3 * BETWEEN, left.height + 2 * BETWEEN)
    both = Image.new("RGB", size, AROUND)
    both.paste(left, (BETWEEN, BETWEEN))
    both.paste(right, (left.width + 2 * BETWEEN, BETWEEN))
    return both


if __name__ == "__main__":
    main()
