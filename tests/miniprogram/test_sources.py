"""The mini program as it is delivered: compiled, small, complete, and set up in one command."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.mini_program.errors import STATUS
from app.mini_program.openapi.refusals import OF_CONFIRMING, OF_DENYING, OF_READING
from federation import errors
from tests import services
from tests.miniprogram.mini_program import APP_ID, SOURCE, configured, tools

ISSUER = "https://login.shop.example"
PACKED = {".js", ".json", ".wxml", ".wxss"}
BESIDES = {"project.config.json", "tsconfig.json"}
SIZE_LIMIT = 60 * 1024
"""Bytes; WeChat takes two million, and people wait for each of them."""


def sources(*endings: str) -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*") if path.suffix in endings)


def document(name: str) -> dict[str, Any]:
    return dict(json.loads((SOURCE / name).read_text(encoding="utf-8")))


def compiled(project: Path, into: Path) -> None:
    """What TypeScript makes of a project, with every check that it has switched on."""
    types = ("--typeRoots", tools().parent)
    command = (tools() / "tsc", "--project", project, "--outDir", into, *types)
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("phone", ["quick", "realtime"])
def test_javascript_is_what_typescript_gives_before_and_after_it_is_configured(
    phone: str, tmp_path: Path
) -> None:
    project = SOURCE if phone == "quick" else configured(tmp_path / "copy", ISSUER, phone)
    compiled(project, tmp_path / "compiled")

    made = {
        path.relative_to(tmp_path / "compiled"): path for path in tmp_path.glob("compiled/**/*.js")
    }
    kept = {path.relative_to(project): path for path in project.rglob("*.js")}
    assert made.keys() == kept.keys()
    assert [name for name, path in made.items() if path.read_text() != kept[name].read_text()] == []


def test_types_are_checked_as_strictly_as_they_can_be() -> None:
    options = document("tsconfig.json")["compilerOptions"]

    assert options["strict"] is True
    assert options["noUncheckedIndexedAccess"] is True
    assert [path for path in sources(".ts") if re.search(r"\bany\b|@ts-", path.read_text())] == []


def test_package_is_small() -> None:
    sizes = {
        str(path.relative_to(SOURCE)): path.stat().st_size
        for path in sources(*PACKED)
        if path.name not in BESIDES
    }

    assert sum(sizes.values()) < SIZE_LIMIT, sizes


def test_what_is_not_for_the_phone_stays_out_of_the_package() -> None:
    options = document("project.config.json")["packOptions"]
    ignored = {rule["value"] for rule in options["ignore"]}

    left = {path for path in SOURCE.rglob("*") if path.is_file() and path.suffix not in PACKED}
    assert {path.suffix for path in left} <= ignored
    assert "tsconfig.json" in ignored


def test_the_one_page_is_complete_and_no_search_finds_it() -> None:
    app = document("app.json")

    assert app["pages"] == ["pages/login/index"]
    assert {path.suffix for path in SOURCE.glob("pages/login/index.*")} == {*PACKED, ".ts"}
    assert app["lazyCodeLoading"] == "requiredComponents"
    assert app["style"] == "v2"
    assert document(app["sitemapLocation"])["rules"] == [{"action": "disallow", "page": "*"}]


def test_every_colour_of_the_theme_exists_in_the_light_and_in_the_dark() -> None:
    app, theme = document("app.json"), document("theme.json")
    window = app["window"]
    named = {value[1:] for value in window.values() if value.startswith("@")}
    style = (SOURCE / "pages/login/index.wxss").read_text(encoding="utf-8")
    light, dark = re.findall(r"page \{(.*?)\}", style, re.DOTALL)[:2]

    assert app["darkmode"] is True
    assert set(theme["light"]) == set(theme["dark"]) == named
    assert set(re.findall(r"--[\w-]+(?=:)", light)) == set(re.findall(r"--[\w-]+(?=:)", dark))
    assert set(re.findall(r"var\((--[\w-]+)\)", style)) <= set(re.findall(r"--[\w-]+(?=:)", light))


def test_both_languages_of_the_manual_say_the_same() -> None:
    english, chinese = (
        (SOURCE / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")
    )

    for pattern in (r"^#+ ", r"^\| ", r"^\d\. ", r"^ *```", r"npx [^\\]+", r"\w+/\w+/index"):
        found = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)]
        assert found[0] == found[1] > 0, pattern


@pytest.mark.parametrize(
    "word",
    [
        "onShareAppMessage",
        "onShareTimeline",
        "onAddToFavorites",
        "console.",
        "setStorage",
        "rich-text",
        "web-view",
        "encryptedData",
        "getUserProfile",
    ],
)
def test_nothing_is_shared_logged_kept_or_rendered_as_markup(word: str) -> None:
    assert [path for path in sources(".ts", ".js", ".wxml") if word in path.read_text()] == []


def test_only_the_page_confirms_and_only_where_it_is_touched() -> None:
    """What answers a touch is bound in the markup; nothing else calls it."""
    page = (SOURCE / "pages/login/index.ts").read_text(encoding="utf-8")
    markup = (SOURCE / "pages/login/index.wxml").read_text(encoding="utf-8")
    callers = [path.name for path in sources(".ts") if ".confirm(" in path.read_text()]

    assert sorted(callers) == ["index.ts", "sign_in.ts"]  # of the sign-in, and of the API
    assert page.count("signIn?.confirm(") == 2
    assert re.findall(r'bind(\w+)="(confirm\w*)"', markup) == [
        ("getphonenumber", "confirmWithPhone"),
        ("getrealtimephonenumber", "confirmWithPhone"),
        ("tap", "confirm"),
    ]


ELSEWHERE = {"not_believed", "another_answered"}
"""Of sources whose answers are signed, which redirect a browser."""


def test_every_error_of_the_ticket_api_is_said_in_words() -> None:
    node, words = services.node(), SOURCE / "lib" / "words.js"
    script = "console.log(JSON.stringify(Object.keys(require(process.argv[1]).REASONS)))"
    done = subprocess.run((node, "-e", script, words), capture_output=True, text=True, check=True)

    assert (
        set(json.loads(done.stdout)) >= {*STATUS, *federation_codes(), "server_error"} - ELSEWHERE
    )


def test_every_error_of_the_openapi_document_is_said_in_both_languages() -> None:
    node, words = services.node(), SOURCE / "lib" / "words.js"
    script = "console.log(JSON.stringify(require(process.argv[1]).REASONS))"
    done = subprocess.run((node, "-e", script, words), capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)

    told = {one.error for one in (*OF_READING, *OF_CONFIRMING, *OF_DENYING)}
    assert len(told) > 15
    for error in told:
        for language in ("zh", "en"):
            assert said[error][language]["title"], (error, language)
            assert said[error][language]["text"], (error, language)
        assert re.search(r"[\u4e00-\u9fff]", said[error]["zh"]["text"])
        assert not re.search(r"[\u4e00-\u9fff]", said[error]["en"]["text"])


def federation_codes() -> set[str]:
    """Of the errors that a mini program can meet: pushes and forms are not for it."""
    found: set[str] = set()
    left: list[type[errors.FederationError]] = [errors.FederationError]
    while left:
        error = left.pop()
        if not issubclass(error, errors.PushRefused | errors.ConfigurationError):
            found.add(error.code)
            left += error.__subclasses__()
    return found


def test_configuration_is_written_in_one_command(tmp_path: Path) -> None:
    copy = configured(tmp_path / "copy", f"{ISSUER}/", "realtime")

    for name in ("config.ts", "config.js"):
        config = (copy / name).read_text(encoding="utf-8")
        assert f'DEPLOYMENT = "{ISSUER}"' in config
        assert '= "realtime"' in config
    project = json.loads((copy / "project.config.json").read_text(encoding="utf-8"))
    assert project["appid"] == APP_ID


@pytest.mark.parametrize(
    ("address", "appid"),
    [
        ("http://login.shop.example", APP_ID),
        ("https://192.0.2.7", APP_ID),
        ("https://[2001:db8::7]", APP_ID),
        ("https://login.shop.example:443", APP_ID),
        ("https://login.shop.example:port", APP_ID),
        ("https://login.shop.example/path", APP_ID),
        ("https://somebody@login.shop.example", APP_ID),
        ('https://login.shop.example";wx.x("', APP_ID),
        ("login.shop.example", APP_ID),
        ("", APP_ID),
        (ISSUER, "gh_5a4d00000001"),
        (ISSUER, "wx5a4d00000000000"),
        (ISSUER, ""),
    ],
)
def test_what_wechat_would_refuse_is_not_written(address: str, appid: str, tmp_path: Path) -> None:
    copy = configured(tmp_path / "copy", ISSUER)
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}

    command = (sys.executable, copy / "configure.py", address, appid)
    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 1
    assert re.match(r"(SET|APPID|Port) ", done.stderr)
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_phone_button_that_there_is_not_is_named_as_it_was_typed(tmp_path: Path) -> None:
    copy = configured(tmp_path / "copy", ISSUER)

    command = (sys.executable, copy / "configure.py", ISSUER, APP_ID, "--phone", "fast")
    done = subprocess.run(command, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (1, "PHONE must be quick or realtime\n")
