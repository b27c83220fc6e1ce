"""What support is asked in a week, answered from the console's home, with each click counted.

The numbers are those of ``docs/console.md``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from app.demo.deployment import Deployment
from tests.browser import lived_in
from tests.browser.conftest import NewPage
from tests.browser.tour import press

TABLE = Path(__file__).parents[2] / "docs/console.md"
ROW = re.compile(r"\| (.+?) \| .+ \| (\d+) \|")
MOST = 3


@dataclass
class Support:
    """Somebody at the console who counts.

    :param clicks: since the console's home.
    """

    page: Page
    issuer: str
    clicks: int = 0

    def begin(self) -> None:
        self.page.goto(f"{self.issuer}/admin/")
        self.clicks = 0

    def click(self, button: str) -> None:
        press(self.page, button)
        self.clicks += 1

    def find(self, text: str) -> None:
        self.page.keyboard.press("/")
        self.page.keyboard.type(text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.clicks += 1

    def add_person(self, name: str) -> str:
        """Their sub; not counted."""
        self.page.goto(f"{self.issuer}/admin/accounts/new")
        self.page.fill("#name", name)
        press(self.page, ".work .form .button.primary")
        return self.page.url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def support(new_page: NewPage, demo: Deployment) -> Support:
    page = new_page()
    page.goto(f"{demo.issuer}/admin/")
    page.fill("#username", "owner")
    page.fill("#password", lived_in.PASSWORD)
    press(page, "form:has(#password) button.primary")
    return Support(page, demo.issuer)


def why_not_yesterday(support: Support) -> str:
    support.begin()
    support.find(lived_in.TWIN_NAME)
    support.click('section:has(h2:has-text("What happened")) li a')
    return "Sign-in"


def which_see_phones(support: Support) -> str:
    support.begin()
    support.click('.places a:has-text("Applications")')
    support.page.select_option("select[name=learns]", "phone")
    support.clicks += 1
    support.click('form:has(select[name=learns]) button:has-text("Search")')
    return lived_in.LIBRARY_NAME


def who_scanned(support: Support) -> str:
    support.begin()
    support.click('.places a:has-text("Log")')
    support.click('.chips a:has-text("24 hours")')
    support.click('.chips a:has-text("Signed in")')
    return "WeChat 8.0.60"


def new_people(support: Support) -> str:
    support.begin()
    support.click('.places a:has-text("Overview")')
    return lived_in.LIBRARY_NAME[:36]


def who_may_come_in(support: Support) -> str:
    support.begin()
    support.click('.places a:has-text("Applications")')
    support.click(f'.rows a[href$="/{lived_in.GUARDED}"]')
    support.click('.tabs a:has-text("Who may come in")')
    return "Who was kept out"


def put_into_a_group(support: Support) -> str:
    name = f"Newcomer {uuid4().hex[:8]}"
    support.add_person(name)
    support.begin()
    support.find(name)
    support.click('button:has-text("Put into the group")')
    return name


def which_failed_for_wechat(support: Support) -> str:
    support.begin()
    support.click('.places a:has-text("Overview")')
    support.click('a:has-text("credential refused")')
    support.click(".log td a")
    return "A credential was refused"


def merge(support: Support) -> str:
    name = f"Double {uuid4().hex[:8]}"
    other = support.add_person("The other one")
    support.add_person(name)
    support.begin()
    support.find(name)
    support.page.fill("input[name=other]", other)
    support.click("form:has(input[name=other]) button")
    support.click('form[action$="/merge"][method=post] button')
    return "Merged"


def erase(support: Support) -> str:
    name = f"Forgotten {uuid4().hex[:8]}"
    support.add_person(name)
    support.begin()
    support.find(name)
    support.click('a:has-text("Erase this person")')
    support.click('button:has-text("Erase, and give me the receipt")')
    return "Receipt of an erasure"


def what_it_got(support: Support) -> str:
    support.begin()
    support.find(lived_in.READER)
    return "\nApplications\n"


def who_moved_the_address(support: Support) -> str:
    support.begin()
    support.find("Nightly report")
    support.click('a:has-text("Who changed it")')
    return "Log"


def is_it_two(support: Support) -> str:
    support.begin()
    support.find("13800138000")
    return lived_in.TWIN_NAME


def who_has_no_second_step(support: Support) -> str:
    support.begin()
    support.click('.places a:has-text("Administrators")')
    return "password alone"


def who_stays_away(support: Support) -> str:
    support.begin()
    support.click('.places a:has-text("Accounts")')
    support.page.click('summary:has-text("Filter and sort")')
    support.clicks += 1
    support.page.fill("#seen_until", "2020-01-01")
    support.click('form:has(#seen_until) button:has-text("Search")')
    return "Nobody was found."


def how_many_scanned(support: Support) -> str:
    support.begin()
    support.click('.places a:has-text("Overview")')
    return "by a code that they scanned"


def sign_out_everywhere(support: Support) -> str:
    browser = support.page.context.browser
    assert browser is not None
    with browser.new_context(locale="en") as elsewhere:
        theirs = elsewhere.new_page()
        theirs.goto(f"{support.issuer}/account")
        theirs.fill("#username", lived_in.READER)
        theirs.fill("#password", lived_in.PASSWORD)
        press(theirs, "form:has(#password) button")
    support.begin()
    support.find(lived_in.READER)
    support.click('button:has-text("Sign out everywhere")')
    return "Sessions ended:"


QUESTIONS: dict[str, Callable[[Support], str]] = {
    "Why could Li not sign in yesterday at nine?": why_not_yesterday,
    "Delete everything about this number": erase,
    "Which applications can see phone numbers?": which_see_phones,
    "Who signed in by a scan in the last hour, and from where?": who_scanned,
    "How many new people last week, by application?": new_people,
    "Two people are one: merge": merge,
    "Who may come into an application, and who was kept out?": who_may_come_in,
    "Put a person into a group": put_into_a_group,
    "Which sign-ins failed for WeChat's own errors?": which_failed_for_wechat,
    "What did an application get about a person?": what_it_got,
    "Who changed this application's redirect address?": who_moved_the_address,
    "Is this phone number two accounts?": is_it_two,
    "Who is an administrator without a second step?": who_has_no_second_step,
    "Which people have not signed in for 60 days?": who_stays_away,
    "How many came by a scan last week?": how_many_scanned,
    "Sign this person out everywhere": sign_out_everywhere,
}
"""What one does, each ending with words that the answer has on it."""


def clicks_written_down() -> dict[str, int]:
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    return {question: int(clicks) for question, clicks in rows}


def test_no_answer_takes_more_than_three_clicks() -> None:
    written = clicks_written_down()

    assert len(written) > 10
    assert {question for question, clicks in written.items() if clicks > MOST} == set()


@pytest.mark.parametrize("question", QUESTIONS)
def test_answer_takes_the_clicks_that_are_written_down(support: Support, question: str) -> None:
    answer = QUESTIONS[question](support)

    assert answer in support.page.locator(".work").inner_text()
    assert support.clicks == clicks_written_down()[question]
