"""The mini program in Tencent's simulator: one run of every story, a test for each file of them."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.miniprogram.mini_program import HERE, configured, tools
from tests.miniprogram.stage import Stage, running_stage

STORIES = sorted(path.name for path in (HERE / "stories").glob("*.test.js"))
PATIENCE = 240
"""Seconds for all stories together; on an idle machine they take a tenth of it."""

pytestmark = pytest.mark.slow
Told = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


@pytest.fixture(scope="module")
def told(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What jest says of each file of stories."""
    folder = tmp_path_factory.mktemp("mini-program")
    for phone in ("quick", "realtime"):
        configured(folder / phone, stage.qiao, phone)
    report = folder / "report.json"
    where = {
        "MINIPROGRAM": str(folder),
        "STAGE": stage.url,
        "SANDBOX": stage.deployment.wechat.url,
    }
    done = subprocess.run(
        (tools() / "jest", "--runInBand", "--json", f"--outputFile={report}"),
        cwd=HERE,
        env={**os.environ, **where},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert report.exists(), done.stderr
    results = json.loads(report.read_text(encoding="utf-8"))["testResults"]
    return {Path(result["name"]).name: result for result in results}


@pytest.mark.parametrize("stories", STORIES)
def test_stories_of_the_mini_program(told: Told, stories: str) -> None:
    result = told[stories]

    assert result["status"] == "passed", result["message"]
    assert {story["status"] for story in result["assertionResults"]} == {"passed"}


def test_no_file_of_stories_is_left_out(told: Told) -> None:
    assert sorted(told) == STORIES
