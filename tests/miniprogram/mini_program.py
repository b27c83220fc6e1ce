"""Where the mini program is, a copy of it for a deployment, and the tools that it is tried with."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests import services
from tests.source import ROOT

HERE = Path(__file__).parent
SOURCE = ROOT / "clients" / "miniprogram"
APP_ID = "wx5a4d000000000001"
"""The sandbox's mini program."""


def tools() -> Path:
    """The folder of the compiler's and the test runner's commands."""
    services.node()
    found = HERE / "node_modules" / ".bin"
    if not found.is_dir():
        services.missing("the simulator is not installed: npm ci --prefix tests/miniprogram")
    return found


def configured(folder: Path, address: str, phone: str = "quick") -> Path:
    """A copy of the mini program for one deployment, as ``make miniprogram`` leaves it."""
    shutil.copytree(SOURCE, folder)
    command = (folder / "configure.py", address, APP_ID, "--phone", phone)
    subprocess.run((sys.executable, *command), check=True, stdout=subprocess.DEVNULL)
    return folder
