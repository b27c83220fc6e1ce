"""Debian's Chromium and the whole demo, live: for tests that see what a person sees."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.demo.deployment import Deployment
from tests.browser.lived_in import LivedIn, running_lived_in
from tests.browser.people import Desktop, Phone
from tests.chromium import PATIENCE

SCREENS = {"desktop": (1280, 800), "phone": (390, 844)}

NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder carries the marker ``browser``."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivedIn]:
    """The demo after a while, for all tests here: long names, every mode, local passwords."""
    with running_lived_in(tmp_path_factory.mktemp("lived-in")) as deployment:
        yield deployment


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Makes a browser of its own for each call: nothing is shared between two of them.

    ``new_page("phone", locale="zh-CN", color_scheme="dark", java_script_enabled=False)``. The test
    fails when a page wrote an error to its console: a broken script, or a policy's refusal.
    """
    complaints: list[str] = []
    with ExitStack() as contexts:

        def make(screen: str = "desktop", **options: object) -> Page:
            width, height = SCREENS[screen]
            context = chromium.new_context(
                viewport={"width": width, "height": height},
                **{"locale": "en", **options},  # type: ignore[arg-type]
            )
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return page

        yield make
    # A page that tells of a refusal is answered with 4xx, which Chromium calls an error.
    assert [text for text in complaints if "status of 4" not in text] == []


@pytest.fixture
def desktop(new_page: NewPage, demo: Deployment) -> Desktop:
    """Somebody before a computer."""
    return Desktop(new_page("desktop"), demo)


@pytest.fixture
def phone(new_page: NewPage, demo: Deployment) -> Phone:
    """The same person's virtual phone."""
    return Phone(new_page("phone"), demo)


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a picture of a page when asked to: ``SCREENSHOTS=folder pytest -m browser``."""
    folder = os.environ.get("SCREENSHOTS")

    def keep(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            path = Path(folder) / f"{request.node.name}-{name}.png"
            page.screenshot(path=path, full_page=True)

    return keep
