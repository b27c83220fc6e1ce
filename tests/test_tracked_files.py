"""Nothing secret is tracked: no private key, no token of ours, no secret of WeChat's."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oidc.protocol.secret_prefixes import PREFIXES
from tests.source import ROOT

PRIVATE_MEMBERS = {"RSA": {"d", "p", "q"}, "EC": {"d"}, "OKP": {"d"}, "oct": {"k"}}
"""What of a JWK only its owner may know (RFC 7518 6)."""
PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----")
JWK_IN_TEXT = re.compile(r"""["']d["']\s*:\s*["'][A-Za-z0-9_-]{20,}["']""")
OURS = re.compile(rf"\b(?:{'|'.join(PREFIXES)})[A-Za-z0-9_-]{{20,}}")
APP_SECRET = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])")
"""As WeChat makes them."""
PLACEHOLDERS = re.compile(r"5a4d0{24}[0-9]{4}|(?:0123456789abcdef){2}|(?:fedcba9876543210){2}")
"""The sandbox's, which open nothing, and those of examples."""


def tracked() -> list[Path]:
    """What is in the repository, or would be after the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def findings(text: str) -> Iterator[str]:
    """What in a file looks like something that nobody else may have."""
    if PEM.search(text):
        yield "a private key (PEM)"
    if JWK_IN_TEXT.search(text) or any(map(is_private, objects(text))):
        yield "a private key (JWK)"
    if OURS.search(text):
        yield "a token or secret of ours"
    if any(PLACEHOLDERS.fullmatch(found) is None for found in APP_SECRET.findall(text)):
        yield "an AppSecret of WeChat"


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object of a JSON document; nothing for any other file."""
    try:
        waiting = [json.loads(text)]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
        if isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value


def is_private(value: dict[str, Any]) -> bool:
    return bool(PRIVATE_MEMBERS.get(str(value.get("kty")), set()) & value.keys())


def known(path: Path) -> set[str]:
    """What a file may hold: the kept database of 0.1.0 is opened with its own
    tokens, by tests alone."""
    if path.is_relative_to(ROOT / "tests/upgrade"):
        return {"a token or secret of ours", "an AppSecret of WeChat"}
    return set()


def test_no_tracked_file_holds_a_secret() -> None:
    files = tracked()

    found = {
        str(path.relative_to(ROOT)): what
        for path in files
        if (what := {*findings(path.read_text(encoding="utf-8", errors="replace"))} - known(path))
    }
    assert ROOT / "README.md" in files
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "PRIVATE KEY-----\nMIIE",
        "-----BEGIN EC " + "PRIVATE KEY-----\nMIIE",
        "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3Bl",
        json.dumps({"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": "AQAB"}]}),
        json.dumps({"deep": [{"jwk": {"kty": "oct", "k": "c2VjcmV0"}}]}),
        'jwk = {"kty": "EC", ' + f'"d": "{"x" * 43}"' + "}",
        *(f"token = '{prefix}{'x' * 43}'" for prefix in PREFIXES),
        f"secret={'0a1b2c3d' * 4}",
    ],
)
def test_what_is_secret_is_found(text: str) -> None:
    assert len(list(findings(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PUBLIC KEY-----\nMIIB",
        json.dumps({"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}),
        'an answer holds `{"authorization_code": "qac_…"}`',
        "0123456789abcdef" * 2,
        "a" * 64,
    ],
)
def test_what_anybody_may_know_is_not_found(text: str) -> None:
    assert list(findings(text)) == []
