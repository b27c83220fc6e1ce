"""The helpers for iOS and HarmonyOS are twins of the one for Android, as far as can be seen."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import tree_sitter_swift
from tree_sitter import Language, Parser

from tests import services
from tests.miniprogram.mini_program import HERE as MINI_PROGRAM
from tests.miniprogram.mini_program import tools
from tests.mobile.vectors import FILE
from tests.source import ROOT

CLIENTS = ROOT / "clients"
JAVA = CLIENTS / "android/qiao/src/main/java/qiao/signin"
SWIFT = CLIENTS / "ios/Sources/QiaoSignIn"
ARKTS = CLIENTS / "harmony/qiao/src/main/ets"
HERE = Path(__file__).parent
OF_THE_PLATFORM = {
    *("joseSignature", "derSignature", "sized", "coordinate", "utf8", "base64url", "sha256"),
    *(
        "set",
        "fields",
        "Reason",
        "DECLINED",
        "json",
        "text",
        "has",
        "split",
        "decoded64",
        "encoded",
        "part",
    ),
    *("attempt", "end", "disconnect"),
}
"""Bytes, text, JSON, exceptions, requests: each language has its own."""
TIMERS = ("later: number = 0;", "later: NodeJS.Timeout | number = 0;")
"""A timer is a number on a phone, and an object for Node.js."""

NOT_IN_ARKTS = {
    "arkts-no-any-unknown": r"[:<|] *(?:any|unknown)\b",
    "arkts-no-destruct-decls": r"\b(?:const|let|var) *[\[{]",
    "arkts-no-destruct-assignment": r"^ *(?:\[[\w, ]+\]|\(\{) *=",
    "arkts-no-for-in": r"\bfor *\((?:const|let) \w+ in\b",
    "arkts-no-func-expressions": r"[=(,:] *(?:async )?function\b",
    "arkts-no-var": r"\bvar \w",
    "arkts-no-private-identifiers": r"[ .]#\w",
    "arkts-no-spread of objects": r"\{ *\.\.\.",
    "arkts-no-types-in-catch": r"\bcatch *\(\w+ *:",
    "arkts-no-as-const": r"\bas const\b",
    "arkts-as-casts": r"= *<\w+>",
    "arkts-no-symbol": r"\bSymbol\b",
    "arkts-no-delete": r"\bdelete \w",
    "arkts-no-in": r"['\w] in \w+[);]",
    "arkts-no-obj-literals-as-types": r"(?::|\btype \w+ =) *\{ *\w+\??: *(?:string|number)\b",
    "arkts-no-jsx, arkts-no-ts-ignore": r"@ts-|\brequire\(",
}
"""Of ArkTS's own rules (OpenHarmony, *TypeScript to ArkTS cookbook*) those that can be seen in the
text; the rest is for its compiler."""


def rows(path: Path) -> list[list[str]]:
    """The table of steps, as it stands in the source."""
    table = re.findall(r"""^ +[{\[](["'].*["'])[}\]],$""", path.read_text("utf-8"), re.MULTILINE)
    return [re.findall(r"""["']([^"']+)["']""", row) for row in table]


def functions(path: Path) -> set[str]:
    """Names of functions: in Java and ArkTS by type and name, in Swift by ``func``."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".swift":
        found = re.findall(r"func (\w+)\(", text)
    elif path.suffix == ".java":
        found = re.findall(r"^  [\w<>\[\], ]+ (\w+)\([^;]*\{$", text, re.MULTILINE)
        found += re.findall(r"^  (?:[\w<>\[\],]+ )+(\w+)\($", text, re.MULTILINE)
        found += re.findall(r"^  [\w<>\[\], ]+ (\w+)\([^;{]*$", text, re.MULTILINE)
    else:
        found = re.findall(r"^  (?:(?:private|static|async) )*(\w+)\(.*\{$", text, re.MULTILINE)
    return set(found) - {"constructor", "Qiao", "init"}


@pytest.mark.parametrize("twin", [SWIFT / "Protocol.swift", ARKTS / "Protocol.ets"])
def test_twin_has_the_same_table_of_steps(twin: Path) -> None:
    table = rows(JAVA / "Protocol.java")

    assert len(table) == 26
    assert rows(twin) == table


@pytest.mark.parametrize(
    ("twin", "of"),
    [
        (SWIFT / "Protocol.swift", JAVA / "Protocol.java"),
        (ARKTS / "Protocol.ets", JAVA / "Protocol.java"),
        (SWIFT / "Qiao.swift", JAVA / "Qiao.java"),
        (ARKTS / "Qiao.ets", JAVA / "Qiao.java"),
    ],
)
def test_twin_has_the_same_functions(twin: Path, of: Path) -> None:
    assert functions(of) - functions(twin) - OF_THE_PLATFORM == set()


@pytest.mark.parametrize("source", sorted((CLIENTS / "ios").rglob("*.swift")), ids=lambda p: p.name)
def test_swift_can_be_parsed(source: Path) -> None:
    """Its grammar alone: no compiler for it is here."""
    tree = Parser(Language(tree_sitter_swift.language())).parse(source.read_bytes())

    assert str(tree.root_node).count("ERROR") == str(tree.root_node).count("MISSING") == 0
    assert {"source_file"} == {tree.root_node.type}


@pytest.mark.parametrize("rule", NOT_IN_ARKTS)
def test_arkts_has_nothing_that_its_compiler_refuses(rule: str) -> None:
    code = {path.name: without_comments(path) for path in sorted(ARKTS.glob("*.ets"))}

    assert len(code) == 6
    assert [name for name, text in code.items() if re.search(NOT_IN_ARKTS[rule], text)] == []


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_arkts_core_answers_every_vector_as_typescript(tmp_path: Path) -> None:
    node = services.node()
    for path in (HERE / "harmony").glob("*.ts"):
        shutil.copy(path, tmp_path)
    for name in ("Protocol", "Qiao"):
        source = (ARKTS / f"{name}.ets").read_text(encoding="utf-8")
        (tmp_path / f"{name}.ts").write_text(source.replace(*TIMERS), encoding="utf-8")
    types = ("--typeRoots", str(MINI_PROGRAM / "node_modules/@types"), "--types", "node")
    options = ("--strict", "--target", "es2022", "--module", "commonjs", *types)

    compiled = subprocess.run(
        (tools() / "tsc", *options, "vectors.ts", "Qiao.ts"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    done = subprocess.run(
        (node, "vectors.js", FILE), cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert compiled.stdout == ""
    assert [line for line in done.stdout.splitlines() if not line.startswith("asked ")] == []
