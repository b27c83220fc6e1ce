"""Looks the lock files over for packages with published advisories, by pip-audit.

``python -m tests.advisories PIP_AUDIT LOCK...``: a finding is exit code 1. Where the advisories
cannot be had (no way out to PyPI, or a mirror without them) one line says so, and it goes on.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SECONDS = 300


def main(pip_audit: str, *locks: str) -> int:
    found = 0
    for lock in locks:
        document, why = ask(pip_audit, lock)
        for line in told(Path(lock).name, document, why):
            print(line)
        found += len(list(findings(document)))
    return 1 if found else 0


def ask(pip_audit: str, lock: str) -> tuple[dict[str, Any], str]:
    """What pip-audit answers, and the last line of what it complains of."""
    options = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "-f", "json")
    command = [pip_audit, *options, "-r", lock]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        complaint = ["", *done.stderr.strip().splitlines()][-1]
        return json.loads(done.stdout), complaint
    except subprocess.TimeoutExpired:
        return {}, f"no answer within {SECONDS} s"
    except (OSError, ValueError) as error:
        return {}, complaint if isinstance(error, ValueError) else str(error)


def told(lock: str, document: dict[str, Any], why: str) -> Iterator[str]:
    """What to say of one lock file: always something."""
    packages = document.get("dependencies", [])
    asked = [one for one in packages if "vulns" in one]
    if not asked:
        reason = "no package is known there" if packages else why or "no answer"
        yield f"{lock}: NOT looked over, the advisories cannot be had here ({reason})"
        return
    left = f", {len(packages) - len(asked)} unknown there" if len(asked) < len(packages) else ""
    yield f"{lock}: {len(asked)} packages looked over{left}"
    yield from (f"  {finding}" for finding in findings(document))


def findings(document: dict[str, Any]) -> Iterator[str]:
    for package in document.get("dependencies", []):
        for one in package.get("vulns", []):
            mended = ", ".join(one.get("fix_versions", [])) or "nowhere yet"
            yield f"{package['name']} {package['version']}: {one['id']}, mended in {mended}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
