"""Where workers keep their numbers: files that outlive them, so that counters never go back."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus-client's own name; the workers inherit it."""


@contextmanager
def counting_folder() -> Iterator[Path]:
    """A folder for one run of the server, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="qiao-metrics-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield Path(folder)
        finally:
            del os.environ[VARIABLE]


def forget_dead(folder: Path) -> None:
    """What workers held that have ended is held no more; what they counted stays counted."""
    for file in folder.glob("gauge_live*_*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdigit() and not _is_alive(int(number)):
            file.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
