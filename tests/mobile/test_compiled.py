"""The library and the sample are Java 8 for Android 8.0, by Android's own classes and WeChat's."""

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from app.demo.java_helper import ANDROID, NoHelper, libraries
from tests import services

SOURCES = sorted((*ANDROID.glob("qiao/**/*.java"), *ANDROID.glob("sample/**/*.java")))
MOST_LINES = 15


@pytest.fixture(scope="module")
def android(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Jars; the one of WeChat's archive taken out of it."""
    try:
        found = libraries()
    except NoHelper as reason:
        services.missing(f"the helper for Android cannot be compiled ({reason})")
    folder = tmp_path_factory.mktemp("sdk")
    for archive in found:
        if archive.suffix == ".aar":
            zipfile.ZipFile(archive).extract("classes.jar", folder)
    return [*(one for one in found if one.suffix == ".jar"), folder / "classes.jar"]


@pytest.fixture(scope="module")
def classes(android: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The library and the sample, and what the compiler says of them."""
    folder = tmp_path_factory.mktemp("classes")
    return folder, compile_java(android, folder, SOURCES)


def compile_java(path: list[Path], folder: Path, sources: list[Path]) -> str:
    options = ("--release", "8", "-Xlint:all,-options", "-Werror")
    command = ("javac", *options, "-d", folder, "-cp", ":".join(map(str, path)), *sources)
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr


def test_library_and_sample_compile_without_a_warning(classes: tuple[Path, str]) -> None:
    folder, said = classes

    assert said == ""
    assert {"Qiao.class", "OpenSdk.class", "MainActivity.class"} <= {
        path.name for path in folder.rglob("*.class")
    }


def test_lines_of_the_readme_compile_and_are_fifteen_at_most(
    android: list[Path], classes: tuple[Path, str], tmp_path: Path
) -> None:
    [snippet] = re.findall(
        r"```java\n(.*?)```", (ANDROID / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    lines = [line for line in snippet.splitlines() if not line.startswith("//")]
    around = (
        "import android.app.*; import android.widget.*; import org.json.*; import qiao.signin.*;",
        "abstract class Snippet extends Application {",
        "Qiao qiao; TextView text; Qiao.Listener listener; android.content.Intent intent;",
        "abstract void welcome(String sub); void all() {",
    )
    source = tmp_path / "Snippet.java"
    source.write_text("\n".join((*around, *lines, "}}")), encoding="utf-8")

    assert compile_java([*android, classes[0]], tmp_path, [source]) == ""
    assert len(lines) <= MOST_LINES


def test_nothing_but_android_its_json_and_wechat_is_imported() -> None:
    imported = {
        name
        for path in SOURCES
        for name in re.findall(r"^import (?:static )?([\w.]+);", path.read_text(), re.MULTILINE)
    }

    roots = ("android.", "java.", "javax.crypto.", "org.json.", "com.tencent.mm.opensdk.", "qiao.")
    assert [name for name in sorted(imported) if not name.startswith(roots)] == []
