"""The set-up guide's table for the console, gone through by its words in Chromium."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from app.administrators.admins import AdminFields
from app.demo.deployment import Deployment
from tests.browser.conftest import NewPage
from tests.browser.empty_console import PASSWORD, empty_console
from tests.browser.people import Phone
from tests.chromium import PATIENCE
from tests.interop.guide import Guide

TITLES = {"en": "The same in the console", "zh": "在管理后台完成同样的设置"}
MINI_PROGRAM = {
    "AppID": "wx5a4d000000000001",
    "AppSecret": "5a4d0000000000000000000000000001",
    "Original ID": "gh_5a4d00000001",
    "Open Platform account": "main",
}
PUSH = {
    "Push token": "SandboxPushToken",
    "EncodingAESKey": "SandboxSandboxSandboxSandboxSandboxSandbox0",
}
CONNECTION = {
    "Unique ID": "wechat",
    "Name on the button, English": "WeChat",
    "Name on the button, Chinese": "微信",
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Qiao as the guide's first block leaves it, with the sandbox for WeChat."""
    administrator = AdminFields("you", "You", "owner", PASSWORD)
    with empty_console(tmp_path_factory.mktemp("guide"), administrator) as deployment:
        yield deployment


@dataclass
class Reader:
    """Somebody who has the guide in one window and the console in the other."""

    page: Page
    rows: dict[str, list[str]]

    @classmethod
    def of(cls, page: Page, language: str) -> "Reader":
        rows = Guide(language).rows(TITLES[language])
        return cls(page, {row[0].strip("`"): row[1:] for row in rows})

    def words(self, command: str, column: int, mark: str = r"\*") -> list[str]:
        """What is italic in the row of this command, or what is bold."""
        found = rf"(?<!\*){mark}([^*]+){mark}(?!\*)"
        return re.findall(found, self.rows[command][column])

    def goes_to(self, command: str) -> None:
        """The page that the row names first, by the console's menu."""
        title = self.words(command, 0, r"\*\*")[0]
        self.page.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()

    def presses(self, word: str) -> None:
        link = self.page.get_by_role("link", name=word, exact=True)
        link.or_(self.page.get_by_role("button", name=word, exact=True)).first.click()

    def field(self, word: str) -> Locator:
        named = self.page.get_by_label(re.compile(rf"^\s*{re.escape(word)}"))
        return named.and_(self.page.locator("input, textarea, select")).first

    def sees(self, words: list[str]) -> None:
        """Each word is there, as the name of something to fill in or to choose from."""
        assert words
        for word in words:
            names = self.page.locator("label, legend, summary, th, h2, button, a")
            begins = re.compile(rf"^\s*{re.escape(word)}")
            expect(names.filter(has_text=begins).first).to_be_visible()

    def fills(self, values: dict[str, str]) -> None:
        for word, value in values.items():
            self.field(word).fill(value)


def sign_in(page: Page, deployment: Deployment) -> None:
    page.goto(f"{deployment.issuer}/admin/")
    page.locator("#username").fill("you")
    page.locator("#password").fill(PASSWORD)
    page.locator("form button.primary").click()
    expect(page.get_by_role("navigation").first).to_be_visible()


def store_wechat_app(reader: Reader) -> None:
    reader.goes_to("wechat-apps add")
    reader.presses(reader.words("wechat-apps add", 0)[0])
    reader.sees(reader.words("wechat-apps add", 1))
    reader.fills(MINI_PROGRAM)
    reader.field("Default mini program").check()
    reader.presses("Save")
    reader.goes_to("wechat-apps change")
    reader.page.get_by_role("link", name=re.compile(MINI_PROGRAM["AppID"])).first.click()
    reader.page.locator("summary", has_text=reader.words("wechat-apps change", 0)[0]).click()
    reader.sees(reader.words("wechat-apps change", 1))
    reader.fills(PUSH)
    reader.presses("Save")
    reader.presses(reader.words("credentials check", 0)[0])
    expect(reader.page.get_by_text("WeChat takes the credential")).to_be_visible(timeout=PATIENCE)
    reader.sees(reader.words("credentials preview-move", 0))


def add_connection(reader: Reader) -> None:
    reader.goes_to("connections add")
    reader.presses(reader.words("connections add", 0)[0])
    reader.page.get_by_role("link", name="Choose WeChat · Mini program").click()
    reader.sees(reader.words("connections add", 1))
    reader.fills(CONNECTION)
    reader.presses("Save")
    reader.presses(reader.words("credentials check", 0)[1])
    expect(reader.page.get_by_text("WeChat takes the credential")).to_be_visible(timeout=PATIENCE)
    reader.sees(reader.words("connections enable", 0))


def register(reader: Reader) -> None:
    reader.goes_to("clients add")
    reader.presses(reader.words("clients add", 0)[0])
    *choices, on_its_page = reader.words("clients add", 1)
    reader.sees(choices)
    reader.page.locator("#client_name").fill("Shop")
    reader.page.locator("#redirect_uris").fill("https://shop.example/callback")
    reader.field("WeChat").check()
    reader.presses("Register")
    reader.presses("I have kept it")
    reader.presses("Settings")
    reader.sees([on_its_page])


def test_console_is_led_through_by_the_words_of_the_guide(
    empty: Deployment, new_page: NewPage
) -> None:
    page, phone = new_page("desktop"), Phone(new_page("phone"), empty)
    reader = Reader.of(page, "en")
    sign_in(page, empty)

    store_wechat_app(reader)
    add_connection(reader)
    register(reader)
    reader.goes_to("domain-files add")
    reader.sees(reader.words("domain-files add", 1))
    reader.goes_to("connections enable")
    reader.goes_to("clients add")
    reader.page.get_by_role("link", name=re.compile("Shop")).first.click()
    reader.presses("Try it")
    page.get_by_role("button", name="Add it to the redirect URIs").click()
    page.get_by_role("button", name="Try signing in").click()
    phone.picked_up_by("han-meimei")
    phone.scan()
    shown = re.search(r"\d\d", page.locator(".number strong").inner_text())
    assert shown
    phone.confirm(int(shown[0]))
    may_learn = page.locator("main li")
    expect(page).to_have_url(re.compile("/consent/"), timeout=PATIENCE)
    expect(may_learn).to_have_count(4)
    page.get_by_role("button", name="Allow", exact=True).click()

    expect(page.get_by_role("heading", name="It works")).to_be_visible(timeout=PATIENCE)


def test_chinese_guide_names_the_pages_of_the_chinese_console(
    empty: Deployment, new_page: NewPage
) -> None:
    page = new_page("desktop", locale="zh-CN")
    reader = Reader.of(page, "zh")
    sign_in(page, empty)

    for command in ("wechat-apps add", "clients add"):
        reader.goes_to(command)
        reader.presses(reader.words(command, 0)[0])
        reader.sees(reader.words(command, 1)[:4])
    for command in ("connections add", "connections enable", "domain-files add"):
        reader.goes_to(command)
