"""The set-up guide as its reader has it: what to type, and a terminal to type it in."""

import os
import pty
import re
import select
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.source import ROOT

GUIDES = {"en": ROOT / "docs/wechat-setup.md", "zh": ROOT / "docs/zh/wechat-setup.md"}
PATIENCE = 180
"""Seconds that a command may take."""
READY = "ready> "


class Guide:
    """:param language: ``en`` or ``zh``."""

    def __init__(self, language: str = "en") -> None:
        self.text = GUIDES[language].read_text(encoding="utf-8")

    def section(self, title: str) -> str:
        """What stands below a heading, up to the next one of any level."""
        found = re.search(rf"^##+ {title}\n(.*?)(?=^##+ |\Z)", self.text, re.DOTALL | re.MULTILINE)
        assert found, title
        return found[1]

    def blocks(self, title: str) -> list[str]:
        """What is to be typed there."""
        return re.findall(r"^```\n(.*?)^```", self.section(title), re.DOTALL | re.MULTILINE)

    def rows(self, title: str) -> list[list[str]]:
        """The tables there, without their heads."""
        lines = re.findall(r"^\|(.*)\|$", self.section(title), re.MULTILINE)
        cells = [[cell.strip() for cell in line.split("|")] for line in lines]
        rules = [at for at, row in enumerate(cells) if set(row[0]) == {"-"}]
        return [row for at, row in enumerate(cells) if at not in rules and at + 1 not in rules]

    def commands(self, title: str) -> list[str]:
        """One for each command; one that goes on in the next line stays whole."""
        lines = "".join(self.blocks(title)).replace("\\\n", "\\\0").splitlines()
        return [line.replace("\0", "\n") for line in lines]


class Terminal:
    """An interactive shell in a folder, without any setting of ours."""

    def __init__(self, folder: Path) -> None:
        self._end, theirs = pty.openpty()
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("QIAO_", "WECHAT_"))}
        self._shell = subprocess.Popen(
            ("bash", "--norc", "--noediting", "-i"),
            cwd=folder,
            env={**clean, "PS1": READY, "PS2": "", "TERM": "dumb"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.read(re.escape(READY) + "$")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """As a window is closed: whatever runs in it is hung up."""
        with suppress(ProcessLookupError):
            os.write(self._end, b"\x03")  # Ctrl-C
            os.killpg(self._shell.pid, signal.SIGHUP)
        self._shell.kill()
        self._shell.wait()
        os.close(self._end)

    def read(self, pattern: str) -> str:
        """What appears until this does."""
        seen, deadline = "", time.monotonic() + PATIENCE
        while not re.search(pattern, seen):
            assert time.monotonic() < deadline, seen
            if select.select([self._end], [], [], 0.5)[0]:
                seen += os.read(self._end, 65536).decode(errors="replace").replace("\r", "")
        return seen

    def begin(self, line: str, pattern: str) -> str:
        """Types a line of something that asks, or does not end; what appears until the pattern."""
        os.write(self._end, f"{line}\n".encode())
        return self.read(pattern)

    def do(self, command: str, *answers: str) -> str:
        """Types a command, and answers what it asks; what it says. It has to succeed."""
        said = ""
        for line in (command, *answers)[: len(answers)]:
            said += self.begin(line, r": $")
        said += self.begin((command, *answers)[-1], re.escape(READY) + "$")
        status = self.begin("echo status=$?", r"status=\d+\n" + re.escape(READY))
        assert "status=0\n" in status, f"{command}\n{said}"
        return said
