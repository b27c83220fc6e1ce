"""What a run of the suite left out and why, for the line that it ends with."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from tests.databases import DIALECTS, NAMES


def reasons(config: pytest.Config, skipped: Iterable[Any]) -> list[str]:
    """First what was not asked for, then what this machine lacks.

    :param skipped: the reports of tests that were skipped.
    """
    return [*_not_asked_for(config), *_missing(skipped)]


def sentence(left_out: Sequence[str]) -> str:
    return f"Left out: {'; '.join(left_out) or 'nothing'}."


def _not_asked_for(config: pytest.Config) -> Iterable[str]:
    if others := [NAMES[dialect] for dialect in NAMES if dialect not in DIALECTS]:
        yield f"{' and '.join(others)} (TEST_DATABASES={','.join(DIALECTS)})"
    for option, value in (("-m", config.option.markexpr), ("-k", config.option.keyword)):
        if value:
            yield f'what is not {option} "{value}"'
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        yield f"all but {' '.join(config.args)}"


def _missing(skipped: Iterable[Any]) -> list[str]:
    counts = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in skipped
        if isinstance(report.longrepr, tuple)
    )
    return [
        f"{reason} ({count} {'test' if count == 1 else 'tests'})"
        for reason, count in sorted(counts.items())
    ]
