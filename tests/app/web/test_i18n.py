"""Which language a page is in."""

import re

import pytest
from flask import render_template
from flask_babel import refresh

from app.web.i18n import CHINESE, ENGLISH, TRADITIONAL, Language, choose_language, spoken
from tests.app.site import Site


@pytest.mark.parametrize(
    ("ui_locales", "chosen", "chosen_here", "accepted", "language"),
    [
        pytest.param((), None, False, (), ENGLISH, id="nothing-known"),
        pytest.param((), None, False, ("zh-CN",), CHINESE, id="browser"),
        pytest.param((), "en", False, ("zh-CN",), ENGLISH, id="cookie-before-browser"),
        pytest.param(("zh",), "en", False, ("en",), CHINESE, id="ui_locales-before-cookie"),
        pytest.param(("zh",), "en", True, ("zh",), ENGLISH, id="switched-here-before-ui_locales"),
        pytest.param(("fr", "zh"), None, False, ("en",), CHINESE, id="first-one-that-we-speak"),
        pytest.param(("zh",), None, False, ("zh-TW",), TRADITIONAL, id="zh-as-the-browser-has-it"),
        pytest.param(("zh",), "zh_Hant", False, ("zh",), TRADITIONAL, id="zh-as-it-was-chosen"),
        pytest.param(("zh-CN",), "zh_Hant", False, ("zh-TW",), CHINESE, id="zh-CN-is-meant"),
        pytest.param(
            ("fr",), "xx", False, ("de", "zh-TW"), TRADITIONAL, id="unknown-ones-are-skipped"
        ),
    ],
)
def test_language_is_chosen(
    ui_locales: tuple[str, ...],
    chosen: str | None,
    chosen_here: bool,
    accepted: tuple[str, ...],
    language: Language,
) -> None:
    assert choose_language(ui_locales, chosen, chosen_here, accepted) == language


@pytest.mark.parametrize("tag", ["zh", "ZH-cn", "zh_Hans_CN", "zh-Hans-HK", " zh-SG"])
def test_all_other_chinese_is_answered_in_simplified_chinese(tag: str) -> None:
    assert spoken(tag) == CHINESE


@pytest.mark.parametrize("tag", ["zh-TW", "zh-HK", "zh_Hant", "zh-Hant-CN", "ZH-mo", "zh-cmn-Hant"])
def test_script_or_region_asks_for_traditional_chinese(tag: str) -> None:
    assert spoken(tag) == TRADITIONAL


def test_taiwan_and_hong_kong_read_traditional_chinese_and_can_choose_it(site: Site) -> None:
    taiwan = site.browser(language="zh-TW,zh;q=0.9,en;q=0.5").get("/nothing-here")
    chooser = site.browser(language="en")
    offered = chooser.get("/nothing-here")
    token = re.search(r'csrf_token" value="([^"]+)', offered.text)
    assert token
    chooser.post("/language", {"csrf_token": token[1], "language": "zh_Hant", "page": ""})

    assert '<html lang="zh-Hant">' in taiwan.text
    assert "這裡什麼也沒有" in taiwan.text
    assert '<button class="language" lang="zh-Hant">繁體中文</button>' in offered.text
    assert '<html lang="zh-Hant">' in chooser.get("/nothing-here-either").text


def test_words_of_templates_are_kept_in_each_language_and_escape_what_is_put_in(site: Site) -> None:
    template = site.app.jinja_env.from_string(
        "{% for _x in [1, 2] %}{{ _('Accounts') }} {{ _('by %(name)s', name=name) }};{% endfor %}"
    )
    alone = site.app.jinja_env.from_string("{% macro m(x) %}{{ _(x) }}{% endmacro %}")

    said = []
    for language in ("en", "zh-CN", "zh-TW", "en"):
        with site.app.test_request_context("/", headers={"Accept-Language": language}):
            refresh()
            said.append(render_template(template, name="<b>%"))
            said.append(str(alone.module.m("Accounts")))  # type: ignore[attr-defined]

    assert said[:2] == ["Accounts by &lt;b&gt;%;" * 2, "Accounts"] == said[6:]
    assert said[2:4] == ["账号 由 &lt;b&gt;% 决定;" * 2, "账号"]
    assert said[4:6] == ["帳號 由 &lt;b&gt;% 決定;" * 2, "帳號"]


@pytest.mark.parametrize("tag", ["", "*", "fr", "zhuang", "../../etc"])
def test_other_tags_are_no_language_of_ours(tag: str) -> None:
    assert spoken(tag) is None


def test_wish_of_the_application_decides_until_the_person_switches(site: Site) -> None:
    client = site.client()
    path = f"/sign-in/{site.park(client, ui_locales=('zh-CN',))}"
    browser = site.browser(language="en")

    before = browser.get(path)
    switched = browser.send(before, "/language")
    after = browser.get(switched.headers["Location"])

    assert '<html lang="zh-Hans">' in before.text
    assert (switched.status_code, switched.headers["Location"]) == (303, path)
    assert '<html lang="en">' in after.text


def test_switch_is_remembered_on_other_pages(site: Site) -> None:
    browser = site.browser(language="en")

    browser.send(browser.get("/nothing-here"), "/language")
    page = browser.get("/nothing-here-either")

    assert '<html lang="zh-Hans">' in page.text
    assert "这里什么也没有" in page.text


@pytest.mark.parametrize(
    "page",
    ["https://evil.example/", "//evil.example/x", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_switch_never_leads_away(site: Site, page: str) -> None:
    browser = site.browser()
    shown = browser.get("/nothing-here")

    answer = browser.send(shown, "/language", {"page": page})

    assert answer.status_code == 200
    assert "Location" not in answer.headers
