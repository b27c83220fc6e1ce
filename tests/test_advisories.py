"""What `make check` says of advisories: never nothing, and a finding fails it."""

import json
import sys
from pathlib import Path

import pytest

from tests import advisories

SOUND = {"name": "flask", "version": "3.1", "vulns": []}
OLD = {"name": "old", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
SKIPPED = {"name": "flask", "skip_reason": "Dependency not found on PyPI"}


def pip_audit(folder: Path, answer: str, complaint: str = "", code: int = 0) -> str:
    """A program that answers as pip-audit does."""
    program = folder / "pip-audit"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.stdout.write({answer!r})\n"
        f"sys.stderr.write({complaint!r})\nsys.exit({code})\n"
    )
    program.chmod(0o755)
    return str(program)


def answer(*packages: object) -> str:
    return json.dumps({"dependencies": packages})


@pytest.mark.parametrize(
    ("said", "complaint", "code", "expected", "line"),
    [
        (answer(SOUND), "", 0, 0, "a.lock: 1 packages looked over"),
        (answer(SOUND, SKIPPED), "", 0, 0, "a.lock: 1 packages looked over, 1 unknown there"),
        (answer(SOUND, OLD), "Found 1", 1, 1, "  old 1: PYSEC-1, mended in 2"),
        (answer(SKIPPED), "No known", 0, 0, "NOT looked over, the advisories cannot be had"),
        ("", "ERROR: no route to host", 1, 0, "NOT looked over, the advisories cannot be had"),
    ],
)
def test_each_lock_gets_a_line_and_findings_fail(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    said: str,
    complaint: str,
    code: int,
    expected: int,
    line: str,
) -> None:
    result = advisories.main(pip_audit(tmp_path, said, complaint, code), "a.lock")

    printed = capsys.readouterr().out
    assert result == expected
    assert line in printed


def test_pip_audit_that_cannot_be_run_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert advisories.main("/nowhere/pip-audit", "a.lock") == 0
    assert "NOT looked over" in capsys.readouterr().out
