"""``python -m tests.browser.screenshots FOLDER``: a picture of every page, in every dress.

Each page at 375, 768 and 1440 pixels, light and dark, in English and in both kinds of Chinese:
``FOLDER/en-light-375/consent.png``. Needs Chromium; starts a deployment of its own.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.lived_in import running_lived_in
from tests.browser.tour import DESKTOP, Tour
from tests.chromium import running_chromium

LANGUAGES = ("en", "zh-CN", "zh-TW")
SCHEMES = ("light", "dark")
WIDTHS = (375, 768, 1440)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="pages whose names begin like this")
    parser.add_argument("--language", choices=LANGUAGES, action="append")
    parser.add_argument("--scheme", choices=SCHEMES, action="append")
    parser.add_argument("--width", choices=WIDTHS, type=int, action="append")
    wanted = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_lived_in(Path(folder)) as deployment,
        running_chromium() as chromium,
    ):
        for language in wanted.language or LANGUAGES:
            with Tour(chromium, deployment, language) as tour:
                for name, page, *_ in tour.stops():
                    if name.startswith(wanted.only):
                        take(page, name, language, wanted)


def take(page: Page, name: str, language: str, wanted: argparse.Namespace) -> None:
    """The page in each scheme and at each width."""
    for scheme in wanted.scheme or SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in wanted.width or WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            path = wanted.folder / f"{language}-{scheme}-{width}" / f"{name}.png"
            page.screenshot(path=path, full_page=True)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")


if __name__ == "__main__":
    main()
