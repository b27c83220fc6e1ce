"""Processor time and memory of processes, read from /proc."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class ProcessState:
    """One line of /proc/<pid>/stat: parent, processor seconds (user + system), resident bytes."""

    parent: int
    seconds: float
    resident: int


def state(pid: int) -> ProcessState | None:
    """The state of a process, or None when it is gone."""
    try:
        # The command name may hold spaces and brackets: what follows the last bracket is regular.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    ticks = int(fields[11]) + int(fields[12])
    return ProcessState(int(fields[1]), ticks / TICKS_PER_SECOND, int(fields[21]) * PAGE_BYTES)


def tree(root: int) -> list[int]:
    """A process and all its living descendants."""
    parents = {
        pid: found.parent
        for pid in (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        if (found := state(pid))
    }
    members = [root]
    for member in members:
        members += [pid for pid, parent in parents.items() if parent == member]
    return members


def seconds(pids: Iterable[int]) -> float:
    """Processor seconds that these processes have used since they started."""
    return sum(found.seconds for pid in pids if (found := state(pid)))


def resident(pids: Iterable[int]) -> int:
    """Resident bytes of these processes; memory that they share is counted for each."""
    return sum(found.resident for pid in pids if (found := state(pid)))
