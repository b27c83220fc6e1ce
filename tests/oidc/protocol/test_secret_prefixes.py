"""The prefixes of secrets: one list, for the code, the documents and scanners."""

import ast
import re
from typing import get_args

import pytest

from oidc.protocol.secret_prefixes import PREFIXES, SEALED, Kind
from tests.source import ROOT, modules

pytestmark = pytest.mark.slow

SECURITY = (ROOT / "docs/security.md").read_text(encoding="utf-8")


def test_every_prefix_is_documented_and_every_documented_one_exists() -> None:
    table = SECURITY.partition("## Secrets that leaked")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(PREFIXES)


def test_pattern_for_scanners_knows_every_prefix() -> None:
    [pattern] = re.findall(r"^`(\\bq.+)`$", SECURITY, re.MULTILINE)

    assert [re.fullmatch(pattern, prefix + "x" * 20) is None for prefix in PREFIXES] == [False] * 7
    assert re.search(pattern, "qzz_" + "x" * 20) is None


def test_every_kind_has_a_prefix_of_its_own() -> None:
    assert tuple(SEALED) == get_args(Kind)
    assert len(set(PREFIXES)) == len(PREFIXES)


def test_no_other_place_makes_up_a_prefix() -> None:
    elsewhere = {
        module.name: node.value
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"q[a-z]{2}_", node.value)
        and module.name != "oidc.protocol.secret_prefixes"
    }

    assert elsewhere == {}
